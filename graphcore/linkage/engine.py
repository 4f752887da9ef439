"""Splink on DuckDB: one in-memory database, quiet, bounded, repeatable."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb
import polars as pl

from graphcore.linkage.levels import Comparison, Scheme
from graphcore.linkage.model import Weights

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of optional back ends that are not installed
    from splink import DuckDBAPI, Linker

LEFT, RIGHT = "a", "b"  # names of the two tables; the first in order becomes Splink's left
_PRIOR_LEAST, _PRIOR_MOST = 1e-12, 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """What a comparison may use: threads, memory (MiB); ``pairs``: sampled to learn from."""

    threads: int = 2
    memory_mib: int = 2500
    pairs: int = 600_000


Made = TypeVar("Made")


@dataclass
class Engine:
    """An open database; every table registered has a name of its own."""

    api: Any
    count: int = field(default=0)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection."""
        connection: duckdb.DuckDBPyConnection = self.api.duckdb_con
        return connection

    def table(self, frame: pl.DataFrame) -> str:
        """Store a frame and return its name."""
        name = self.fresh()
        self.con.register("incoming", frame.to_arrow())
        self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        self.con.unregister("incoming")
        return name

    def fresh(self) -> str:
        """Return a table name that nobody has."""
        self.count += 1
        return f"doudi_{self.count}"

    def once(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what was made under the key before, else make and keep it."""
        if key not in self.kept:
            self.kept[key] = make()
        made: Made = self.kept[key]
        return made

    def frame(self, sql: str) -> pl.DataFrame:
        """Return what a query gives."""
        made = pl.from_arrow(self.con.sql(sql).to_arrow_table())
        assert isinstance(made, pl.DataFrame)
        return made

    def drop(self, *names: str) -> None:
        """Drop tables."""
        for name in names:
            self.con.execute(f"DROP TABLE IF EXISTS {name}")


@contextmanager
def opened(effort: Effort) -> Iterator[Engine]:
    """Open an engine of bounded threads and memory."""
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET threads = {int(effort.threads)}")
        con.execute(f"SET memory_limit = '{int(effort.memory_mib)}MiB'")
        con.execute("SET preserve_insertion_order = false")
        con.execute("SET enable_progress_bar = false")
        logging.getLogger("splink").setLevel(logging.ERROR)
        yield Engine(DuckDBAPI(con))
    finally:
        con.close()


def linker(
    engine: Engine, tables: Sequence[str], settings: Mapping[str, Any], frequent: Mapping[str, str]
) -> Any:
    """Return a Splink linker over stored tables (one: duplicates within it).

    Args:
        engine: where the tables are.
        tables: their names, left first.
        settings: see `settings_of`.
        frequent: column → table of its values' shares (value, ``tf_`` + column).
    """
    names = (LEFT, RIGHT) if len(tables) > 1 else (LEFT,)
    registered = [
        engine.api.register(t, table_name=engine.fresh(), dataset_display_name=n)
        for t, n in zip(tables, names, strict=True)
    ]
    made = Linker(registered if len(registered) > 1 else registered[0], dict(settings),
                  log_level=None, validate_settings=False)  # fmt: skip
    for column, shares in frequent.items():
        told = engine.api.register(shares, table_name=engine.fresh())
        made.table_management.register_term_frequency_lookup(told, column)
    return made


def settings_of(
    scheme: Scheme, fields: Sequence[str], weights: Weights | None, prior: float, *, single: bool
) -> dict[str, Any]:
    """Return Splink's settings: the fields' comparisons, with weights or to be trained."""
    return {
        "link_type": "dedupe_only" if single else "link_only",
        "comparisons": [
            _comparison(c, (weights or {}).get(c.field))
            for c in scheme.comparisons if c.field in fields
        ],
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": min(_PRIOR_MOST, max(_PRIOR_LEAST, prior)),
        "retain_matching_columns": True,  # or the levels reached would not be told
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "doudi",
        "em_convergence": 0.0005,
        "max_iterations": 50,
    }  # fmt: skip


def rule_of(columns: Sequence[str]) -> str:
    """Return a block as a condition: the columns are all equal."""
    return " and ".join(f'l."{c}" = r."{c}"' for c in columns)


def _comparison(
    comparison: Comparison, weights: Mapping[str, tuple[float, float]] | None
) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.blank, "label_for_charts": "blank", "is_null_level": True}
    ]
    for x in comparison.levels:
        level: dict[str, Any] = {"sql_condition": x.when, "label_for_charts": x.code}
        if weights is not None:
            level["m_probability"], level["u_probability"] = weights[x.code]
        if x.frequent:
            level |= {"tf_adjustment_column": x.frequent, "tf_minimum_u_value": 1e-6}
        levels.append(level)
    return {"output_column_name": comparison.field, "comparison_levels": levels}
