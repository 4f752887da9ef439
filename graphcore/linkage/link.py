"""The comparison of two tables, or of one with itself, from rows to links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.linkage.decide import Outcome, Reason, Thresholds, decide, decide_duplicates
from graphcore.linkage.engine import Effort, Engine, opened
from graphcore.linkage.han import HAN
from graphcore.linkage.households import HOUSEHOLDS, LEAST_WEIGHT, households_of, kindred
from graphcore.linkage.latin import LATIN
from graphcore.linkage.levels import Scheme
from graphcore.linkage.model import Model, Weights, shipped_model
from graphcore.linkage.prepare import prepare, without_one_sided
from graphcore.linkage.records import as_records
from graphcore.linkage.scoring import score, shares_of
from graphcore.linkage.training import fitted, train

_LIKELY = 0.5  # share of the smaller table that is taken to be in the other, before looking
_FEW = 2_000  # rows below which a table teaches less than the shipped model knows
_FEW_SURE = 500


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare.

    ``scheme``: by the names' letters if None. ``model``: a frozen one. ``learn``: train where no
    model is given; else the shipped model is taken where the tables are small.
    """

    scheme: Scheme | None = None
    model: Model | None = None
    learn: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    effort: Effort = field(default_factory=Effort)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Links:
    """What a comparison found.

    ``pairs``: left, right, weight, outcome, reason, ahead (distance to the runner-up), and for
    each field ``w_<field>`` and ``at_<field>``; sorted by left and right. ``households``: see
    `households.HOUSEHOLDS`. ``model``: the weights that were used, to be frozen.
    """

    pairs: pl.DataFrame
    households: pl.DataFrame
    model: Model
    scheme: Scheme
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
    a, b = as_records(left, say("左表")), as_records(right, say("右表"))
    scheme = options.scheme or scheme_of(a, b)
    prepared = without_one_sided(prepare(a), prepare(b))
    with opened(options.effort) as engine:
        return _Comparing(engine, prepared, scheme, options).two_tables()


def duplicates(table: pl.DataFrame, options: Options = Options()) -> Links:
    """Compare a table with itself: a record may have several duplicates.

    Raises:
        InputError: as `link`.
    """
    records = as_records(table, say("表"))
    scheme = options.scheme or scheme_of(records, records)
    with opened(options.effort) as engine:
        return _Comparing(engine, (prepare(records),), scheme, options).one_table()


def scheme_of(left: pl.DataFrame, right: pl.DataFrame) -> Scheme:
    """Return the scheme for the letters that most names of the smaller table are written in."""
    names = min((left, right), key=lambda t: t.height)["name"]
    han = names.str.contains(r"\p{Han}").sum()
    return HAN if han * 2 >= (names != "").sum() else LATIN


