"""What a rule file may say: pydantic models of dated parameters, items, need rules, stages.

Every figure is a `Dated` entry: from when, until when, where, with what standing, on what text.
Unknown keys are refused, so that a misspelt condition never widens or narrows aid in silence.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graphcore.domain.household import (
    BasicNeed,
    HardshipGroup,
    HouseDamage,
    MedicalFact,
    PointKind,
    RosterState,
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Status(StrEnum):
    """Standing of a figure."""

    STATUTORY = "statutory"  # the cited text itself says it
    LOCAL = "local"  # a local rule or standard
    ILLUSTRATIVE = "illustrative"  # a sensible figure, to be replaced by the district's own


class Level(StrEnum):
    """Level of government that set a figure, from the highest down; the lowest is the narrowest."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class Unit(StrEnum):
    """Units in which supply is counted, always whole."""

    DING = "顶"
    CHUANG = "床"
    JIAN = "件"
    ZHANG = "张"
    XIANG = "箱"
    PING = "瓶"
    BAO = "包"
    NIGHT = "间夜"  # a room for a night
    FEN = "分"  # money, counted in whole fen


class Per(StrEnum):
    """What a benefit's standard is paid for."""

    PERSON_DAY = "person_day"
    PERSON = "person"
    HOUSEHOLD = "household"


class Count(StrEnum):
    """What a need rule multiplies by."""

    PERSONS = "persons"
    HOUSEHOLDS = "households"
    INFANTS = "infants"
    CHILDREN = "children"
    ELDERS = "elders"
    ROOFLESS = "roofless"  # persons whose house collapsed or is severely damaged
    HOUSED = "housed"  # the others
    HOLDERS = "holders"  # persons of whom `fact` is known


class Dated(_Model):
    """One figure in force from a day (inclusive) until a day (inclusive), in a region."""

    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")
    region: str = Field(default="", pattern=r"^\d{0,12}$")  # division-code prefix; "" = everywhere
    level: Level | None = None  # who set it; left out = not told
    status: Status
    cites: str = Field(min_length=1)

    @property
    def rank(self) -> int:
        """How near to the people the level is that set it; 0 where that is not told."""
        return 0 if self.level is None else 1 + list(Level).index(self.level)

    def holds(self, day: date, region: str) -> bool:
        """Whether the entry is in force on the day in the region."""
        started = self.since <= day and (self.until is None or day <= self.until)
        return started and region.startswith(self.region)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("`to` lies before `from`")
        return self


class DatedValue(Dated):
    """A parameter's figure: a whole number, a text, a list or a table of them."""

    value: Any


class DatedAmount(Dated):
    """A need rule's figure: ``amount`` units for each ``per`` counted, rounded up."""

    amount: int = Field(ge=0)
    per: int = Field(default=1, ge=1)


class DatedMoney(Dated):
    """A benefit's standard in fen; 0 = by individual decision."""

    fen: int = Field(ge=0)


class DatedHours(Dated):
    """A referral's deadline in hours after the start of the first day planned."""

    hours: int = Field(ge=0)


class ParameterRule(_Model):
    """A named parameter and its history."""

    title: str
    values: tuple[DatedValue, ...] = Field(min_length=1)


class Item(_Model):
    """A supply item. Weight in grams and volume in millilitres, of one unit with its packing.

    What weighs nothing (money, a voucher) is handed over by transfer and needs no vehicle.
    """

    name: str
    english: str
    aliases: tuple[str, ...] = ()
    unit: Unit
    basic: BasicNeed
    weight_g: int = Field(ge=0)
    volume_ml: int = Field(ge=0)
    daily: bool  # lost if missed on its day; otherwise it may come late
    survival: bool  # part of the survival floor
    cold: bool = False  # spoils unless it is kept cold on the way


class Condition(_Model):
    """Predicates on a subject; all that are given must hold. An empty condition always holds."""

    state: tuple[RosterState, ...] = ()
    damage: tuple[HouseDamage, ...] = ()
    point_kind: tuple[PointKind, ...] = ()
    groups: tuple[HardshipGroup, ...] = ()  # at least one of them
    without: tuple[HardshipGroup, ...] = ()  # none of them
    facts: tuple[MedicalFact, ...] = ()  # at least one person with one of them
    relocated: bool | None = None
    cut_off: bool | None = None
    anonymous: bool | None = None
    intensity_from: str = ""  # name of a parameter: intensity is at least its value
    any: tuple[Condition, ...] = ()  # at least one of these holds


