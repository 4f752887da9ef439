"""A household as people name it, and its members: by key, without reading all of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graphcore.domain.errors import NotFound
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit

_S = pl.String()
MEMBERS: Schema = {"id": _S, "household": _S, "is_head": pl.Boolean(), "died_on": _S, "age_band": _S,
                   "version": pl.Int64()}  # fmt: skip


def find_home(unit: ReadUnit, household: str) -> dict[str, object]:
    """Return a household by id, or by its number in the district's own roster.

    Raises:
        NotFound: no such household.
    """
    found = unit.nodes("Household", [household])
    if household and found.is_empty():
        keys = [str(r["id"]) for r in unit.rows("homes.by_code", code=household)][:1]
        found = unit.nodes("Household", keys)
    if found.is_empty():
        raise no_home(household)
    return found.row(0, named=True)


def no_home(household: str) -> NotFound:
    """Return the error about a household that is not there, or lies out of scope."""
    return NotFound(say("没有找到户 {household}。", household=household[:40]),
                    say("请写户编号或底册中的户编号。"))  # fmt: skip


def members(unit: ReadUnit, homes: Sequence[str]) -> pl.DataFrame:
    """Return MEMBERS of the given households."""
    return unit.table("homes.members", MEMBERS, homes=list(homes))
