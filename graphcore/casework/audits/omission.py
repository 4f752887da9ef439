"""Omission: who lacks what they are owed, and who is not even counted."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graphcore.casework.audits.account import counted
from graphcore.casework.audits.tables import FOUND, RECORDS, REFUSED
from graphcore.casework.registered import REPORTS, affected
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.household import BasicNeed, RosterState
from graphcore.domain.tables import conform

ROSTER = "roster"
_PLACE = ("village", "township")
_ALL = [b.value for b in BasicNeed]


def unserved(homes: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """FOUND of each checked household that lacks a part of what it is owed."""
    some = accounts.filter((pl.col("missing") > 0) & (pl.col("need") != ""))
    by_home = some.sort("household", "missing", "reason", descending=[False, True, False])
    lacking = by_home.group_by("household").agg(
        pl.col("basic").unique().sort().alias("basics"), pl.col("reason").first(),
        pl.col("whom").filter(pl.col("whom") != "").first().fill_null("").alias("whom"),
        pl.col("since").min(), pl.col("need").filter("stored").unique().sort().alias("needs"),
        pl.col("missing").sum().alias("units"), pl.col("need").n_unique().alias("lacking"),
    )  # fmt: skip
    found = lacking.join(homes.select("household", *_PLACE), on="household").with_columns(
        _detail("units", "lacking"),
        pl.concat_list(_node("Household", "household"), _nodes("Need", "needs")).alias("proof"),
    )
    return _found(Rule.UNSERVED, found)


def unknown(homes: pl.DataFrame, since: int) -> pl.DataFrame:
    """FOUND of each household that nobody has checked: of the roster, or told of in a report."""
    told = pl.col("named_by").list.len() > 0
    listed = told | (pl.col("hit") & (pl.col("groups").list.len() == 0))
    open_ = homes.filter((pl.col("state") == RosterState.UNKNOWN.value) & listed)
    return _of_homes(Rule.UNKNOWN, open_, Missing.UNKNOWN, since)


def not_reported(homes: pl.DataFrame, since: int, ties: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households on the assistance register, in hit places, that no report names.

    A household that the comparison tied to a reported one is named by that; where the tie waits
    for a person, the finding stays, says so and is proved by the match.
    """
    silent = pl.col("named_by").list.set_intersection(list(REPORTS)).list.len() == 0
    told = ties.join(affected(homes), left_on="left", right_on="household", how="semi")
    certain, doubtful = told.filter("certain"), told.filter(~pl.col("certain"))
    open_ = homes.filter(
        (pl.col("groups").list.len() > 0) & pl.col("hit") & silent
        & (pl.col("state") == RosterState.UNKNOWN.value)
    ).join(certain, left_on="household", right_on="right", how="anti")  # fmt: skip
    some = open_.join(doubtful, left_on="household", right_on="right", how="semi")
    rest = open_.join(doubtful, left_on="household", right_on="right", how="anti")
    waiting = _of_homes(Rule.NOT_REPORTED, some, Missing.NOT_MATCHED, since, whom="civil_affairs")
    proof = doubtful.group_by(pl.col("right").alias("subject")).agg(
        (pl.lit("Match/") + pl.col("match")).sort().alias("_by")
    )  # fmt: skip
    proved = waiting.join(proof, on="subject", how="left").with_columns(
        pl.concat_list("proof", "_by").alias("proof")
    )  # fmt: skip
    silent_ones = _of_homes(Rule.NOT_REPORTED, rest, Missing.NOT_REPORTED, since)
    return pl.concat([silent_ones, conform(proved, FOUND)]).sort("subject")


def not_registered(homes: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """FOUND of affected households that are not on the local roster and lack something."""
    away = homes.filter(
        (pl.col("scope") == "full") & (pl.col("named_by").list.len() > 0)
        & ~pl.col("named_by").list.contains(ROSTER)
    )  # fmt: skip
    found = unserved(away, accounts.join(away.select("household"), on="household", how="semi"))
    return found.with_columns(pl.lit(Rule.NOT_REGISTERED.value).alias("rule"))


def below_threshold(homes: pl.DataFrame, damages: Sequence[str], since: int) -> pl.DataFrame:
    """FOUND of households in hardship whose damage is too small for the rules to owe anything."""
    open_ = homes.filter(
        ~counted() & pl.col("hit") & (pl.col("groups").list.len() > 0)
        & pl.col("damage").is_in(list(damages))
    )  # fmt: skip
    return _of_homes(Rule.BELOW_THRESHOLD, open_, Missing.PENDING, since, whom="civil_affairs")


def absent(homes: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """FOUND of records that a later file no longer holds."""
    places = homes.select("household", *_PLACE)
    rows = conform(records, RECORDS).join(places, on="household", how="left").with_columns(
        pl.col(*_PLACE).fill_null(""), pl.col("id").alias("subject"),
        pl.lit([], dtype=pl.List(pl.String())).alias("basics"),
        pl.lit(Missing.PENDING.value).alias("reason"), pl.lit("civil_affairs").alias("whom"),
        pl.col("absent_at").alias("since"), _detail("form", "household"),
        _proof(pl.concat_list(_node("SourceRecord", "id"), _node("Household", "household"))),
    )  # fmt: skip
    return _shaped(Rule.ABSENT, rows)


def not_matched(refused: pl.DataFrame) -> pl.DataFrame:
    """FOUND of rows that were refused: people who are told of and tied to no household."""
    rows = conform(refused, REFUSED).with_columns(
        pl.col("id").alias("subject"), pl.lit(_ALL).alias("basics"),
        pl.lit(Missing.NOT_MATCHED.value).alias("reason"), pl.lit("").alias("whom"),
        pl.col("at").alias("since"), _detail("persons"),
        _proof(pl.concat_list(_node("RefusedRow", "id"))),
    )  # fmt: skip
    return _shaped(Rule.NOT_MATCHED, rows)


def _of_homes(
    rule: Rule, homes: pl.DataFrame, why: Missing, since: int, whom: str = ""
) -> pl.DataFrame:
    rows = homes.with_columns(
        pl.lit(_ALL).alias("basics"), pl.lit(why.value).alias("reason"),
        pl.lit(whom).alias("whom"), pl.lit(since, dtype=pl.Int64()).alias("since"),
        _detail("persons", "damage"), _proof(pl.concat_list(_node("Household", "household"))),
    )  # fmt: skip
    return _found(rule, rows)


def _found(rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    headcount = pl.col("household").str.starts_with("HC-")
    proof = pl.col("proof").list.eval(
        pl.when(pl.element().str.starts_with("Household/HC-"))
        .then(pl.element().str.replace("Household/", "Headcount/", literal=True))
        .otherwise(pl.element())
    )
    mended = rows.with_columns(pl.when(headcount).then(proof).otherwise("proof").alias("proof"))
    return _shaped(rule, mended.with_columns(pl.col("household").alias("subject")))


def _shaped(rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    return conform(rows.with_columns(pl.lit(rule.value).alias("rule")), FOUND).sort("subject")


def _detail(*columns: str) -> pl.Expr:
    return pl.struct(*columns).struct.json_encode().alias("detail")


def _node(label: str, column: str) -> pl.Expr:
    return pl.lit(f"{label}/") + pl.col(column)


def _nodes(label: str, column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.lit(f"{label}/") + pl.element())


def _proof(nodes: pl.Expr) -> pl.Expr:
    return nodes.alias("proof")


__all__ = [
    "ROSTER", "absent", "below_threshold", "not_matched", "not_registered",
    "not_reported", "unknown", "unserved",
]  # fmt: skip