class _Comparing:
    """One comparison over an open engine."""

    def __init__(
        self, engine: Engine, prepared: Sequence[pl.DataFrame], scheme: Scheme, options: Options
    ) -> None:
        self._engine, self._options, self._scheme = engine, options, scheme
        self._han = scheme is HAN
        self._people = [t.select("unique_id", "household", "head") for t in prepared]
        self._sizes = [max(1, prepared[0].height), max(1, prepared[-1].height)]
        self._fields = told_fields(prepared, scheme)
        self._tables = [engine.table(t) for t in prepared]
        self._validity = [
            prepared[n].select("unique_id", v=pl.col("valid").fill_null(value=False))
            for n in (0, -1)
        ]
        self._prior = 0.0
        self._weights: Weights = {}
        self._frequent: dict[str, str] = {}

    def two_tables(self) -> Links:
        """Sure pairs first; then what is left, by weight."""
        sure = self._sure()
        self._prior = self._chance(sure.height)
        model = self._learnt(sure.height)
        certain = self._certain(sure)
        sides = zip(self._tables, ("left", "right"), strict=True)
        rest = [self._selected(t, sure[side], "ANTI") for t, side in sides]
        low = min(LEAST_WEIGHT, self._options.thresholds.review)
        found = self._with_validity(self._scored(rest, self._scheme.blocks, low))
        doubtful = decide(found, self._options.thresholds, han=self._han)
        pairs = pl.concat([certain, doubtful.select(certain.columns)]).sort("left", "right")
        near = kindred(found) if self._han else _nobody()
        homes = households_of(pairs, near, *self._people)
        return Links(pairs, homes, model, self._scheme, tuple(self._fields))

    def one_table(self) -> Links:
        """All pairs of one table by weight."""
        self._prior = 1.0 / self._sizes[0]
        model = self._learnt(self._sizes[0])
        low = self._options.thresholds.review
        found = self._with_validity(self._scored(self._tables, self._scheme.blocks, low))
        pairs = decide_duplicates(found, self._options.thresholds, han=self._han)
        homes = pl.DataFrame(schema=HOUSEHOLDS)
        told = pairs.drop("valid").sort("left", "right")
        return Links(told, homes, model, self._scheme, tuple(self._fields))

    def _learnt(self, sure: int) -> Model:
        options = self._options
        small = min(self._sizes) < _FEW or sure < _FEW_SURE
        model = options.model
        if model is None and small and not options.learn:
            model = shipped_model(self._scheme)
        if model is None:
            model = train(self._engine, self._scheme, self._tables, self._fields, self._prior,
                          options.effort, options.seed)  # fmt: skip
        self._weights = fitted(self._engine, self._scheme, model, self._tables, self._fields)
        self._frequent = shares_of(self._engine, self._scheme, self._tables)
        return model

    def _scored(
        self, tables: Sequence[str], blocks: Sequence[Sequence[str]], low: float
    ) -> pl.DataFrame:
        return score(self._engine, self._scheme, tables, self._fields, self._weights, self._prior,
                     blocks, self._frequent, low)  # fmt: skip

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

    def _chance(self, sure: int) -> float:
        """Chance that two random records are of one person: the sure pairs and some more."""
        most = min(self._sizes)
        expected = max(sure / 0.9, 0.1 * most) if sure else _LIKELY * most
        return min(expected, most) / (self._sizes[0] * self._sizes[1])

    def _certain(self, sure: pl.DataFrame) -> pl.DataFrame:
        """Weigh the sure pairs too; they are matched whatever they weigh."""
        sides = zip(self._tables, ("left", "right"), strict=True)
        kept = [self._selected(t, sure[side], "SEMI") for t, side in sides]
        found = self._scored(kept, [self._scheme.anchor], -1e9)
        self._engine.drop(*kept)
        return found.join(sure, on=["left", "right"]).with_columns(
            outcome=pl.lit(Outcome.MATCHED.value), reason=pl.lit(Reason.SURE.value),
            ahead=pl.lit(float("inf")),
        )  # fmt: skip

    def _selected(self, table: str, ids: pl.Series, join: str) -> str:
        """Store the rows whose id is (SEMI) or is not (ANTI) among ``ids``."""
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


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("left", "right", "through"), pl.String()))


def told_fields(tables: Sequence[pl.DataFrame], scheme: Scheme) -> list[str]:
    """Return the fields of which all tables tell something.

    Raises:
        InputError: nothing that could tell people apart.
    """
    columns = {"place": ("spot",), "family": ("mates", "persons")}
    fields = [
        c.field for c in scheme.comparisons
        if any(all(not t[x].is_null().all() for t in tables)
               for x in columns.get(c.field, (c.field,)))
    ]  # fmt: skip
    if not {"name", "given", "number"} & set(fields) or len(fields) < 2:  # noqa: PLR2004
        raise InputError(
            say("两表没有足够的共同列可以比对：至少需要姓名或证件号码，再加一列。"),
            say("请在映射文件中写明各列的含义。"), field="columns",
        )  # fmt: skip
    return fields
