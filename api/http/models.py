"""What the API answers: declared field by field, so that nothing else can slip out."""

from __future__ import annotations

import math
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from api.usecases.job_rows import JobState
from graphcore.domain.household import BasicNeed, RosterState
from graphcore.domain.supply import Hold, LineState, Mode, PlanState, TripState

Str = Annotated[str, BeforeValidator(lambda value: value or "")]
Int = Annotated[int, BeforeValidator(lambda value: value or 0)]
Flag = Annotated[bool, BeforeValidator(bool)]
Words = Annotated[list[str], BeforeValidator(lambda value: value or [])]
Micros = Annotated[int, BeforeValidator(lambda value: value or 0),
                   Field(description="UTC microseconds since 1970-01-01; 0 = never")]  # fmt: skip
Bound = Annotated[float | None, BeforeValidator(lambda value: value if _finite(value) else None),
                  Field(description="null = none is known")]  # fmt: skip
T = TypeVar("T", bound=BaseModel)


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


class PageOut(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class Township(BaseModel):
    """A township (乡镇)."""

    code: str
    name: Str
    lon: float | None
    lat: float | None
    population: int | None


class Village(BaseModel):
    """A village (村)."""

    code: str
    name: Str
    township: Str
    lon: float | None
    lat: float | None
    hit: Flag


class Household(BaseModel):
    """A household, masked: a meaningless id and counts, no name, number, phone or address."""

    id: str
    village: Str
    township: Str
    state: RosterState
    checked_at: Micros
    persons: Int
    persons_in_need: Int
    located: Str
    named: Flag


class Disaster(BaseModel):
    """A disaster (灾害)."""

    id: str
    name: Str
    hazard: Str
    occurred_at: Micros
    stage: Str
    response_level: Str


class Programme(BaseModel):
    """A relief programme (救助项目)."""

    id: str
    name: Str
    stage: Str
    organization: Str


class Organization(BaseModel):
    """A social organisation (社会力量)."""

    id: str
    code: Str
    name: Str
    kind: Str
    skills: Words
    township: Str
    valid_to: Str
    readiness: Str
    prefers: Words


class Donation(BaseModel):
    """A donation (捐赠) with its intent; the donor, who may be a natural person, is not named."""

    id: str
    code: Str
    kind: Str
    item: Str
    quantity: Int
    amount_fen: Int
    designated: Flag
    only_townships: Words
    only_groups: Words
    only_needs: Words
    project: Str
    purpose: Str
    redirect_consent: Flag
    surplus: Flag
    received_on: Str


class Warehouse(BaseModel):
    """A warehouse (储备库)."""

    id: str
    code: Str
    name: Str
    township: Str
    lon: float | None
    lat: float | None
    owner: Str


class Lot(BaseModel):
    """A lot of goods (批次). ``township`` is its warehouse's."""

    id: str
    code: Str
    warehouse: Str
    township: Str
    item: Str
    on_hand: Int
    reserved: Int
    arrives_on: Str
    expires_on: Str
    owner: Str
    authority: Str
    hold: Hold
    donation: Str


class Need(BaseModel):
    """A need (需求) of a household or headcount, by meaningless ids."""

    id: str
    subject: Str
    item: Str
    basic: BasicNeed
    point: Str
    township: Str
    first_on: Str
    days: Int
    per_day: Int
    daily: Flag
    survival: Flag
    tier: Int
    weight: Int
    received: Int


class Plan(BaseModel):
    """A plan in the list of plans."""

    id: str
    number: Int
    base: Str
    state: PlanState
    disaster: Str
    first_on: Str
    days: Int
    by_clock: Flag
    created_at: Micros
    approved_at: Micros
    version: Int


class Goal(BaseModel):
    """A goal's value, its bound, and what whole units cost."""

    number: int
    name: str
    value: Bound
    bound: Bound
    outcome: str
    unit: str
    rounding_loss: float = 0.0
    give_up: str = Field("", description="What the goals below might take of it: `1%`, or a number"
                                         " in its own unit")  # fmt: skip
    given_up: float = Field(0.0, description="What they took, before whole units")


class LinesTotal(BaseModel):
    """Lines of one state within the caller's scope."""

    state: LineState
    lines: Int
    units: Int


class ShortfallsTotal(BaseModel):
    """Unserved units of one reason within the caller's scope."""

    reason: str
    lines: Int
    units: Int


class PlanSummary(Plan):
    """A plan with its goals and totals."""

    rulebook: Str
    snapshot: Str
    seed: Int
    created_by: Str
    approved_by: Str
    aims: Words = Field(description="The order of the goals, each with what it may give up")
    floors: Words = Field(description="Equity floors that the plan keeps, as they were asked for")
    goals: list[Goal]
    lines: list[LinesTotal]
    shortfalls: list[ShortfallsTotal]


class Line(BaseModel):
    """An allocation line: what goes from which lot to whom, when and how.

    ``covers`` units of ``need_item`` are met; another ``item`` stands for it by the rule ``swap``.
    Of a kit ``also`` names what it meets besides: need, item, due day and units of one kit, by |.
    """

    id: str
    lot: Str
    item: Str
    warehouse: Str
    township: Str
    point: Str
    subject: Str
    need: Str
    day: Int
    due_day: Int
    quantity: Int
    mode: Mode
    state: LineState
    reason: Str
    need_item: Str
    covers: Int
    swap: Str
    also: Words


class Shortfall(BaseModel):
    """What remains unserved, with what binds it."""

    id: str
    need: Str
    subject: Str
    township: Str
    point: Str
    item: Str
    day: Int
    quantity: Int
    tier: Int
    reason: Str


class Trip(BaseModel):
    """A trip of a vehicle: when it goes, how full it is, how far it is.

    ``departs`` and ``back`` are minutes of its day in China.
    """

    id: str
    plan: Str
    vehicle: Str
    base: Str
    mode: Mode
    day_on: Str
    trip: Int
    departs: Int
    back: Int
    minutes: Int
    weight_kg: Int
    capacity_kg: Int
    volume_l: Int
    capacity_l: Int
    state: TripState
    dispatched_at: Micros
    late_minutes: Int


class Cargo(BaseModel):
    """Units of a line on a trip, and where they are; once it has left they add up to quantity."""

    id: str
    trip: Str
    stop: Int
    line: Str
    lot: Str
    item: Str
    need: Str
    subject: Str
    township: Str
    point: Str
    day_on: Str
    quantity: Int
    in_transit: Int
    at_point: Int
    received: Int
    declined: Int
    damaged: Int
    lost: Int


class JobError(BaseModel):
    """Why a job failed, in the caller's language."""

    code: str
    detail: str
    advice: str
    retry: bool
    changes: list[str]


class JobOut(BaseModel):
    """A job. ``share`` is 0 to 1; ``result`` is the id of what came of it."""

    id: str
    kind: str
    state: JobState
    step: str
    share: float
    result: str
    plan: str | None = Field(description="Address of the plan, once there is one")
    roster: str | None = Field(description="Address of the roster, once there is one")
    error: JobError | None
    queued_at: Micros
    started_at: Micros
    ended_at: Micros


class Health(BaseModel):
    """Whether the service answers and reaches its store."""

    status: str
    version: str
    engine: str
    district: str


class Approval(BaseModel):
    """An approved plan."""

    plan: str
    state: PlanState
    approved_at: Micros
