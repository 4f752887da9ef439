"""What the comparison says to casework: whose record on the register a reported household is."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema, conform

_S = pl.String()
COMPARED: Schema = {"match": _S, "left": _S, "right": _S, "outcome": _S, "reason": _S, "judged": _S}
"""Stored matches by household: reported, registered; ``judged`` by a person, "" if by nobody."""

TIES: Schema = {"match": _S, "left": _S, "right": _S, "certain": pl.Boolean()}
"""Pairs of households that are one, or (not ``certain``) may be one and wait for a person."""

HINTS: Schema = {"household": _S, "group": _S, "match": _S, "certain": pl.Boolean()}
"""Statuses that a reported household likely holds, through its record on the register."""

REPORTS = ("ledger", "houses", "stays")
"""Forms that report a household as affected; the roster and the registers only say it exists."""

TOWNSHIPS: Schema = {
    "township": _S, **dict.fromkeys(
        ("affected", "matched", "review", "none", "registered", "unreported"), pl.Int64())
}  # fmt: skip


def ties(compared: pl.DataFrame) -> pl.DataFrame:
    """Return TIES, one row for each pair of different households; judged different is none.

    A pair is certain once a person said so, or where a person matched or relatives live behind one
    door; one door alone is to be looked at on the spot.
    """
    judged = pl.col("judged").fill_null("")
    certain = (judged == "same") | (pl.col("outcome") == "matched") | (
        (pl.col("outcome") == "household") & (pl.col("reason") == "relatives")
    )  # fmt: skip
    rows = compared.filter((judged != "different") & (pl.col("left") != pl.col("right")))
    best = rows.with_columns(certain.alias("certain")).sort(
        "left", "right", "certain", "match", descending=[False, False, True, False]
    )  # fmt: skip
    return conform(best.unique(["left", "right"], keep="first", maintain_order=True), TIES)


def hints(homes: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """Return HINTS: statuses of the registered record that the reported household lacks itself."""
    held = homes.select("household", pl.col("groups").alias("group")).explode("group").drop_nulls()
    through = tied.join(held, left_on="right", right_on="household").rename({"left": "household"})
    new = through.join(held, on=["household", "group"], how="anti").sort(
        "household", "group", "certain", "match", descending=[False, False, True, False]
    )  # fmt: skip
    return conform(new.unique(["household", "group"], keep="first", maintain_order=True), HINTS)


def reported(homes: pl.DataFrame) -> pl.DataFrame:
    """Return the households that a report names as affected."""
    told = pl.col("named_by").list.set_intersection(list(REPORTS)).list.len() > 0
    return homes.filter(told)


def by_township(homes: pl.DataFrame, tied: pl.DataFrame, unreported: pl.DataFrame) -> pl.DataFrame:
    """Return TOWNSHIPS with a row for each township that has affected or registered households.

    Args:
        homes: HOMES.
        tied: TIES.
        unreported: households on the register, in hit places, that no report names.
    """
    held = pl.col("groups").list.len() > 0
    state = tied.group_by("left").agg(pl.col("certain").any())
    affected = reported(homes).join(state, left_on="household", right_on="left", how="left")
    matched = held | pl.col("certain").fill_null(value=False)
    counted = affected.group_by("township").agg(
        pl.len().alias("affected"), matched.sum().alias("matched"),
        (~matched & pl.col("certain").is_not_null()).sum().alias("review"),
        (~matched & pl.col("certain").is_null()).sum().alias("none"),
    )  # fmt: skip
    known = homes.filter(held).group_by("township").agg(pl.len().alias("registered"))
    missing = homes.join(unreported, on="household", how="semi").group_by("township").agg(
        pl.len().alias("unreported")
    )  # fmt: skip
    told = counted.join(known, on="township", how="full", coalesce=True).join(
        missing, on="township", how="left"
    )  # fmt: skip
    return conform(told.with_columns(pl.col(pl.UInt32()).fill_null(0)), TOWNSHIPS).sort("township")
