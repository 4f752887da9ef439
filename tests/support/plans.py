"""Short questions about what is stored of plans."""

from __future__ import annotations

import polars as pl

from api.usecases.context import Context
from api.usecases.verify import verify
from tests.support.walked import dispatcher


def nodes(ctx: Context, label: str) -> pl.DataFrame:
    """All nodes of a label."""
    return ctx.store.read(lambda unit: unit.nodes(label))


def lines(ctx: Context, plan: str, state: str = "") -> pl.DataFrame:
    """A plan's lines, of one state if given."""
    found = nodes(ctx, "AllocationLine").filter(pl.col("plan") == plan)
    return found.filter(pl.col("state") == state) if state else found


def in_force(ctx: Context) -> dict[str, object]:
    """The plan in force."""
    states = ["published", "approved"]
    (row,) = nodes(ctx, "Plan").filter(pl.col("state").is_in(states)).to_dicts()
    return row


def change(ctx: Context, label: str, **row: object) -> None:
    """Set columns of a node, as another writer would."""
    ctx.store.write(ctx.district, lambda unit: unit.update(label, pl.DataFrame([row])))


def faults(ctx: Context) -> set[str]:
    """Names of the invariants that do not hold."""
    return {finding.rule for finding in verify(ctx, dispatcher())}
