"""The comparison of two tables, or of one with itself, from rows to links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.linkage.decide import Outcome, Reason, Thresholds, decide, decide_duplicates
from graphcore.linkage.engine import Effort, Engine, opened, rule_of
from graphcore.linkage.han import HAN
from graphcore.linkage.households import (
    HOUSEHOLDS,
    LEAST_WEIGHT,
    NO_KIN,
    households_of,
    kindred,
)
from graphcore.linkage.latin import LATIN
from graphcore.linkage.levels import Scheme
from graphcore.linkage.model import Model, Weights, shipped_model
from graphcore.linkage.prepare import prepare
from graphcore.linkage.records import as_records
from graphcore.linkage.scoring import score, shares_of
from graphcore.linkage.training import fitted, train

_LIKELY = 0.5  # share of the smaller table that is taken to be in the other, before looking
_FEW = 2_000  # rows below which a table teaches less than the shipped model knows
_FEW_SURE = 500


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("left", "right"), pl.String()))


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
    apart: pl.DataFrame = field(default_factory=_nobody)
    together: pl.DataFrame = field(default_factory=_nobody)


@dataclass(frozen=True, slots=True)
class Links:
    """What a comparison found.

    ``pairs``: left, right, weight, outcome, reason, ahead (distance to the runner-up), free (only
    the weight decides), and for each field ``w_<field>`` and ``at_<field>``; sorted by left and
    right. ``households``: see `households.HOUSEHOLDS`. ``model``: the weights that were used, to be
    frozen.
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
    with opened(options.effort) as engine:
        tables = [loaded(engine, prepare(x)) for x in (a, b)]
        return _Comparing(engine, tables, scheme, options).two_tables()


class Standing:
    """A register that stays loaded: new rows are compared with it without redoing the rest."""

    def __init__(self, engine: Engine, register: pl.DataFrame, options: Options) -> None:
        self._engine, self._options = engine, options
        self._right = loaded(engine, prepare(as_records(register, say("右表"))))

    def link(self, left: pl.DataFrame) -> Links:
        """Compare new rows with the register, by the frozen model: only their blocks are looked at.

        Raises:
            InputError: as `link`.
        """
        a = loaded(self._engine, prepare(as_records(left, say("左表"))))
        scheme = self._options.scheme or HAN
        try:
            return _Comparing(self._engine, [a, self._right], scheme, self._options).two_tables()
        finally:
            self._engine.drop(a.name)


@contextmanager
def standing(register: pl.DataFrame, options: Options = Options()) -> Iterator[Standing]:
    """Load a register once (by the options' model, else the shipped one) for many comparisons.

    Raises:
        InputError: ids that repeat, or a model that does not fit.
    """
    scheme = options.scheme or HAN
    model = options.model or shipped_model(scheme)
    with opened(options.effort) as engine:
        yield Standing(engine, register, replace(options, scheme=scheme, model=model))


def duplicates(table: pl.DataFrame, options: Options = Options()) -> Links:
    """Compare a table with itself: a record may have several duplicates.

    Raises:
        InputError: as `link`.
    """
    records = as_records(table, say("表"))
    scheme = options.scheme or scheme_of(records, records)
    with opened(options.effort) as engine:
        tables = [loaded(engine, prepare(records))]
        return _Comparing(engine, tables, scheme, options).one_table()


def scheme_of(left: pl.DataFrame, right: pl.DataFrame) -> Scheme:
    """Return the scheme for the letters that most names of the smaller table are written in."""
    names = min((left, right), key=lambda t: t.height)["name"]
    han = names.str.contains(r"\p{Han}").sum()
    return HAN if han * 2 >= (names != "").sum() else LATIN


@dataclass(frozen=True, slots=True)
class Loaded:
    """A prepared table in the engine: its name, who is in it, which columns tell something."""

    name: str
    people: pl.DataFrame  # unique_id, household, head, valid
    told: frozenset[str]
    rows: int


def loaded(engine: Engine, prepared: pl.DataFrame) -> Loaded:
    """Store a prepared table."""
    told = frozenset(c for c in prepared.columns if prepared[c].null_count() < prepared.height)
    people = prepared.select(
        "unique_id", "household", "head", pl.col("valid").fill_null(value=False)
    )
    return Loaded(engine.table(prepared), people, told, prepared.height)


