"""The comparison of two tables, or of one with itself, from rows to links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.linkage.decide import Outcome, Reason, Thresholds, decide
from graphcore.linkage.engine import Effort, Engine, opened
from graphcore.linkage.han import HAN
from graphcore.linkage.levels import Scheme
from graphcore.linkage.model import Model
from graphcore.linkage.prepare import prepare, without_one_sided
from graphcore.linkage.records import as_records
from graphcore.linkage.scoring import score, shares_of
from graphcore.linkage.training import fitted, train

_LIKELY = 0.5  # share of the smaller table that is taken to be in the other, before looking


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare. ``model``: a frozen one instead of training."""

    scheme: Scheme = HAN
    model: Model | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    effort: Effort = field(default_factory=Effort)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Links:
    """What a comparison found.

    ``pairs``: left, right, weight, outcome, reason, ahead (distance to the runner-up), and for
    each field ``w_<field>`` and ``at_<field>``; sorted by left and right. ``model``: the weights
    that were used, to be frozen.
    """

    pairs: pl.DataFrame
    model: Model
    fields: tuple[str, ...]


def link(left: pl.DataFrame, right: pl.DataFrame, options: Options = Options()) -> Links:
    """Compare two tables.

    Args:
        left: rows of people (`records.RECORDS`; missing columns are blank).
        right: the same of the other table.
        options: how.

    Raises:
        InputError: ids that repeat, nothing to compare by, a model that is not fully trained.
    """
    prepared = without_one_sided(
        prepare(as_records(left, say("左表"))), prepare(as_records(right, say("右表")))
    )
    with opened(options.effort) as engine:
        return _Comparing(engine, prepared, options).run()


class _Comparing:
    """One comparison over an open engine."""

    def __init__(
        self, engine: Engine, prepared: tuple[pl.DataFrame, pl.DataFrame], options: Options
    ) -> None:
        self._engine, self._options = engine, options
        self._sizes = [max(1, t.height) for t in prepared]
        self._scheme = options.scheme
        self._fields = told_fields(prepared, self._scheme)
        self._tables = [engine.table(t) for t in prepared]
        self._validity = [
            t.select("unique_id", v=pl.col("valid").fill_null(value=False)) for t in prepared
        ]

    def run(self) -> Links:
        """Sure pairs first; then what is left, by weight."""
        sure = self._sure()
        prior = self._prior(sure.height)
        model = self._options.model or train(
            self._engine, self._scheme, self._tables, self._fields, prior, self._options.effort,
            self._options.seed,
        )  # fmt: skip
        weights = fitted(self._engine, self._scheme, model, self._tables, self._fields)
        frequent = shares_of(self._engine, self._scheme, self._tables)
        least = min(self._options.thresholds.review, 0.0) - self._options.thresholds.ahead

        def scored(tables: Sequence[str], blocks: Sequence[Sequence[str]], low: float) -> pl.DataFrame:
            return score(self._engine, self._scheme, tables, self._fields, weights, prior, blocks,
                         frequent, low)  # fmt: skip

        certain = self._certain(scored, sure)
        rest = [self._rest(t, sure[side]) for t, side in zip(self._tables, ("left", "right"), strict=True)]
        doubtful = decide(self._with_validity(scored(rest, self._blocks(), least)),
                          self._options.thresholds)  # fmt: skip
        pairs = pl.concat([certain, doubtful.select(certain.columns)]).sort("left", "right")
        return Links(pairs, model, tuple(self._fields))

    def _blocks(self) -> list[tuple[str, ...]]:
        return list(self._scheme.blocks)

    def _sure(self) -> pl.DataFrame:
        """Pairs of equal valid numbers with compatible names, where neither has a second one."""
        if not self._scheme.sure:
            return pl.DataFrame(schema={"left": pl.String(), "right": pl.String()})
        a, b = self._tables
        names = ("name", "part", "key", "long", "kin", "nick")
        columns = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in names)
        found = self._engine.frame(
            f'SELECT "left", "right" FROM (SELECT l.unique_id AS "left", r.unique_id AS "right",'
            f" {columns} FROM {a} l JOIN {b} r ON l.number = r.number WHERE l.valid AND r.valid)"
            f" WHERE {self._scheme.sure}"
        )
        alone = pl.col("left").is_unique() & pl.col("right").is_unique()
        return found.filter(alone).sort("left", "right")

    def _prior(self, sure: int) -> float:
        """Chance that two random records are of one person: the sure pairs and some more."""
        most = min(self._sizes)
        expected = max(sure / 0.9, 0.1 * most) if sure else _LIKELY * most
        return min(expected, most) / (self._sizes[0] * self._sizes[1])

    def _certain(self, scored: object, sure: pl.DataFrame) -> pl.DataFrame:
        """Weigh the sure pairs too; they are matched whatever they weigh."""
        assert callable(scored)
        kept = [self._only(t, sure[side]) for t, side in zip(self._tables, ("left", "right"), strict=True)]
        found: pl.DataFrame = scored(kept, [self._scheme.anchor[:1]], -1e9)
        self._engine.drop(*kept)
        return found.join(sure, on=["left", "right"]).with_columns(
            outcome=pl.lit(Outcome.MATCHED.value), reason=pl.lit(Reason.SURE.value),
            ahead=pl.lit(float("inf")),
        )  # fmt: skip

    def _only(self, table: str, ids: pl.Series) -> str:
        return self._selected(table, ids, "SEMI")

    def _rest(self, table: str, ids: pl.Series) -> str:
        return self._selected(table, ids, "ANTI")

    def _selected(self, table: str, ids: pl.Series, join: str) -> str:
        keys = self._engine.table(pl.DataFrame({"unique_id": ids.cast(pl.String)}))
        name = self._engine.fresh()
        self._engine.con.execute(
            f"CREATE TABLE {name} AS SELECT t.* FROM {table} t {join} JOIN {keys} k"
            " ON t.unique_id = k.unique_id"
        )
        self._engine.drop(keys)
        return name

    def _with_validity(self, pairs: pl.DataFrame) -> pl.DataFrame:
        left, right = self._validity
        told = pairs.join(left.rename({"unique_id": "left", "v": "_l"}), on="left", how="left")
        told = told.join(right.rename({"unique_id": "right", "v": "_r"}), on="right", how="left")
        return told.with_columns(valid=pl.col("_l") & pl.col("_r")).drop("_l", "_r")


def told_fields(tables: Sequence[pl.DataFrame], scheme: Scheme) -> list[str]:
    """Return the fields of which both tables tell something.

    Raises:
        InputError: nothing that could tell people apart.
    """
    fields = []
    for c in scheme.comparisons:
        columns = {"place": "spot", "family": ""}.get(c.field, c.field)
        some = ("mates", "persons") if c.field == "family" else (columns,)
        if any(all(not t[x].is_null().all() for t in tables) for x in some):
            fields.append(c.field)
    if not {"name", "number"} & set(fields) or len(fields) < 2:  # noqa: PLR2004
        raise InputError(
            say("两表没有足够的共同列可以比对：至少需要姓名或证件号码，再加一列。"),
            say("请在映射文件中写明各列的含义。"), field="columns",
        )  # fmt: skip
    return fields


def without_model(options: Options) -> Options:
    """Return options that train anew."""
    return replace(options, model=None)
