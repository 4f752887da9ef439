"""People by name, each field by the masks of the role; and who looked at them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auditmodels import HouseholdId
from api.http.auth import Guard
from api.http.cases import CaseId
from api.http.ledgermodels import ApplicationId
from api.http.purpose import Asked
from api.http.room import room_of
from api.usecases.privacy.grounds import grounds
from api.usecases.privacy.looked import who_looked
from api.usecases.privacy.person import household_people
from api.usecases.privacy.words import application_words, case_words
from graphcore.domain.actor import Actor

Reader = Annotated[Actor, Depends(Guard(Operation.READ_PERSON))]
RecordId = Annotated[str, Path(pattern=r"^[A-Z]{2}-[0-9A-Z]{1,32}$",
                               description="Id of a case, application, survey, surveyed household, "
                               "visit, rebuilding, ruling, allotment or watched household")]  # fmt: skip
Auditor = Annotated[Actor, Depends(Guard(Operation.READ_LOOKS))]


class MemberOut(BaseModel):
    """One of the household; `entries` holds what the caller's role may see, masked where it says."""

    subject: str
    is_head: bool
    age_band: str
    entries: dict[str, str]


class PeopleOut(BaseModel):
    """A household's people."""

    household: str
    code: str
    village: str
    state: str
    members: list[MemberOut]


class WordsOut(BaseModel):
    """What somebody wrote; `entries` holds what the caller's role may see."""

    id: str
    entries: dict[str, str]


class GroundsOut(BaseModel):
    """One act: which step it was ("" of what has none), by whom, on which day, on what."""

    id: str
    what: str
    by: str
    on_day: str
    entries: dict[str, str]


class AllGroundsOut(BaseModel):
    """What was written of a record and of each step taken on it."""

    items: list[GroundsOut]


class LookOut(BaseModel):
    """One look: who, in which roles, when, for what, at which fields of how many subjects."""

    seq: int
    at: int
    actor: str
    roles: list[str]
    purpose: str
    note: str
    what: str
    entries: list[str]
    subjects: int


class LooksOut(BaseModel):
    """Looks, the newest first."""

    items: list[LookOut]


class LookQuery(BaseModel):
    """Whose looks, at whom."""

    model_config = ConfigDict(extra="forbid")

    household: str = Field("", pattern=r"^(H-[0-9A-Z]{1,32})?$", description="Id of a household")
    by: str = Field("", max_length=80, description="An actor, as looks name it")
    limit: int = Field(100, ge=1, le=1000)


def get_people(request: Request, actor: Reader, household_id: HouseholdId, reason: Asked) -> Any:
    """A household's people; the look is recorded before the answer, for the purpose given."""
    return asdict(household_people(room_of(request).ctx, actor, reason, household_id))


def get_case_words(request: Request, actor: Reader, case_id: CaseId, reason: Asked) -> Any:
    """Why a case was decided; the look is recorded before the answer."""
    told = case_words(room_of(request).ctx, actor, reason, case_id)
    return {"id": case_id, "entries": told}


def get_application_words(
    request: Request, actor: Reader, application_id: ApplicationId, reason: Asked
) -> Any:
    """What an applicant said and was answered; the look is recorded before the answer."""
    told = application_words(room_of(request).ctx, actor, reason, application_id)
    return {"id": application_id, "entries": told}


def get_grounds(request: Request, actor: Reader, record_id: RecordId, reason: Asked) -> Any:
    """Why and on which evidence an act was done; the look is recorded before the answer."""
    return {
        "items": [asdict(one) for one in grounds(room_of(request).ctx, actor, reason, record_id)]
    }


def get_looks(request: Request, actor: Auditor, query: Annotated[LookQuery, Query()]) -> Any:
    """Who looked at a household or its people, when, for what; the newest first."""
    ctx = room_of(request).ctx
    found = who_looked(ctx, actor, query.household, query.by, query.limit)
    return {"items": [asdict(one) for one in found]}


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    routes = (
        ("/v1/households/{household_id}/people", get_people, PeopleOut, "read_people"),
        ("/v1/cases/{case_id}/words", get_case_words, WordsOut, "read_case_words"),
        (
            "/v1/applications/{application_id}/words",
            get_application_words,
            WordsOut,
            "read_application_words",
        ),
        ("/v1/words/{record_id}", get_grounds, AllGroundsOut, "read_grounds"),
        ("/v1/looks", get_looks, LooksOut, "list_looks"),
    )
    for path, endpoint, model, name in routes:
        app.add_api_route(path, endpoint, methods=["GET"], operation_id=name, tags=["persons"],
                          response_model=model)  # fmt: skip
