"""What the audits' routes take and answer: declared field by field."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.http.models import Flag, Int, Micros, Str, Words
from api.usecases.audits.tasks import Wanted
from graphcore.domain.audit import FindingState, Rule, Ruling
from graphcore.domain.household import BasicNeed

_PLACE = r"^[0-9]{0,12}$"
RulingId = Annotated[str, Path(pattern=r"^RU-[0-9A-Z]{1,32}$", description="Id of a ruling")]
_ID = r"^[A-Z]{1,2}-[0-9A-Z-]{1,32}$"
_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
FindingId = Annotated[str, Path(pattern=r"^FN-[0-9A-Z]{1,32}$", description="Id of a finding")]
HouseholdId = Annotated[str, Path(pattern=r"^H-[0-9A-Z]{1,32}$", description="Id of a household")]


class FindingQuery(BaseModel):
    """Which findings, which page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, ge=1, le=1000)
    cursor: str = Field(
        "", pattern=r"^(FN-[0-9A-Z]{1,32})?$", description="`next` of the page before"
    )
    rule: str = Field("", pattern=r"^[a-z_.]{0,40}$", description="A rule, or how it begins")
    township: str = Field("", pattern=_PLACE)
    village: str = Field("", pattern=_PLACE)
    owner: str = Field("", max_length=80)
    state: FindingState | None = Field(None, description="Default: all that stand, accepted or not")
    overdue: bool = False

    def wanted(self) -> Wanted:
        """Return the use case's question, one row longer than the page."""
        return Wanted(
            self.rule, self.township, self.village, self.owner, self.state.value if self.state else "", self.overdue,
            self.limit + 1, self.cursor,
        )  # fmt: skip


class CoverageQuery(BaseModel):
    """Whose households to list."""

    model_config = ConfigDict(extra="forbid")

    category: str = Field("", pattern=r"^([a-z]+:[a-z0-9_]+)?$",
                          description="`dimension:category`, to list who is behind it")  # fmt: skip


class Found(BaseModel):
    """A finding: who is concerned, by meaningless id, why, whose task it is."""

    id: str
    rule: Rule
    subject: Str
    village: Str
    township: Str
    basics: Words
    reason: Str
    whom: Str
    since: Micros
    days: Int
    state: FindingState
    owner: Str
    due_at: Micros
    found_at: Micros
    closed_at: Micros


class ProofNeed(BaseModel):
    """A need that proves a finding, with what is missing of it in the plan in force and why."""

    need: str
    item: Str
    basic: BasicNeed
    units: Int
    reason: Str
    missing: Int


class ProofRecord(BaseModel):
    """A source record that proves a finding."""

    record: str
    form: Str
    file: Str
    sheet: Str
    row: Int


class ProofHouse(BaseModel):
    """A house under a total that a report tells otherwise."""

    house: str
    household: Str
    damage: Str


class GraphNode(BaseModel):
    """A node that belongs to a proof, by meaningless id."""

    id: str
    label: str


class GraphEdge(BaseModel):
    """A relationship of the graph between two of the nodes."""

    model_config = ConfigDict(serialize_by_alias=True)

    source: str = Field(alias="from")
    rel: str
    target: str = Field(alias="to")


class ProofGraph(BaseModel):
    """What lies within two steps of a finding: what it is tied to, and what ties that together."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]


class RuledOn(BaseModel):
    """What a named person said of a finding; ``revoked_at`` 0: it stands while the facts do."""

    id: str
    ruling: Ruling
    officer: str
    at: Micros
    revoked_at: Micros


class FoundWithProof(Found):
    """A finding with its figures and the part of the graph that proves it."""

    detail: dict[str, JsonValue]
    houses: list[ProofHouse]
    needs: list[ProofNeed]
    records: list[ProofRecord]
    rulings: list[RuledOn]
    graph: ProofGraph


class Counted(BaseModel):
    """Findings of a place, rule and reason that stand; households are counted once each."""

    township: Str
    village: Str
    rule: Rule
    reason: Str
    findings: Int
    accepted: Int
    households: Int
    since: Micros


class CountsOut(BaseModel):
    """Findings that stand, by place and rule."""

    items: list[Counted]


class Covered(BaseModel):
    """Coverage of a category in permille; null where it has too few households to show."""

    dimension: str
    category: str
    households: Int
    persons: Int
    coverage: int | None
    gap: int | None
    merged: Int


class Behind(BaseModel):
    """A household behind a category."""

    household: str
    coverage: float


class CoverageOut(BaseModel):
    """Coverage, the largest gap first, and the households behind the category asked for."""

    items: list[Covered]
    behind: list[Behind]


class Account(BaseModel):
    """needed = received + planned + missing + not_needed."""

    basic: BasicNeed
    need: Str
    item: Str
    needed: Int
    received: Int
    planned: Int
    missing: Int
    not_needed: Int
    reason: Str
    whom: Str
    days: Int


class RulingOut(BaseModel):
    """What a named person determined, when, until when; on what: `/v1/words/{id}`."""

    id: str
    basic: Str
    ruling: Ruling
    officer: Str
    at: Micros
    until: Str


class Hint(BaseModel):
    """A status that the household likely holds, by the comparison: help to apply; nothing more."""

    group: str
    match: str
    certain: bool


class AccountsOut(BaseModel):
    """A household's accounts, the rulings on its needs, and what the comparison hints at."""

    household: str
    state: Str
    checked_at: Micros
    accounts: list[Account]
    rulings: list[RulingOut]
    hints: list[Hint]


class RunRequest(BaseModel):
    """Which disaster; empty: the latest."""

    model_config = ConfigDict(extra="forbid")

    disaster: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$")


class RunOut(BaseModel):
    """A run of the audits, and how many findings are open after it."""

    run: str
    open: int


class AssignRequest(BaseModel):
    """Which findings go to whom, by when (UTC microseconds; 0 = as it is)."""

    model_config = ConfigDict(extra="forbid")

    findings: list[Annotated[str, Field(pattern=r"^FN-[0-9A-Z]{1,32}$")]] = Field(
        min_length=1, max_length=1000
    )
    owner: str = Field(min_length=1, max_length=80)
    due_at: int = Field(0, ge=0, le=2**53)


class Assigned(BaseModel):
    """How many findings were given."""

    assigned: int
    owner: str


class RulingRequest(BaseModel):
    """A ruling on an absent record, a household's basic need, or a finding; the key names the officer."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(pattern=_ID)
    ruling: Ruling
    basic: BasicNeed | None = None
    evidence: str = Field(min_length=1, max_length=200)


class Ruled(BaseModel):
    """A ruling's id."""

    ruling: str


class RevocationRequest(BaseModel):
    """Why a ruling is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=200)


class AidRequest(BaseModel):
    """Aid of a programme for a basic need; ``confirmed`` records it in spite of warnings."""

    model_config = ConfigDict(extra="forbid")

    household: str = Field(pattern=r"^H-[0-9A-Z]{1,32}$")
    programme: str = Field(pattern=r"^[a-z_]{1,40}$")
    basic: BasicNeed
    first_on: str = Field(pattern=_DAY)
    last_on: str = Field("", pattern=_DAY)
    quantity: int = Field(0, ge=0, le=10**9)
    amount_fen: int = Field(0, ge=0, le=10**15)
    confirmed: bool = False


class AidOut(BaseModel):
    """The aid's id, "" if it waits for a confirmation; what should be looked at."""

    aid: str
    recorded: Flag
    warnings: list[str]


class FindingsPage(BaseModel):
    """One page of findings."""

    items: list[Found]
    next: str | None
