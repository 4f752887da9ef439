"""Rows of the audits' tables, short to write."""

from __future__ import annotations

from typing import Any

import polars as pl

from graphcore.casework.audits.tables import HOMES, LINES_NOW, OWED, SETTLED, SHORT_NOW
from graphcore.domain.tables import Schema, frame

HOME: dict[str, Any] = {
    "household": "H-1", "village": "v1", "township": "t1", "state": "in_need", "scope": "full",
    "damage": "none", "groups": [], "named_by": ["roster", "ledger"], "hit": True, "persons": 3,
}  # fmt: skip
OWE: dict[str, Any] = {
    "need": "N-1", "household": "H-1", "item": "water", "basic": "water", "units": 10,
    "received": 0, "since": 5, "planned_for": True, "stored": True,
}  # fmt: skip


def homes(*rows: dict[str, Any]) -> pl.DataFrame:
    """HOMES; what is not said is a household in need, on the roster and in the ledger."""
    return frame(HOMES, [HOME | row for row in rows])


def owed(*rows: dict[str, Any]) -> pl.DataFrame:
    """OWED; what is not said is ten units of water for H-1 that the plan knows."""
    return frame(OWED, [OWE | row for row in rows])


def lines(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """LINES_NOW of (need, state, quantity); another bureau commands the lots."""
    return _frame(LINES_NOW, [(*row, "red-cross") for row in rows])


def shorts(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """SHORT_NOW of (need, reason, quantity)."""
    return _frame(SHORT_NOW, list(rows))


def settled(*rows: tuple[str, str]) -> pl.DataFrame:
    """SETTLED of (household, basic need)."""
    return _frame(SETTLED, [(*row, "declined") for row in rows])


def _frame(schema: Schema, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")