class _Comparing:
    """One comparison over an open engine."""

    def __init__(
        self, engine: Engine, tables: Sequence[Loaded], scheme: Scheme, options: Options
    ) -> None:
        self._engine, self._options, self._scheme = engine, options, scheme
        self._han = scheme is HAN
        self._people = [t.people for t in tables]
        self._sizes = [max(1, tables[0].rows), max(1, tables[-1].rows)]
        self._fields = told_fields([t.told for t in tables], scheme)
        self._tables = [t.name for t in tables]
        self._prior = 0.0
        self._weights: Weights = {}
        self._frequent: dict[str, str] = {}

    def two_tables(self) -> Links:
        """Sure pairs first; then what is left, by weight."""
        sure = self._sure()
        self._prior = self._chance(sure.height)
        model = self._learnt(sure.height)
        certain = self._certain(sure)
        left = self._rest(self._tables[0], sure["left"])
        near = self._near(self._tables[1], left)
        rest = [left, self._rest(near, sure["right"])]
        low = min(LEAST_WEIGHT, self._options.thresholds.review)
        found = self._with_validity(self._scored(rest, self._scheme.blocks, low))
        found = found.join(self._options.apart, on=["left", "right"], how="anti")
        doubtful = decide(found, self._options.thresholds, han=self._han)
        pairs = pl.concat([certain, doubtful.select(certain.columns)]).sort("left", "right")
        kin = kindred(found) if self._han else NO_KIN
        homes = households_of(pairs, kin, *self._people)
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
        self._frequent = self._engine.once(
            "shares",
            lambda: shares_of(
                self._engine, self._scheme, self._tables[-1:] if small else self._tables
            ),
        )
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
        decided = self._options.together.select("left", "right")
        found = found.join(self._options.apart, on=["left", "right"], how="anti")
        found = found.join(decided, on="left", how="anti").join(decided, on="right", how="anti")
        alone = pl.col("left").is_unique() & pl.col("right").is_unique()
        known = self._known(decided)
        return pl.concat([found.filter(alone), known]).sort("left", "right")

    def _known(self, decided: pl.DataFrame) -> pl.DataFrame:
        """The decided pairs whose records are still there."""
        left, right = self._people[0]["unique_id"], self._people[-1]["unique_id"]
        there = pl.col("left").is_in(left.implode()) & pl.col("right").is_in(right.implode())
        return decided.filter(there).unique().cast(pl.String())

    def _chance(self, sure: int) -> float:
        """Chance that two random records are of one person: the sure pairs and some more."""
        most = min(self._sizes)
        expected = max(sure / 0.9, 0.1 * most) if sure else _LIKELY * most
        return min(expected, most) / (self._sizes[0] * self._sizes[1])

    def _certain(self, sure: pl.DataFrame) -> pl.DataFrame:
        """Weigh the sure and the decided pairs too; they are matched whatever they weigh."""
        numbered = sure.with_row_index("pair")
        sides = zip(self._tables, ("left", "right"), strict=True)
        kept = [self._paired(t, numbered.select("pair", unique_id=side)) for t, side in sides]
        found = self._scored(kept, [("pair",)], -1e9)
        self._engine.drop(*kept)
        decided = self._options.together.select("left", "right", _by=pl.lit(value=True))
        told = found.join(decided, on=["left", "right"], how="left", maintain_order="left")
        return told.with_columns(
            outcome=pl.lit(Outcome.MATCHED.value),
            reason=pl.when(pl.col("_by").is_not_null()).then(pl.lit(Reason.DECIDED_SAME.value))
            .otherwise(pl.lit(Reason.SURE.value)), ahead=pl.lit(float("inf")), free=pl.lit(value=True),
        ).drop("_by")  # fmt: skip

    def _paired(self, table: str, pairs: pl.DataFrame) -> str:
        """Store the rows of the pairs, with the number of their pair."""
        keys, name = self._engine.table(pairs), self._engine.fresh()
        self._engine.con.execute(
            f"CREATE TABLE {name} AS SELECT t.*, k.pair FROM {table} t JOIN {keys} k"
            " ON t.unique_id = k.unique_id"
        )
        self._engine.drop(keys)
        return name

    def _rest(self, table: str, ids: pl.Series) -> str:
        """Store the rows whose id is not among ``ids``."""
        keys, name = self._engine.table(pl.DataFrame({"unique_id": ids})), self._engine.fresh()
        self._engine.con.execute(
            f"CREATE TABLE {name} AS SELECT t.* FROM {table} t ANTI JOIN {keys} k"
            " ON t.unique_id = k.unique_id"
        )
        self._engine.drop(keys)
        return name

    def _near(self, table: str, other: str) -> str:
        """Store the rows that share a block with a row of the other table: the only candidates."""
        name = self._engine.fresh()
        found = " UNION ".join(
            f"SELECT r.unique_id FROM {table} r SEMI JOIN {other} l ON {rule_of(b)}"
            for b in self._scheme.blocks
        )
        self._engine.con.execute(
            f"CREATE TABLE {name} AS SELECT t.* FROM {table} t SEMI JOIN ({found}) k"
            " ON t.unique_id = k.unique_id"
        )
        return name

    def _with_validity(self, pairs: pl.DataFrame) -> pl.DataFrame:
        left = self._people[0].select(left="unique_id", _l="valid")
        right = self._people[-1].select(right="unique_id", _r="valid")
        told = pairs.join(left, on="left", how="left").join(right, on="right", how="left")
        return told.with_columns(valid=pl.col("_l") & pl.col("_r")).drop("_l", "_r")


def told_fields(tables: Sequence[frozenset[str]], scheme: Scheme) -> list[str]:
    """Return the fields of which all tables tell something.

    Args:
        tables: the columns that tell something, of each table.
        scheme: the comparisons.

    Raises:
        InputError: nothing that could tell people apart.
    """
    columns = {"place": ("spot",), "family": ("mates", "persons")}
    both = frozenset.intersection(*tables)
    fields = [
        c.field for c in scheme.comparisons if both & set(columns.get(c.field, (c.field,)))
    ]  # fmt: skip
    if not {"name", "given", "number"} & set(fields) or len(fields) < 2:  # noqa: PLR2004
        raise InputError(
            say("两表没有足够的共同列可以比对：至少需要姓名或证件号码，再加一列。"),
            say("请在映射文件中写明各列的含义。"), field="columns",
        )  # fmt: skip
    return fields
