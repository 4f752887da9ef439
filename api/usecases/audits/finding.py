"""What an audit looks at and what it says."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.usecases.context import Context
from graphcore.domain.event import Event
from graphcore.domain.supply import COUNTED, PlanState
from graphcore.domain.text import Text
from graphcore.store.chain import ChainFault, events, verify_chain
from graphcore.store.port import ReadUnit

MOST_NAMED = 20
"""Findings that one audit names at most."""
_LABELS = ("StockLot", "Movement", "Donation", "Project", "Plan", "AllocationLine", "Shortfall", "LeftOut",
           "Need", "Household", "HardshipStatus", "RefusedRow", "SourceFile", "IdempotencyRecord",
           "Job", "Finding", "Determination", "Roster", "Assignment", "GearOrder", "Opening",
           "Slot", "Volunteer", "Cargo", "Trip", "Receipt", "DamageReport", "LedgerVersion",
           "LedgerNotice", "Casualty", "BankAccount", "Guardianship", "PayBatch", "Payment",
           "Application")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold: its name, the id concerned, what is wrong."""

    rule: str
    ref: str
    what: Text


@dataclass(frozen=True)
class Evidence:
    """One consistent copy of what the audits compare."""

    district: str
    nodes: dict[str, pl.DataFrame]  # label → its nodes
    homes: pl.DataFrame  # household, village: by the relationship
    events: list[Event]
    faults: list[ChainFault]

    def __getitem__(self, label: str) -> pl.DataFrame:
        """Return a label's nodes."""
        return self.nodes[label]

    @property
    def in_force(self) -> pl.DataFrame:
        """Plans that are published or approved."""
        states = [PlanState.PUBLISHED.value, PlanState.APPROVED.value]
        return self["Plan"].filter(
            (pl.col("district") == self.district) & pl.col("state").is_in(states)
        )

    def counted(self) -> pl.DataFrame:
        """Lines of plans in force that promise something or have brought it, less what was lost.

        ``held``: units of it that are still in the warehouse.
        """
        none = pl.col("dispatched", "lost").fill_null(0)
        whole = pl.col("covers").fill_null(pl.col("quantity"))
        return (
            self["AllocationLine"]
            .filter(
                pl.col("plan").is_in(self.in_force["id"].implode()) & pl.col("state").is_in(COUNTED)
            )
            .with_columns(none)
            .with_columns(
                (pl.col("quantity") - pl.col("dispatched")).alias("held"),
                pl.col("quantity") - pl.col("lost"),
                (whole - pl.col("lost") * whole // pl.col("quantity")).alias("covers"),
            )
        )


def gather(ctx: Context) -> Evidence:
    """Copy the evidence out in one short read."""
    return ctx.store.read(lambda unit: _gather(unit, ctx.district))


def _gather(unit: ReadUnit, district: str) -> Evidence:
    homes = {"household": pl.String(), "village": pl.String()}
    return Evidence(
        district,
        {label: unit.nodes(label) for label in _LABELS},
        unit.table("audit.homes", homes),
        list(events(unit, district)),
        verify_chain(unit, district),
    )


def name_some(rule: str, rows: pl.DataFrame, key: str, what: Text) -> list[Finding]:
    """Return a finding for each of the first rows."""
    return [Finding(rule, str(ref), what) for ref in rows[key].sort().head(MOST_NAMED)]
