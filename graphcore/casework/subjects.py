"""Who is counted: from nodes of the graph to one row a household or headcount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from graphcore.domain.household import AgeBand, HouseDamage, PointKind, RosterState
from graphcore.domain.tables import SUBJECTS, conform

ROOFLESS = (HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value)


@dataclass(frozen=True)
class People:
    """Node frames with the properties of their labels (see graphcore.store.schema)."""

    households: pl.DataFrame
    persons: pl.DataFrame
    statuses: pl.DataFrame
    dwellings: pl.DataFrame
    hits: pl.DataFrame  # township, intensity


def named(people: People, on: date) -> pl.DataFrame:
    """Return SUBJECTS of the named households on a day, all at home and none cut off.

    A ledger that names persons in need makes a household one in need, whatever the roster says;
    unknown stays unknown. Where people are now is `graphcore.casework.points`.
    """
    home = people.households.rename({"id": "subject"})
    joined = (
        home.join(_members(people.persons), on="subject", how="left")
        .join(_damage(people.dwellings), on="subject", how="left")
        .join(groups_on(people.statuses, on), on="subject", how="left")
        .join(_intensity(people.hits), on="township", how="left")
    )
    return conform(joined.with_columns(_columns()), SUBJECTS).sort("subject")


def _columns() -> list[pl.Expr]:
    in_need = pl.col("persons_in_need").fill_null(0) > 0
    persons = pl.max_horizontal(
        pl.col("persons").fill_null(0), pl.col("members").fill_null(0), pl.lit(1)
    )
    zero = [pl.col(c).fill_null(0) for c in ("infants", "children", "elders", "intensity")]
    return [
        *zero,
        pl.lit(value=False).alias("anonymous"),
        pl.lit(1).alias("households"),
        persons.alias("persons"),
        pl.col("village").alias("point"),
        pl.lit(PointKind.VILLAGE.value).alias("point_kind"),
        pl.when(in_need).then(pl.lit(RosterState.IN_NEED.value))
        .otherwise(pl.col("state").fill_null(RosterState.UNKNOWN.value)).alias("state"),
        pl.col("damage").fill_null(HouseDamage.NONE.value),
        pl.lit(value=False).alias("relocated"),
        pl.lit(value=False).alias("cut_off"),
        pl.when(pl.col("damage").is_in(ROOFLESS)).then(persons).otherwise(0).alias("roofless"),
        pl.col("groups").fill_null(pl.lit([], dtype=pl.List(pl.String()))),
    ]  # fmt: skip


def _members(persons: pl.DataFrame) -> pl.DataFrame:
    def count(band: AgeBand) -> pl.Expr:
        return (pl.col("age_band") == band.value).sum().cast(pl.Int64())

    return persons.group_by(pl.col("household").alias("subject")).agg(
        pl.len().cast(pl.Int64()).alias("members"),
        count(AgeBand.INFANT).alias("infants"),
        count(AgeBand.CHILD).alias("children"),
        count(AgeBand.ELDER).alias("elders"),
    )


def _damage(dwellings: pl.DataFrame) -> pl.DataFrame:
    return dwellings.select(pl.col("household").alias("subject"), "damage").unique(
        "subject", keep="first", maintain_order=True
    )


def valid_on(statuses: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the HardshipStatus rows that are valid on a day."""
    day = on.isoformat()
    start, end = pl.col("valid_from").fill_null(""), pl.col("valid_to").fill_null("")
    return statuses.filter((start <= day) & ((end == "") | (end >= day)))


def groups_on(statuses: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return subject (a household) and its groups that are valid on a day."""
    return (
        valid_on(statuses, on)
        .group_by(pl.col("household").alias("subject"))
        .agg(pl.col("group").unique().sort().alias("groups"))
    )


def _intensity(hits: pl.DataFrame) -> pl.DataFrame:
    return hits.group_by("township").agg(pl.col("intensity").max())
