"""What the ledger's routes take and answer: declared field by field."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.http.models import Flag, Int, Micros, Str, Words
from graphcore.casework.desk import Channel, Kind, State
from graphcore.casework.ledger.clocks import Due
from graphcore.domain.figures import Level, Phase, ResponseAct

_PLACE = r"^[0-9]{0,12}$"
Number = Annotated[int, Path(ge=0, le=10**9, description="Number of a version; 0 = the newest")]
ApplicationId = Annotated[
    str,
    Path(pattern=r"^(AP-[0-9A-Z]{1,32}|\d{6}-\d{8}-\d{4,8})$", description="Id or receipt number"),
]
Figure = Annotated[int | None, Field(description="null = nobody told it")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LedgerQuery(_Body):
    """Of which township, at which moment."""

    township: str = Field("", pattern=_PLACE)
    at: int = Field(0, ge=0, le=2**53, description="UTC microseconds; 0 = now")


class DifferenceQuery(_Body):
    """Of which township; ``every`` with what agrees."""

    township: str = Field("", pattern=_PLACE)
    every: bool = False


class PlaceQuery(_Body):
    """Of which township."""

    township: str = Field("", pattern=_PLACE)


class ApplicationQuery(_Body):
    """Which applications."""

    state: State | None = None
    overdue: bool = False


class Version(BaseModel):
    """A township's report: one version, never edited."""

    id: str
    township: str
    version: int
    phase: Phase
    previous: Str
    reported_at: Micros
    recorded_at: Micros
    source: Str
    reporter: Str
    zero: Flag
    figures: dict[str, Figure]


class Change(BaseModel):
    """What a version changed against the one before it."""

    report: str
    township: str
    version: int
    figure: str
    before: Figure
    after: Figure
    fell: bool


class ReportsOut(BaseModel):
    """Reports as they stand: sums of the scope, each version, each change."""

    disaster: str
    response: str
    totals: dict[str, Figure]
    versions: list[Version]
    changes: list[Change]


class Clock(BaseModel):
    """Which report is due from a township, and how it stands."""

    township: str
    versions: int
    last_phase: str
    last_at: Micros
    clock: str
    due_at: Micros
    state: Due
    missed: int
    first_late: int


class ClocksOut(BaseModel):
    """Clocks of the townships that were hit, under the response that drives them."""

    response: str
    every_hours: int
    county_due_at: Micros
    straight: bool
    cites: Words
    items: list[Clock]


class Difference(BaseModel):
    """A reported figure beside what lies under it."""

    township: str
    figure: str
    reported: Figure
    named: int
    difference: Figure
    rows: Words


class DifferencesOut(BaseModel):
    """Differences with the ids of the rows under them."""

    items: list[Difference]


class FormRow(BaseModel):
    """A row of the next report, filled with what stands."""

    township: str
    phase: Phase
    reported_at: Micros
    figures: dict[str, Figure]


class FormOut(BaseModel):
    """The next report's rows."""

    items: list[FormRow]


class NoticeOut(BaseModel):
    """A version of the ledger with its notice to Civil Affairs."""

    id: str
    number: int
    phase: Str
    cause: Str
    at: Micros
    sent_at: Micros
    due_at: Micros
    received_at: Micros
    answered_at: Micros
    minutes: int
    overdue: bool


class NoticesOut(BaseModel):
    """Versions, the newest first."""

    items: list[NoticeOut]


class Answer(BaseModel):
    """How assistance stands in one township."""

    township: str
    households: Int
    matched: Int
    review: Int
    unmatched: Int
    opened: Int
    approved: Int
    approved_fen: Int
    paid: Int
    paid_fen: Int
    pending: Int
    at: Micros


class AnswersOut(BaseModel):
    """The answer to a version, by township."""

    items: list[Answer]


class VillageOut(BaseModel):
    """A hit village: who is unknown, who looks after it, when somebody was last there."""

    village: str
    township: str
    households: int
    unknown: int
    in_need: int
    surveys: int
    last_at: Micros
    groups: Words
    done: bool


class VillagesOut(BaseModel):
    """Villages, those not surveyed first."""

    items: list[VillageOut]


class ResponseRequest(_Body):
    """A step of the response."""

    act: ResponseAct
    authority: str = Field(min_length=1, max_length=100)
    level: Level | None = None
    document: str = Field("", max_length=100)
    at: int = Field(0, ge=0, le=2**53, description="UTC microseconds; 0 = now")


class Done(BaseModel):
    """The id of what was recorded."""

    id: str


class SendRequest(BaseModel):
    """The district's summary went up: under which document's number."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(min_length=1, max_length=100, description="A document's number; no names")


class SummaryOut(BaseModel):
    """A summary as it was sent up; ``changed`` by figure since the one before."""

    id: str
    disaster: str
    number: int
    document: str
    at: int
    actor: str
    due_at: int
    late: bool
    straight: bool
    figures: dict[str, int | None]
    changed: dict[str, int]


class SummariesOut(BaseModel):
    """Summaries sent up, the newest first."""

    items: list[SummaryOut]


class CasualtyOut(BaseModel):
    """Somebody dead, missing or injured, by meaningless id."""

    id: str
    household: Str
    township: Str
    village: Str
    kind: Str
    occurred_on: Str
    certified_by: Str
    kin_told_at: Micros
    closed_on: Str


class CasualtiesOut(BaseModel):
    """The lost, within the caller's scope."""

    items: list[CasualtyOut]


class Matter(BaseModel):
    """What a death left open."""

    household: str
    township: str
    matter: str
    since: Micros


class MattersOut(BaseModel):
    """Matters, the oldest first."""

    items: list[Matter]


class HeadRequest(_Body):
    """Who is to be head."""

    person: str = Field(pattern=r"^P-[0-9A-Z]{1,32}$")


class GuardianRequest(_Body):
    """Who cares for the children; the name is sealed."""

    name: str = Field(min_length=1, max_length=50)
    relation: str = Field(min_length=1, max_length=20)
    document: str = Field(min_length=1, max_length=100)
    kind: str = Field("guardian", pattern="^(guardian|proxy)$")


class ApplicationRequest(_Body):
    """What somebody asks for; name, phone and words are sealed."""

    kind: Kind
    place: str = Field(pattern=r"^[0-9]{9,12}$", description="Township that has to answer")
    text: str = Field(min_length=1, max_length=2_000)
    channel: Channel = Channel.WINDOW
    name: str = Field("", max_length=50)
    phone: str = Field("", max_length=30)
    household: str = Field("", max_length=40)
    benefit: str = Field("", pattern=r"^[a-z_]{0,40}$")
    about: str = Field("", pattern=r"^[A-Z0-9-]{0,40}$")


class AnswerRequest(_Body):
    """What is answered, with its reason; ``to``: the township it is passed on to."""

    state: State
    text: str = Field(min_length=1, max_length=1_000)
    to: str = Field("", pattern=_PLACE)


class ReceiptOut(BaseModel):
    """The receipt of an application."""

    id: str
    number: str
    due_on: str
    cites: str
    state: State


class ApplicationOut(BaseModel):
    """An application without who applied and what was said."""

    id: str
    number: str
    kind: Kind
    channel: Channel
    township: Str
    household: Str
    benefit: Str
    about: Str
    received_at: Micros
    due_on: Str
    days_left: int | None
    state: State
    answered_at: Micros


class ApplicationsOut(BaseModel):
    """Applications, the most urgent first."""

    items: list[ApplicationOut]
