"""Little helpers to read and write a store in tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from graphcore.store.port import GraphStore, ReadUnit, Row, WriteUnit
from graphcore.store.unit import Unit

DISTRICT = "330402"


def raw(unit: ReadUnit | WriteUnit, text: str, **params: object) -> list[Row]:
    """Run a statement that is in no query file, through the unit's own runner."""
    assert isinstance(unit, Unit)
    return unit._runner.run(text, params)


def ask(store: GraphStore, text: str, **params: object) -> list[Row]:
    """Run one reading statement."""
    return store.read(lambda unit: raw(unit, text, **params))


def do(store: GraphStore, text: str, **params: object) -> list[Row]:
    """Run one writing statement in a unit."""
    return store.write(DISTRICT, lambda unit: raw(unit, text, **params))


def frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame."""
    return pl.DataFrame(list(rows))


def donors(*keys: str, version: int = 1) -> pl.DataFrame:
    """Donors with a name made from the key."""
    return frame([{"id": k, "name": f"捐赠者{k}", "version": version} for k in keys])
