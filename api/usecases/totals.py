"""Totals by place and damage class: from the households themselves, and as townships reported."""

from __future__ import annotations

import polars as pl

from graphcore.domain.household import HouseDamage

_ROOMS = tuple(d.value for d in HouseDamage if d is not HouseDamage.NONE)
COLUMNS = ("basis", "township", "village", "damage", "households", "persons", "houses",
           *(f"rooms_{c}" for c in _ROOMS))  # fmt: skip


def totals(
    households: pl.DataFrame, dwellings: pl.DataFrame, reports: pl.DataFrame
) -> pl.DataFrame:
    """Return COLUMNS, one row a place and damage class.

    ``basis`` is ``named`` (counted from households and houses) or ``reported`` (each township's
    latest report; its row with damage ``""`` holds everybody affected, with or without damage).
    """
    both = [_named(households, dwellings), _reported(reports)]
    return pl.concat([t.select(COLUMNS) for t in both]).sort(*COLUMNS[:4])


def _named(households: pl.DataFrame, dwellings: pl.DataFrame) -> pl.DataFrame:
    houses = dwellings.select(
        pl.col("household").alias("id"), "damage", *(f"rooms_{c}" for c in _ROOMS)
    )
    homes = households.join(houses, on="id", how="left").with_columns(
        pl.col("damage").is_not_null().alias("house"),
        pl.col("damage").fill_null(HouseDamage.NONE.value),
    )
    return (
        homes.group_by("township", "village", "damage")
        .agg(
            pl.len().cast(pl.Int64()).alias("households"),
            pl.col("persons").fill_null(0).sum(),
            pl.col("house").sum().cast(pl.Int64()).alias("houses"),
            *(pl.col(f"rooms_{c}").fill_null(0).sum() for c in _ROOMS),
        )
        .with_columns(pl.lit("named").alias("basis"))
    )


def _reported(reports: pl.DataFrame) -> pl.DataFrame:
    latest = reports.sort("reported_at", "id").unique("township", keep="last", maintain_order=True)
    rows = [_class(latest, c) for c in _ROOMS]
    everybody = latest.select(
        "township", pl.lit("").alias("damage"),
        pl.col("affected_households").alias("households"),
        pl.col("affected_persons").alias("persons"),
        *(pl.lit(None, dtype=pl.Int64()).alias(c) for c in COLUMNS[6:]),
    )  # fmt: skip
    return pl.concat([everybody, *rows]).with_columns(
        pl.lit("reported").alias("basis"), pl.lit("").alias("village")
    )


def _class(latest: pl.DataFrame, damage: str) -> pl.DataFrame:
    houses = pl.col(f"{damage}_households")
    told = latest.select(
        "township", pl.lit(damage).alias("damage"), houses.alias("households"),
        pl.lit(None, dtype=pl.Int64()).alias("persons"), houses.alias("houses"),
        *(pl.col(f"{c}_rooms").alias(f"rooms_{c}") if c == damage
          else pl.lit(None, dtype=pl.Int64()).alias(f"rooms_{c}") for c in _ROOMS),
    )  # fmt: skip
    return told.filter(pl.col("houses").is_not_null() | pl.col(f"rooms_{damage}").is_not_null())
