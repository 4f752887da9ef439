"""A relief ledger and a register of one population, with errors on both sides, and the truth.

The ledger names one grown-up of each household (mostly its head); the register holds whole
households, so that relatives behind one door and namesakes stand beside every true match. Some
whom the ledger names are not registered, while their relatives are.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
import polars as pl

from seeds.twolists.population import population
from seeds.twolists.wrong import ERRORS

LEVELS = (1, 2, 3)
_REGISTERED = 0.9  # of those whom the ledger names
_NOT_HEAD = 0.15  # households that the ledger enters in another grown-up's name
_HIT = 0.5  # of villages
_COPIED = (0.0005, 0.002, 0.006)  # left rows with a relative's number, or a relative's phone
_GROUPS = ("低保对象", "分散供养特困人员", "残疾人", "留守老年人", "困境儿童", "散居孤儿")
_MEAN = 2.62
_GROWN = 18
CELLS = ("name", "number", "phone", "address", "village", "township", "born_on", "sex")
LEFT = ("id", "name", "number", "phone", "persons", "township", "village", "address")
RIGHT = (
    "id", "household", "name", "number", "sex", "born_on", "phone", "township", "village", "address",
    "groups",
)  # fmt: skip


@dataclass(frozen=True)
class TwoLists:
    """``left`` and ``right`` (all text), and ``truth``: left, right (ids of the same person).

    ``households``: left, right household (ids): where each left row's household is registered.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    truth: pl.DataFrame
    households: pl.DataFrame


def two_lists(left: int, right: int, level: int, seed: int) -> TwoLists:
    """Return two lists of about ``left`` rows and ``right`` rows; same arguments, same lists."""
    rng = np.random.default_rng(seed)
    people = population(rng, max(left * 2, round(right / _MEAN * 1.04)), max(4, right // 1500))
    named = _named(rng, people, left)
    gone = named.filter(pl.Series(rng.random(named.height) >= _REGISTERED))
    others = people.filter(~pl.col("person").is_in(gone["person"].implode()))
    listed = _trimmed(rng, others, named, right)
    left_list, right_list = _left(rng, named), _right(rng, listed)
    truth = left_list.select("person", left="id").join(
        right_list.select("person", right="id"), on="person"
    )
    homes = left_list.select("_household", left="id").join(
        right_list.select("_household", right="household").unique(), on="_household"
    )
    chance = Random(seed)
    return TwoLists(
        _spoilt(chance, _copied(chance, left_list, people, level), level, "left").select(LEFT),
        _spoilt(chance, right_list, level, "right").select(RIGHT),
        truth.select("left", "right").sort("left"),
        homes.select("left", "right").sort("left"),
    )


def _named(rng: np.random.Generator, people: pl.DataFrame, left: int) -> pl.DataFrame:
    """One grown-up a household, of households in the hit villages."""
    codes = people["village_code"].unique().sort()
    hit = codes.filter(pl.Series(rng.permutation(codes.len()) < max(1, round(codes.len() * _HIT))))
    here = people.filter(pl.col("village_code").is_in(hit.implode()))
    grown = here.filter((pl.col("age") >= _GROWN) | (pl.col("role") == "head"))
    draw, second = rng.random(grown.height), rng.random(people.height) < _NOT_HEAD
    other = second[grown["household"].to_numpy()]
    first = (grown["role"] == "head").to_numpy() ^ other
    chosen = grown.with_columns(rank=pl.Series(draw - first)).sort("household", "rank").unique(
        "household", keep="first", maintain_order=True
    )  # fmt: skip
    return _picked(chosen, np.sort(rng.permutation(chosen.height)[:left])).drop("rank")


def _picked(table: pl.DataFrame, rows: npt.NDArray[np.int64]) -> pl.DataFrame:
    return table.select(pl.all().gather(rows.tolist()))


def _trimmed(
    rng: np.random.Generator, people: pl.DataFrame, named: pl.DataFrame, right: int
) -> pl.DataFrame:
    keep = people["person"].is_in(named["person"].implode()).to_numpy()
    order = np.argsort(rng.random(people.height) - keep, kind="stable")[:right]
    return _picked(people, np.sort(order))


def _address() -> pl.Expr:
    return pl.format("{}{}组{}号", "village", "group_no", "door")


def _left(rng: np.random.Generator, named: pl.DataFrame) -> pl.DataFrame:
    order = rng.permutation(named.height)
    return _picked(named, order).with_row_index("n").with_columns(
        pl.format("L{}", "n").alias("id"), address=_address(), born_on=pl.lit(""), sex=pl.lit(""),
        _household="household",
    )  # fmt: skip


def _right(rng: np.random.Generator, listed: pl.DataFrame) -> pl.DataFrame:
    groups = np.array(_GROUPS)[rng.integers(0, len(_GROUPS), listed.height)]
    order = rng.permutation(listed.height)
    return _picked(listed.with_columns(groups=pl.Series(groups)), order).with_row_index("n").with_columns(
        pl.format("R{}", "n").alias("id"), address=_address(), _household="household",
        household=pl.format("F{}", "household"),
        born_on=pl.col("born").dt.strftime("%Y-%m-%d"),
        sex=pl.when("male").then(pl.lit("男")).otherwise(pl.lit("女")),
    )  # fmt: skip


def _copied(rng: Random, left: pl.DataFrame, people: pl.DataFrame, level: int) -> pl.DataFrame:
    """Rows where the clerk took a relative's number."""
    homes = people.group_by("household").agg("number").rename({"number": "_relatives"})
    table = left.join(homes, on="household", how="left", maintain_order="left")
    numbers = table["number"].to_list()
    relatives = table["_relatives"].to_list()
    for row in rng.sample(range(len(numbers)), round(len(numbers) * _COPIED[level - 1])):
        numbers[row] = rng.choice(relatives[row])
    return table.with_columns(number=pl.Series(numbers, dtype=pl.String)).drop("_relatives")


def _spoilt(rng: Random, table: pl.DataFrame, level: int, side: str) -> pl.DataFrame:
    for cell in CELLS:
        values = table[cell].to_list()
        for error in ERRORS:
            rate = (error.left if side == "left" else error.right)[level - 1]
            if error.cell != cell or not rate:
                continue
            for row in rng.sample(range(len(values)), int(len(values) * rate + rng.random())):
                if values[row]:
                    values[row] = error.make(rng, values[row])
        table = table.with_columns(pl.Series(cell, values, dtype=pl.String))
    return table
