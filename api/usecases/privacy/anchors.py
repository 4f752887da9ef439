"""Anchors: the head of the log of looks, left in the district's audit chain from time to time.

A log that was cut, exchanged or deleted no longer holds what its anchors say. The first look of a
log is anchored at once, then every so many looks, and when the process ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from api.usecases.context import Context
from graphcore.domain.clock import day_of
from graphcore.domain.errors import StoreError
from graphcore.domain.event import EventDraft
from graphcore.store.port import WriteUnit

ANCHORED = "looks.anchored"
ACTOR = "doudi"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log of looks stands."""

    chain: str
    seq: int
    hash: str


def anchor(ctx: Context) -> None:
    """Leave the log's head in the audit chain, unless another thread is at it."""
    if not ctx.district:
        return
    with ctx.looks.anchoring() as at:
        if at is not None:
            _write(ctx, Head(*at))


def _write(ctx: Context, head: Head) -> None:
    body = {"chain": head.chain, "seq": head.seq, "hash": head.hash}
    draft = EventDraft(ANCHORED, ACTOR, ctx.clock(), body)  # type: ignore[arg-type]

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


def anchor_if_due(ctx: Context) -> None:
    """Leave an anchor where one is due; a store that is busy is asked again at the next look."""
    fresh, first = ctx.looks.fresh, ctx.looks.first
    every = int(cast("int", ctx.rulebook.at("privacy.looks.anchor", day_of(ctx.clock())).value))
    if fresh < every and not first:
        return
    try:
        anchor(ctx)
    except StoreError as error:
        if not error.retry:
            raise


__all__ = ["ANCHORED", "Head", "anchor", "anchor_if_due"]
