"""What the routes that look into plans answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SectionOut(BaseModel):
    """A heading with sentences, and with a table if it has columns."""

    heading: str
    sentences: list[str]
    columns: list[str]
    rows: list[list[str | int]]


class StoryOut(BaseModel):
    """Sections of sentences and tables, in the caller's language."""

    title: str
    sections: list[SectionOut]


class TiltRow(BaseModel):
    """One set of households: a band of intensity, or a hardship group (`none` = in no group)."""

    kind: str
    mark: str
    subjects: int
    coverage: float = Field(description="Mean over items of served / needed units, 0..1")
    everyone: float = Field(description="The same of everybody, over the same items")
    tilt: float | None = Field(description="coverage / everyone; null where nobody got anything")


class TiltOut(BaseModel):
    """A plan's tilt as it was published."""

    plan: str
    rows: list[TiltRow]


class WhyOut(BaseModel):
    """Why a plan should be made again: `refused`, `overdue` or `data`."""

    code: str
    count: int
    what: str


class FairnessPoint(BaseModel):
    """One step: the share of the floors kept, the worst group's floor, the coverage that remains."""

    share: float
    floor: float
    coverage: float


class FairnessCurve(BaseModel):
    """A curve. ``price`` is the share of the best coverage that whole floors cost."""

    price: float
    complete: bool
    points: list[FairnessPoint]


class FairnessOut(BaseModel):
    """The survival floor lowered alone, and all floors lowered."""

    plan: str
    number: int
    moved: bool = Field(description="Whether the data changed since the plan")
    survival: FairnessCurve
    all: FairnessCurve


class MeasureOut(BaseModel):
    """One measure and what solving again with it brings."""

    what: str
    households_met: int = Field(description="More households all of whose needs are met")
    households_gaining: int
    households_losing: int
    cost_fen: int | None = Field(description="null = nobody knows")
    per_household_fen: float | None
    by_clock: bool
    places: dict[str, int] = Field(description="Households that gain, by township")
    goals: dict[str, list[float]] = Field(description="Each goal before and after")


class MeasuresOut(BaseModel):
    """Measures, the cheapest for each household that gains first."""

    measures: list[MeasureOut]
