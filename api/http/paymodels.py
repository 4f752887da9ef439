"""What the routes of payments take and answer: money in fen, nobody's name, no account number."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.http.models import Int, Micros, Str, Words

BatchId = Annotated[str, Path(pattern=r"^(PB-[0-9A-Z]{1,32}|[0-9]{1,6})$",
                              description="Id or number of a batch")]  # fmt: skip
Benefit = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", description="Code of a benefit")]
Township = Annotated[str, Field(pattern=r"^[0-9]{0,12}$")]
_MOST = 10_000_000_000_00


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DryRunQuery(_Body):
    """What to try."""

    benefit: Benefit
    township: Township = ""


class BatchRequest(DryRunQuery):
    """A batch as declared after its dry run: refused unless count and total are due now."""

    payments: int = Field(ge=1)
    total_fen: int = Field(ge=1, le=_MOST)


class SignatureRequest(_Body):
    """The officer's rank; empty: the next that is due."""

    rank: str = Field("", max_length=40)


class AllotRequest(_Body):
    """Money of a fund to set aside."""

    fund: str = Field(min_length=1, max_length=60, description="Code or id of a fund")
    benefit: Benefit
    amount_fen: int = Field(ge=1, le=_MOST)
    evidence: str = Field(min_length=1, max_length=200, description="A record's number; no names")


class ReturnedRow(_Body):
    """A row of the bank's file in the bank's words; what is not understood becomes unknown."""

    payment: str = Field(max_length=40)
    result: str = Field("", max_length=40)
    amount_fen: int | None = None
    reason: str = Field("", max_length=100)
    paid_on: str = Field("", max_length=10, description="YYYY-MM-DD")


class ReturnedRequest(_Body):
    """Rows of the bank's returned file; a long file comes in several requests."""

    rows: list[ReturnedRow] = Field(min_length=1, max_length=500)


class DryRunOut(BaseModel):
    """What a batch would pay; nothing is written."""

    benefit: str
    payments: int
    total_fen: int
    short_fen: int
    signatures: int
    approvers: list[str]
    funds: dict[str, int]
    no_account: list[str]
    shared: list[str]


class BatchOut(BaseModel):
    """The batch that was made."""

    batch: str
    replayed: bool


class SignatureOut(BaseModel):
    """How many signatures are missing."""

    batch: str
    signatures_left: int
    replayed: bool


class AllotOut(BaseModel):
    """The allotment that was made."""

    allotment: str
    replayed: bool


class RowOut(BaseModel):
    """What a row meant; ``state`` null: it changed nothing; ``look``: a person must look."""

    row: int
    payment: str
    state: str | None
    told: str
    look: bool


class AnsweredOut(BaseModel):
    """What the rows did; ``silent`` are the batch's payments that they do not name."""

    rows: list[RowOut]
    silent: list[str]
    states: dict[str, int]


class Batch(BaseModel):
    """A batch with its payments by state."""

    id: str
    number: int
    benefit: Str
    state: Str
    payments: Int
    amount_fen: Int
    ranks: Int
    approvers: Words
    signed_by: Words
    created_at: Micros
    signed_at: Micros
    sent_at: Micros
    pending: Int
    paid: Int
    failed: Int
    reversed: Int
    unknown: Int


class BatchesOut(BaseModel):
    """Batches by number."""

    items: list[Batch]


class Fund(BaseModel):
    """A fund: drawn by batches, left, and set aside of what is left."""

    id: str
    code: Str
    level: Str
    benefits: Words
    received_on: Str
    amount_fen: Int
    drawn_fen: Int
    left_fen: Int
    aside_fen: Int


class FundsOut(BaseModel):
    """Funds in the order in which they came."""

    items: list[Fund]


class LeadTime(BaseModel):
    """Days from decision to arrival."""

    benefit: str
    payments: int
    median: float | None
    longest: int | None


class LeadTimesOut(BaseModel):
    """Lead times by benefit."""

    items: list[LeadTime]


class AccountChange(BaseModel):
    """A change of an account number, without the number; ``cases`` were waiting for money."""

    account: str
    household: str
    n: int
    changed_at: Micros
    file: Str
    actor: Str
    cases: Words
    waiting: Int


class AccountChangesOut(BaseModel):
    """Changes, the latest first."""

    items: list[AccountChange]