class NeedRule(_Model):
    """One rule from a situation to units of an item."""

    title: str
    item: str
    count: Count
    fact: MedicalFact | None = None  # of `holders`; with `infants`: at least as many as holders
    less: tuple[MedicalFact, ...] = ()  # persons of whom one of these is known are not counted
    hazards: tuple[str, ...] = ()  # empty = all
    stages: tuple[str, ...] = Field(min_length=1)
    months: tuple[int, ...] = ()  # calendar months, empty = all
    when: Condition = Condition()
    values: tuple[DatedAmount, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.count is Count.HOLDERS and self.fact is None:
            raise ValueError("`count: holders` needs a `fact`")
        if self.fact is not None and self.count not in (Count.HOLDERS, Count.INFANTS):
            raise ValueError("`fact` goes with `count: holders` or `infants` only")
        if self.less and self.count is not Count.PERSONS:
            raise ValueError("`less` goes with `count: persons` only")
        if any(not 1 <= m <= 12 for m in self.months):  # noqa: PLR2004 -- months of a year
            raise ValueError("a month is 1 to 12")
        return self


class DatedRate(Dated):
    """A substitution's figure: ``give`` units of the substitute stand for ``of`` units of the need.

    ``most_permille``: of what a township is owed of the item on a day, at most so much.
    """

    give: int = Field(ge=0)
    of: int = Field(default=1, ge=1)
    most_permille: int = Field(default=1000, ge=0, le=1000)


class SubstitutionRule(_Model):
    """What may be given instead of an item that is owed. ``give: 0`` switches a rule off."""

    title: str
    english: str
    need: str  # the item that is owed
    use: str  # the item that is given
    market: bool = False  # only where a market works
    hazards: tuple[str, ...] = ()  # empty = all
    stages: tuple[str, ...] = Field(min_length=1)
    months: tuple[int, ...] = ()  # calendar months, empty = all
    values: tuple[DatedRate, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.need == self.use:
            raise ValueError("`use` is the item that is owed")
        return self


class DatedContents(Dated):
    """What one kit holds: units by item that is owed. Empty switches the kit off."""

    contents: dict[str, Annotated[int, Field(ge=1)]]


class KitRule(_Model):
    """A kit, under its own item: it is handed over whole and meets each of the needs it holds."""

    values: tuple[DatedContents, ...] = Field(min_length=1)


class ReferralRule(_Model):
    """From a medical fact to a service that goods cannot meet."""

    fact: MedicalFact
    service: str
    name: str  # Chinese
    english: str
    stages: tuple[str, ...] = Field(min_length=1)
    values: tuple[DatedHours, ...] = Field(min_length=1)


class BenefitRule(_Model):
    """One benefit in money: who is likely entitled, to how much, for how long, with which papers.

    ``days`` names the parameter that bounds the days paid for; "" = paid once. ``raised`` names a
    parameter group → permille: the highest of a household's groups counts, never their sum.
    ``papers_days`` names the parameter within which papers may follow aid that came first.
    """

    name: str
    english: str
    stage: str
    owner: str
    per: Per
    days: str = ""
    count: Count = Count.PERSONS
    months: tuple[int, ...] = ()
    when: Condition
    raised: str = ""
    papers: tuple[str, ...] = ()
    papers_days: str = ""
    event: str = Field(default="", pattern="^(death)?$")  # paid for an event, not for a state
    next: str = ""  # the benefit that a household still in difficulty is handed over to
    also: tuple[str, ...] = ()  # others that it may be handed over to instead
    values: tuple[DatedMoney, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.per is Per.PERSON_DAY) != bool(self.days):
            raise ValueError("`days` goes with `per: person_day`, and only with it")
        if self.count is Count.HOLDERS:
            raise ValueError("a benefit does not count holders of a medical fact")
        if any(not 1 <= m <= 12 for m in self.months):  # noqa: PLR2004 -- months of a year
            raise ValueError("a month is 1 to 12")
        return self


class DatedEase(Dated):
    """What a fast track waives or postpones; ``to`` says until when, ``by`` who decided it."""

    by: str = Field(min_length=1)
    steps: tuple[str, ...] = ()  # steps that may be left out
    waived: tuple[str, ...] = ()  # papers that are not asked for
    postponed: tuple[str, ...] = ()  # papers that may follow ...
    papers_days: int = Field(default=0, ge=0)  # ... within so many days

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if bool(self.postponed) != bool(self.papers_days):
            raise ValueError("`papers_days` goes with `postponed`, and only with it")
        return self


class FastTrackRule(_Model):
    """Simplified procedure for a benefit and groups (适时简化办理程序)."""

    title: str
    benefit: str
    groups: tuple[HardshipGroup, ...] = Field(min_length=1)
    values: tuple[DatedEase, ...] = Field(min_length=1)


class StageRule(_Model):
    """A stage of relief. ``days`` names the parameter that bounds it; "" = open-ended."""

    name: str
    english: str
    order: int
    days: str = ""
    parallel: bool = False  # runs beside the sequence (a yearly campaign, rebuilding)
    computed: bool  # whether need rules exist for it
    owner: str  # the bureau that leads it


class ProgrammeRule(_Model):
    """A programme of aid, of whichever bureau, or a benefit in money under its own code."""

    name: str
    english: str
    basic: BasicNeed | None = None  # of a benefit: the need that its cases meet


class DatedAllowance(Dated):
    """Whether two programmes may meet the same need on the same days."""

    allowed: bool


class PairRule(_Model):
    """Two programmes and the history of whether one need may get both."""

    title: str
    pair: tuple[str, str]
    values: tuple[DatedAllowance, ...] = Field(min_length=1)


class Scope(_Model):
    """Who has needs, as data: in full, or presumed (survival floor only)."""

    affected: Condition
    presumed: Condition


class RuleFile(_Model):
    """The sections that a rule file may have; a later file replaces entries of the same name."""

    parameters: dict[str, ParameterRule] = {}
    items: dict[str, Item] = {}
    needs: dict[str, NeedRule] = {}
    referrals: dict[str, ReferralRule] = {}
    stages: dict[str, StageRule] = {}
    benefits: dict[str, BenefitRule] = {}
    programmes: dict[str, ProgrammeRule] = {}
    pairs: dict[str, PairRule] = {}
    fast_tracks: dict[str, FastTrackRule] = {}
    substitutions: dict[str, SubstitutionRule] = {}
    kits: dict[str, KitRule] = {}
    scope: Scope | None = None
