"""Small tables to compare, and the level that two rows reach."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache

import polars as pl

from graphcore.domain.text import say
from graphcore.linkage.engine import Effort, Engine, opened
from graphcore.linkage.han import HAN
from graphcore.linkage.levels import Comparison, Scheme
from graphcore.linkage.prepare import prepare
from graphcore.linkage.records import RECORDS, as_records

Row = Mapping[str, object]
_OPEN = ExitStack()  # one engine for all small questions of a run


def table(*rows: Row) -> pl.DataFrame:
    """Rows of people; an id is made where none is given."""
    told = [{"id": str(n), **row} for n, row in enumerate(rows)]
    schema = {c: t for c, t in RECORDS.items() if any(c in row for row in told)}
    return pl.DataFrame(told, schema=schema)


def levels(left: Row, right: Row, scheme: Scheme = HAN) -> dict[str, str]:
    """Field → code of the level that two rows reach, "blank" where nothing is said."""
    a, b = (prepare(as_records(table(row), say("表"))) for row in (left, right))
    engine = _engine()
    columns = ", ".join(
        f'l."{c}" AS "{c}_l", r."{c}" AS "{c}_r"' for c in a.columns if c != "unique_id"
    )
    pairs = f"SELECT {columns} FROM {engine.table(a)} l, {engine.table(b)} r"
    cases = ", ".join(f'{_case(c)} AS "{c.field}"' for c in scheme.comparisons)
    return engine.frame(f"SELECT {cases} FROM ({pairs})").row(0, named=True)


@cache
def _engine() -> Engine:
    return _OPEN.enter_context(opened(Effort(threads=1, memory_mib=500)))


def _case(comparison: Comparison) -> str:
    whens = [f"WHEN {comparison.blank} THEN 'blank'"]
    whens += [f"WHEN {x.when} THEN '{x.code}'" for x in comparison.levels[:-1]]
    return f"CASE {' '.join(whens)} ELSE '{comparison.levels[-1].code}' END"
