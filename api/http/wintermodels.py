"""What the campaign's routes take and answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.http.models import Flag, Int, Str, Words
from graphcore.domain.campaign import EntryState, Step, VisitResult, WinterNeed

Year = Annotated[int, Path(ge=2000, le=2100, description="The autumn in which a campaign begins")]
VisitId = Annotated[str, Path(pattern=r"^WV-[0-9A-Z]{1,32}$", description="Id of a visit")]
Note = Annotated[str, Field(min_length=1, max_length=200,
                            description="A record's number; no names, no numbers of persons")]  # fmt: skip
Code = Annotated[str, Field(pattern=r"^[0-9]{0,12}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenRequest(_Body):
    """Open the campaign of an autumn."""

    year: int = Field(ge=2000, le=2100)


class StepRequest(_Body):
    """Take a step for households by id, or for all of a place that wait for it."""

    step: Step
    ids: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=1000)
    village: Code = ""
    township: Code = ""
    evidence: Note
    reason: str = Field("", max_length=200)
    on: date | None = None


class VisitsRequest(_Body):
    """Plan visits to the key households, or to those that are named."""

    visitor: str = Field(min_length=1, max_length=60)
    on: date
    township: Code = ""
    households: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=1000)


class VisitResultRequest(_Body):
    """What a visit found."""

    result: VisitResult
    evidence: Note
    lacks: list[WinterNeed] = []
    on: date | None = None


class Opened(BaseModel):
    """The campaign's id."""

    campaign: str


class StepOut(BaseModel):
    """What a step did: for how many households, with how much money in all."""

    step: Step
    households: int
    amount_fen: int
    replayed: bool


class EntryQuery(_Body):
    """Which entries."""

    limit: int = Field(100, ge=1, le=1000)
    after: str = Field("", max_length=40, description="Id of the last entry of the page before")
    village: Code = ""
    state: EntryState | None = None


class Entry(BaseModel):
    """A surveyed household, by meaningless id."""

    id: str
    household: Str
    township: Str
    village: Str
    persons: Int
    needs: Words
    grade: Str
    key: Flag
    told_fen: Int
    amount_fen: Int
    computed_fen: Int
    state: Str
    noticed_on: Str
    aid_case: Str


class EntriesOut(BaseModel):
    """A page of entries by id; ``next`` is null on the last."""

    items: list[Entry]
    next: str | None


class Due(BaseModel):
    """Households of a village that wait for a step."""

    township: str
    village: str
    step: str
    households: int
    persons: Int
    key: Int
    amount_fen: Int
    by: str
    days_left: int


class DueOut(BaseModel):
    """All that waits, the latest first."""

    items: list[Due]


class Visit(BaseModel):
    """A visit; ``done_on`` is empty until it was made."""

    id: str
    household: Str
    township: Str
    village: Str
    planned_on: Str
    visitor: Str
    done_on: Str
    result: Str
    lacks: Words
    aid_case: Str


class VisitsOut(BaseModel):
    """Visits, those not made yet first."""

    items: list[Visit]


class Planned(BaseModel):
    """How many visits were planned that were not planned before."""

    planned: int
    replayed: bool


class VisitedOut(BaseModel):
    """A visit that was recorded, and the case that it opened, empty if none."""

    visit: str
    opened: str
    replayed: bool
