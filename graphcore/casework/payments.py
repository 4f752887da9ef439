"""Payments: which funds a batch draws on, how many must sign, what a bank's returned file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from graphcore.domain.text import Text, say


class PayState(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"  # in a batch, not answered
    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"  # sent, and the bank's file is silent or unclear about it
    REVERSED = "reversed"  # paid, then returned


LIVE = frozenset({PayState.PENDING, PayState.PAID, PayState.UNKNOWN})
"""A case with a live payment is not paid again."""


STOPPED = "收款人已故"
"""The answer of a payment that was stopped before it went to the bank."""


class BatchState(StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"  # declared, its money blocked, waiting for signatures
    SIGNED = "signed"
    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Fund:
    """Money that is left: which benefits it is earmarked for (none = any), when it came."""

    id: str
    left_fen: int
    benefits: tuple[str, ...]
    received_on: str

    @property
    def rank(self) -> tuple[bool, str, str]:
        """Its place in the order in which funds are drawn on."""
        return (not self.benefits, self.received_on, self.id)


def used(
    drawn: Mapping[str, Mapping[str, int]], failed: Mapping[str, int], order: Sequence[str]
) -> dict[str, int]:
    """Return fen that each fund has really given.

    What failed or came back in a batch returns to the batch's funds, the last drawn first.

    Args:
        drawn: batch → fund → fen blocked.
        failed: batch → fen of its payments that failed or were reversed.
        order: funds in the order in which they are drawn on.
    """
    total: dict[str, int] = {}
    for batch, parts in drawn.items():
        back = failed.get(batch, 0)
        for fund in sorted(parts, key=order.index, reverse=True):
            returned = min(back, parts[fund])
            back -= returned
            total[fund] = total.get(fund, 0) + parts[fund] - returned
    return total


def set_aside(
    allotted: Mapping[str, Mapping[str, int]], given: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Return fund → benefit → fen that are set aside for it and not given yet.

    Args:
        allotted: fund → benefit → fen set aside.
        given: fund → benefit → fen that batches of it have drawn.
    """
    return {
        fund: {b: max(0, fen - given.get(fund, {}).get(b, 0)) for b, fen in parts.items()}
        for fund, parts in allotted.items()
    }


def free_for(
    funds: Sequence[Fund], aside: Mapping[str, Mapping[str, int]], benefit: str
) -> list[Fund]:
    """Return the funds without what is set aside in them for other benefits."""
    return [
        replace(f, left_fen=max(0, f.left_fen - sum(
            fen for b, fen in aside.get(f.id, {}).items() if b != benefit)))
        for f in funds
    ]  # fmt: skip


def draw(funds: Sequence[Fund], names: frozenset[str], amount_fen: int) -> dict[str, int]:
    """Return fen by fund for a benefit known by ``names``; less than asked if money is short.

    Earmarked money goes first, then what came first; ties by id.
    """
    fit = [f for f in funds if f.left_fen > 0 and (not f.benefits or names & set(f.benefits))]
    drawn: dict[str, int] = {}
    for fund in sorted(fit, key=lambda f: f.rank):
        take = min(fund.left_fen, amount_fen - sum(drawn.values()))
        if take > 0:
            drawn[fund.id] = take
    return drawn


def approvers(
    ranks: Sequence[Mapping[str, Any]], amount_fen: int, payments: int
) -> tuple[str, ...]:
    """Return the ranks of officers that must sign, from the lowest up: of the highest entry reached.

    An entry without ``ranks`` asks for as many signatures as it says, of any rank ("").
    """
    reached = [r for r in ranks if amount_fen >= r["from_fen"] or payments >= r["from_payments"]]
    most = max(reached, key=lambda r: int(r["signatures"]), default=None)
    if most is None:
        return ("",)
    named: list[str] = list(most.get("ranks") or [])
    return tuple(named or [""] * int(most["signatures"]))


@dataclass(frozen=True, slots=True)
class Returned:
    """One row of a bank's file: ``result`` as read, None if it says neither."""

    row: int
    payment: str
    amount_fen: int | None
    result: PayState | None
    reason: str
    paid_on: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a payment before the file."""

    amount_fen: int
    state: PayState
    paid_on: str = ""


TWICE = say("同一笔支付成功不止一次，可能重复付款。")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row means for its payment; ``state`` None = nothing changes; a person must look."""

    row: int
    payment: str
    state: PayState | None
    told: Text
    look: bool = False


def answers(known: Mapping[str, Known], rows: Sequence[Returned]) -> tuple[list[Answer], list[str]]:
    """Answer a returned file row by row; also return the payments that it is silent about.

    Args:
        known: payment → what is known of it, for all payments of the batch.
        rows: the file.
    """
    times = Counter(r.payment for r in rows if r.result is PayState.PAID)
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(_answer(known, row, times[row.payment], row.payment in seen))
        seen.add(row.payment)
    silent = sorted(k for k, p in known.items() if k not in seen and p.state is PayState.PENDING)
    return found, silent


def _answer(known: Mapping[str, Known], row: Returned, paid: int, again: bool) -> Answer:
    """Answer one row; ``paid`` rows of the file call its payment paid, ``again``: not the first."""
    if row.payment not in known:
        return Answer(row.row, row.payment, None, say("不在本批支付中。"), look=True)
    before = known[row.payment]
    if row.result is None:
        told = say("看不出结果，记为情况不明。")
        return Answer(row.row, row.payment, PayState.UNKNOWN, told, look=True)
    if row.amount_fen not in (None, before.amount_fen):
        told = say("金额与本批不符，记为情况不明。")
        return Answer(row.row, row.payment, PayState.UNKNOWN, told, look=True)
    if row.result is PayState.PAID:
        return _paid(before, row, paid, again)
    if row.result is PayState.REVERSED and before.state is not PayState.PAID:
        return Answer(row.row, row.payment, PayState.FAILED, say("未付成即退回，记为失败。"))
    told = say("已退回") if row.result is PayState.REVERSED else say("失败")
    return Answer(row.row, row.payment, row.result, told)


def _paid(before: Known, row: Returned, paid: int, again: bool) -> Answer:
    """A row that says paid: news, known already, or once too often."""
    if before.state is PayState.PAID and paid == 1 and row.paid_on == before.paid_on:
        return Answer(row.row, row.payment, None, say("此前已登记为已付。"))
    if before.state is PayState.PAID or paid > 1:
        first = before.state is not PayState.PAID and not again
        return Answer(row.row, row.payment, PayState.PAID if first else None, TWICE, look=True)
    return Answer(row.row, row.payment, PayState.PAID, say("已付"))
