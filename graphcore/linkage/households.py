"""Households that belong together: through a person, or through relatives behind one door."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from graphcore.linkage.decide import LIKE_DOOR, LIKE_PHONE, Outcome, may_be_one

LEAST_WEIGHT = -60.0  # of pairs of relatives: their names and numbers speak against one person


class Through(StrEnum):
    """What joins two households."""

    PERSON = "person"
    RELATIVES = "relatives"  # one door, and one phone or surname
    DOOR = "door"  # one door and nothing else: to be checked on the spot


class Change(StrEnum):
    """How a household differs between the two tables."""

    NONE = ""
    SPLIT = "split"  # one right household, several left ones
    MERGED = "merged"  # one left household, several right ones
    HEAD = "head"  # another person is its head


HOUSEHOLDS = {
    "left": pl.String(), "right": pl.String(), "through": pl.String(), "persons": pl.Int64(),
    "change": pl.String(),
}  # fmt: skip
"""``left`` and ``right``: household ids, the row's own id where the table has none; ``persons``:
matched persons."""


NO_KIN = pl.DataFrame(schema=dict.fromkeys(("left", "right", "through"), pl.String()))


def kindred(scored: pl.DataFrame) -> pl.DataFrame:
    """Return the scored pairs of different people behind one door: left, right, through."""
    same = pl.col("at_phone").is_in(LIKE_PHONE) | (pl.col("at_name") == "kin")
    through = (
        pl.when(same).then(pl.lit(Through.RELATIVES.value)).otherwise(pl.lit(Through.DOOR.value))
    )
    behind = scored.filter(~may_be_one() & pl.col("at_place").is_in(LIKE_DOOR))
    return behind.select("left", "right", through=through)


def households_of(
    pairs: pl.DataFrame, relatives: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame
) -> pl.DataFrame:
    """Return the matched households (see `HOUSEHOLDS`), sorted.

    Args:
        pairs: decided pairs; matched ones count.
        relatives: see `kindred`; they count for left rows without a matched person.
        left: prepared left table (unique_id, household, head).
        right: the right one.
    """
    matched = pairs.filter(pl.col("outcome") == Outcome.MATCHED).select("left", "right")
    other = relatives.join(matched, on="left", how="anti")
    persons = _homes(matched, left, right).group_by("lh", "rh").agg(
        persons=pl.len().cast(pl.Int64), head=(pl.col("lhead") != pl.col("rhead")).any()
    )  # fmt: skip
    kin = _homes(other, left, right).group_by("lh", "rh").agg(pl.col("through").max())
    kin = kin.join(persons, on=["lh", "rh"], how="anti").join(persons, on="lh", how="anti")
    told = persons.with_columns(
        through=pl.lit(Through.PERSON.value),
        change=pl.when(pl.len().over("rh") > 1).then(pl.lit(Change.SPLIT.value))
        .when(pl.len().over("lh") > 1).then(pl.lit(Change.MERGED.value))
        .when(pl.col("head").fill_null(value=False)).then(pl.lit(Change.HEAD.value))
        .otherwise(pl.lit(Change.NONE.value)),
    )  # fmt: skip
    found = pl.concat([
        told.select("lh", "rh", "through", "persons", "change"),
        kin.select("lh", "rh", "through", persons=pl.lit(0, pl.Int64()),
                   change=pl.lit(Change.NONE.value)),
    ])  # fmt: skip
    return found.rename({"lh": "left", "rh": "right"}).sort("left", "right")


def home_of() -> pl.Expr:
    """The household of a prepared row: its own id where none is told."""
    return pl.coalesce("household", "unique_id")


def _homes(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    a = left.select(left="unique_id", lh=home_of(), lhead="head")
    b = right.select(right="unique_id", rh=home_of(), rhead="head")
    return pairs.join(a, on="left").join(b, on="right")
