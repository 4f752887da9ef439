"""What may stand behind the question mark, and in a body: unknown names are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from fastapi import Header, Path
from pydantic import BaseModel, ConfigDict, Field

from api.usecases.lists import Ask
from graphcore.domain.event import Json
from graphcore.domain.forces import Progress, Readiness, TaskState
from graphcore.domain.forces import RosterState as ForcesState
from graphcore.domain.household import BasicNeed, RosterState, Stage
from graphcore.domain.supply import Hold, LineState, PlanState, TripState

MAX_PAGE = 1000
MAX_DAYS = 30
PlanId = Annotated[str, Path(pattern=r"^PL-[0-9A-Z]{1,32}$", description="Id of a plan")]
RosterId = Annotated[str, Path(pattern=r"^RO-[0-9A-Z]{1,32}$", description="Id of a roster")]
OrderId = Annotated[
    str, Path(pattern=r"^OR-[0-9A-Z]{1,32}-[0-9]{1,8}$", description="Id of an order")
]
JobId = Annotated[str, Path(pattern=r"^J-[0-9A-Z]{1,32}$", description="Id of a job")]
IdempotencyKey = Annotated[
    str,
    Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{8,128}$",
           description="A new value for each new request; the same value when it is repeated"),
]  # fmt: skip


GoalText = Annotated[str, Field(max_length=100)]


class PageQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")
    filter: ClassVar[str] = ""

    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str = Field("", max_length=500, description="`next` of the page before")

    def ask(self, plan: str = "") -> Ask:
        """Return the use case's question."""
        state = getattr(self, self.filter) if self.filter else None
        return Ask(self.limit, self.cursor, getattr(self, "township", ""), str(state or ""), plan)


class TownshipQuery(PageQuery):
    """Which page, of which township."""

    township: str = Field("", pattern=r"^[0-9]{0,12}$", description="Township code")


class HouseholdQuery(TownshipQuery):
    """Households by roster state."""

    filter: ClassVar[str] = "state"
    state: RosterState | None = None


class StageQuery(PageQuery):
    """Disasters and programmes by stage."""

    filter: ClassVar[str] = "stage"
    stage: Stage | None = None


class LotQuery(TownshipQuery):
    """Lots by hold."""

    filter: ClassVar[str] = "hold"
    hold: Hold | None = None


class NeedQuery(TownshipQuery):
    """Needs by basic need."""

    filter: ClassVar[str] = "basic"
    basic: BasicNeed | None = None


class PlanQuery(PageQuery):
    """Plans by state."""

    filter: ClassVar[str] = "state"
    state: PlanState | None = None


class LineQuery(TownshipQuery):
    """Lines by state."""

    filter: ClassVar[str] = "state"
    state: LineState | None = None


class ShortfallQuery(TownshipQuery):
    """Shortfalls by reason."""

    filter: ClassVar[str] = "reason"
    reason: str = Field("", pattern=r"^[a-z_]{0,32}$")


class ReadinessQuery(TownshipQuery):
    """Volunteers and equipment by readiness."""

    filter: ClassVar[str] = "readiness"
    readiness: Readiness | None = None


class TaskQuery(TownshipQuery):
    """Tasks by state."""

    filter: ClassVar[str] = "state"
    state: TaskState | None = None


class RosterQuery(PageQuery):
    """Rosters by state."""

    filter: ClassVar[str] = "state"
    state: ForcesState | None = None


class AssignmentQuery(TownshipQuery):
    """Orders by progress."""

    filter: ClassVar[str] = "progress"
    progress: Progress | None = None


class RosterRequest(BaseModel):
    """What to roster."""

    model_config = ConfigDict(extra="forbid")

    days: int | None = Field(None, ge=1, le=MAX_DAYS, description="Empty: as the rules say")
    first_on: date | None = Field(None, description="First day; empty: the day the job runs")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    nodes: int | None = Field(None, ge=1, le=10**7, description="Limit in nodes for one goal")
    seconds: float | None = Field(None, gt=0, le=3600, description="Limit by the clock")

    def options(self) -> dict[str, Json]:
        """Return the fields as `api.usecases.roster.make.RosterOptions` names them, as JSON."""
        first_on = self.first_on.isoformat() if self.first_on else ""
        return {**self.model_dump(), "first_on": first_on}


class ProgressRequest(BaseModel):
    """How far an order has come."""

    model_config = ConfigDict(extra="forbid")

    progress: Progress


class TripQuery(TownshipQuery):
    """Trips by state."""

    filter: ClassVar[str] = "state"
    state: TripState | None = None


class PlanRequest(BaseModel):
    """What to plan."""

    model_config = ConfigDict(extra="forbid")

    disaster: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$", description="Empty: the latest one")
    days: int | None = Field(None, ge=1, le=MAX_DAYS, description="Empty: as the rules say")
    first_on: date | None = Field(None, description="First day; empty: the day the job runs")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    work: int | None = Field(None, ge=1, le=10**9, description="Limit in simplex iterations")
    seconds: float | None = Field(None, gt=0, le=3600, description="Limit by the clock")
    goals: list[GoalText] = Field([], max_length=20, description="Goals to put first below the"
        " survival floor, in their order; `weighted_coverage=1%` gives 1% of it up for those below")  # fmt: skip
    give_up: list[GoalText] = Field([], max_length=20, description="What goals that keep their"
                                    " place give up: `weighted_coverage=1%`")  # fmt: skip
    floors: list[GoalText] = Field([], max_length=50, description="Equity floors that the plan must"
        " keep: `海口镇=60%`, `全部乡镇/饮用水=50%`, `残疾人=90%`; by name or code")  # fmt: skip
    as_is: bool = Field(False, description="Numbers that seem wrong were looked at and are right")

    def options(self) -> dict[str, Json]:
        """Return the fields as `api.usecases.make_plan.PlanOptions` names them, as JSON."""
        first_on = self.first_on.isoformat() if self.first_on else ""
        return {**self.model_dump(), "first_on": first_on}


class ApprovalRequest(BaseModel):
    """Nothing needs to be said: the key names the officer, the address the plan."""

    model_config = ConfigDict(extra="forbid")
