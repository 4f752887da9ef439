"""What the comparison says to casework: whose record on the register an affected household is.

Who is affected, and which of the affected hold a status, is said here alone: the audits, the
answers to townships and to Emergency Management, and the workbooks all ask it.
"""

from __future__ import annotations

import polars as pl

from graphcore.casework.rules import FULL
from graphcore.domain.tables import Schema, conform

_S = pl.String()
COMPARED: Schema = {"match": _S, "left": _S, "right": _S, "outcome": _S, "reason": _S, "judged": _S}
"""Stored matches by household: reported, registered; ``judged`` by a person, "" if by nobody."""

TIES: Schema = {"match": _S, "left": _S, "right": _S, "certain": pl.Boolean()}
"""Pairs of households that are one, or (not ``certain``) may be one and wait for a person."""

HINTS: Schema = {"household": _S, "group": _S, "match": _S, "certain": pl.Boolean()}
"""Statuses that a reported household likely holds, through its record on the register."""

STATES: Schema = {"household": _S, "state": _S}
MATCHED, REVIEW, NONE = "matched", "review", "none"
"""On the register, itself or through a certain tie; perhaps, a person has to look; not found."""

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


def affected(homes: pl.DataFrame) -> pl.DataFrame:
    """Return the affected households of HOMES.

    A report names them (`REPORTS`), or the rulebook's scope counts them as affected in full: found
    in need, house fallen, moved, cut off. Headcounts are people, not yet households.
    """
    told = pl.col("named_by").list.set_intersection(list(REPORTS)).list.len() > 0
    counted = (pl.col("scope") == FULL) & ~pl.col("household").str.starts_with("HC-")
    return homes.filter(told | counted)


def states(homes: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """Return STATES of households (``household``, ``groups``): a household counts once."""
    found = tied.group_by("left").agg(pl.col("certain").any())
    known = homes.join(found, left_on="household", right_on="left", how="left")
    sure = (pl.col("groups").list.len() > 0) | pl.col("certain").fill_null(value=False)
    some = pl.when(pl.col("certain").is_not_null()).then(pl.lit(REVIEW)).otherwise(pl.lit(NONE))
    state = pl.when(sure.fill_null(value=False)).then(pl.lit(MATCHED)).otherwise(some)
    return conform(known.with_columns(state.alias("state")), STATES)


def hints(homes: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """Return HINTS: statuses of the registered record that the reported household lacks itself."""
    held = _held(homes)
    through = tied.join(held, left_on="right", right_on="household").rename({"left": "household"})
    new = through.join(held, on=["household", "group"], how="anti").sort(
        "household", "group", "certain", "match", descending=[False, False, True, False]
    )  # fmt: skip
    return conform(new.unique(["household", "group"], keep="first", maintain_order=True), HINTS)


def statuses(homes: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """Return HINTS of the affected, and with them what they hold themselves (``match`` "")."""
    own = _held(homes).with_columns(pl.lit("").alias("match"), pl.lit(value=True).alias("certain"))
    every = pl.concat([conform(own, HINTS), hints(homes, tied)])
    return every.join(affected(homes), on="household", how="semi").sort("household", "group")


def _held(homes: pl.DataFrame) -> pl.DataFrame:
    rows = homes.select("household", pl.col("groups").alias("group"))
    return rows.explode("group").drop_nulls()


def by_township(homes: pl.DataFrame, tied: pl.DataFrame, unreported: pl.DataFrame) -> pl.DataFrame:
    """Return TOWNSHIPS with a row for each township that has affected or registered households.

    Args:
        homes: HOMES.
        tied: TIES.
        unreported: households on the register, in hit places, that no report names.
    """
    hit = affected(homes).drop("state").join(states(homes, tied), on="household")
    state = pl.col("state")
    counted = hit.group_by("township").agg(
        pl.len().alias("affected"),
        *((state == s).sum().alias(s) for s in (MATCHED, REVIEW, NONE)),
    )
    known = homes.filter(pl.col("groups").list.len() > 0)
    registered = known.group_by("township").agg(pl.len().alias("registered"))
    missing = homes.join(unreported, on="household", how="semi").group_by("township").agg(
        pl.len().alias("unreported")
    )  # fmt: skip
    told = counted.join(registered, on="township", how="full", coalesce=True).join(
        missing, on="township", how="left"
    )  # fmt: skip
    return conform(told.with_columns(pl.col(pl.UInt32()).fill_null(0)), TOWNSHIPS).sort("township")
