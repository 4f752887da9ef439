"""What the routes of comparison and review take and answer: declared field by field."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.http.models import Str
from api.http.queries import MAX_PAGE
from api.usecases.comparison.saving import DIFFERENT, OPEN, SAME
from api.usecases.review import MATCHED

ReviewId = Annotated[
    str, Path(pattern=r"^(RV|MT)-[0-9A-Z]{1,32}$", description="Id of a pair, or of a match")
]


class ReviewState(StrEnum):
    """Where a pair stands."""

    OPEN = OPEN
    SAME = SAME
    DIFFERENT = DIFFERENT
    MATCHED = MATCHED  # by the comparison itself: nobody has decided


def cursor_of(weight: float, case: str) -> str:
    """Where the next page of the queue begins."""
    return f"{weight:.3f}:{case}"


class ReviewQuery(BaseModel):
    """Which pairs, which page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str = Field(
        "", pattern=r"^(-?[0-9]{1,6}\.[0-9]{3}:(RV|MT)-[0-9A-Z]{1,32})?$",
        description="`next` of the page before",
    )  # fmt: skip
    state: ReviewState = ReviewState.OPEN

    def behind(self, weight: float, case: str) -> bool:
        """Whether a pair comes after the cursor."""
        if not self.cursor:
            return True
        heavy, _colon, last = self.cursor.partition(":")
        return (-round(weight, 3), case) > (-float(heavy), last)


class AllowedQuery(BaseModel):
    """Which shares of errors are allowed."""

    model_config = ConfigDict(extra="forbid")

    wrong: float = Field(0.001, ge=0, le=1, description="Of the matched pairs, not one person")
    missed: float = Field(0.01, ge=0, le=1, description="Of the true pairs, seen by nobody")


class ComparisonRequest(BaseModel):
    """Nothing needs to be said: what is stored is compared."""

    model_config = ConfigDict(extra="forbid")


class DecisionRequest(BaseModel):
    """Whether two records are one person, and why; the reason is kept encrypted."""

    model_config = ConfigDict(extra="forbid")

    same: bool
    reason: str = Field(min_length=1, max_length=500)


class ReopenRequest(BaseModel):
    """Why a decision is taken back; kept encrypted."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class FieldLevel(BaseModel):
    """How well a field agrees, and its share of the weight."""

    field: str
    level: str
    weight: float


class ReviewOut(BaseModel):
    """A pair: the ledger's record, the register's record, by meaningless ids; no values."""

    id: str
    left: str
    right: str
    township: Str
    state: ReviewState
    decided_by: Str
    weight: float
    reason: Str
    levels: list[FieldLevel]


class FieldPair(BaseModel):
    """One field of both records, clear or masked by the caller's role."""

    field: str
    left: str
    right: str
    sign: Literal["match", "mismatch", "blank"]


class ReviewShown(ReviewOut):
    """A pair with both records field by field; why it was decided, for Civil Affairs."""

    fields: list[FieldPair]
    decision_reason: str


class ReviewsPage(BaseModel):
    """One page of the queue."""

    items: list[ReviewOut]
    next: str | None


class GroupCount(BaseModel):
    """Affected households of a township that hold a status, themselves or through a match."""

    group: str
    households: int


class TownshipAnswer(BaseModel):
    """What the comparison says of a township.

    ``affected``: households that a report names or that are owed in full; ``matched``, ``review``,
    ``none``: of those, by what became of their comparison with the register; ``registered``:
    households on the register;
    ``unreported``: of those, the ones in hit places that no report names and nobody has checked.
    """

    township: str
    affected: int
    matched: int
    review: int
    none: int
    registered: int
    unreported: int
    groups: list[GroupCount]


class AnswersOut(BaseModel):
    """The comparison by township."""

    items: list[TownshipAnswer]


TownshipCode = Annotated[
    str, Path(pattern=r"^[0-9]{9}([0-9]{3})?$", description="Code of a township")
]


class HeldStatus(BaseModel):
    """A status of an affected household: its own (``match`` "") or through a match."""

    village: Str
    household: str
    group: str
    match: str
    certain: bool


class Unreported(BaseModel):
    """A registered person (or household) of a hit place that no report names: go and look."""

    village: Str
    household: str
    subject: str
    groups: list[str]
    state: Literal["review", "none"]


class TownshipOut(BaseModel):
    """The lists behind a township's figures."""

    township: str
    held: list[HeldStatus]
    unreported: list[Unreported]


class ShareOut(BaseModel):
    """A share with its 95% interval."""

    value: float
    least: float
    most: float


class ErrorsOut(BaseModel):
    """What thresholds did to labelled pairs: matched, wrong among them, real, missed, seen by nobody."""

    matched: int
    wrong: int
    real: int
    missed: int
    unseen: int
    wrong_share: ShareOut
    missed_share: ShareOut
    unseen_share: ShareOut


class WeightsOut(BaseModel):
    """Thresholds in bits."""

    matched: float
    ahead: float
    review: float
    alone: float
    alone_like: float


class ProposedOut(BaseModel):
    """Thresholds that the labelled pairs prove; null where they prove none."""

    matched: float | None
    review: float | None


class ErrorsFrom(BaseModel):
    """What matching from a weight on costs; ``…_most``: upper end of the interval."""

    weight: float
    matched: int
    wrong: int
    real: int
    missed: int
    unseen: int
    wrong_share: float
    wrong_most: float
    missed_share: float
    missed_most: float


class JudgedOut(BaseModel):
    """Thresholds judged by ``labelled`` pairs, ``decided`` of them in the review."""

    labelled: int
    decided: int
    thresholds: WeightsOut
    now: ErrorsOut
    proposal: ProposedOut
    proposed: ErrorsOut
    table: list[ErrorsFrom]
