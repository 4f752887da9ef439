"""Winter–spring relief: patterns for a person to look at. None of them refuses or stops anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.campaign import EntryState, VisitResult
from graphcore.domain.tables import Schema, conform, empty

_S, _I, _B, _L = pl.String(), pl.Int64(), pl.Boolean(), pl.List(pl.String())
LISTED: Schema = {
    "id": _S, "household": _S, "township": _S, "village": _S, "key": _B, "state": _S,
    "amount_fen": _I,
    "computed_fen": _I,  # by need and class; both are 0 until the village's review
}  # fmt: skip
"""Surveyed households of one campaign."""

ACCOUNTS_OF: Schema = {"account": _S, "household": _S, "digest": _S}
TIES: Schema = {"tie": _S, "household": _S, "village": _S, "post": _S, "relation": _S}
SEEN: Schema = {"visit": _S, "household": _S, "result": _S, "done_on": _S}
DEAD: Schema = {"household": _S, "done_on": _S, "node": _S}
"""Deaths by household; ``node`` tells of it besides the household, "" if nothing does."""

NUMBERED: Schema = {"household": _S, "number": _S}
"""Blind index of a person's number, with the household where the record is."""

_MOST = 50


def amiss(entries: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households whose amount is not what need and class give."""
    odd = conform(entries, LISTED).filter(
        (pl.col("computed_fen") > 0) & (pl.col("amount_fen") != pl.col("computed_fen"))
    )
    return _of_homes(Rule.WINTER_AMOUNT, odd, pl.struct("amount_fen", "computed_fen"))


def equal(entries: pl.DataFrame, least: int) -> pl.DataFrame:
    """FOUND of villages that gave ``least`` or more households the same, though need differs."""
    judged = conform(entries, LISTED).filter(pl.col("computed_fen") > 0)
    villages = judged.group_by("township", "village").agg(
        pl.len().cast(_I).alias("households"), pl.col("amount_fen").n_unique().alias("amounts"),
        pl.col("computed_fen").n_unique().alias("owed"), pl.col("amount_fen").first(),
        pl.col("id").sort().head(_MOST).alias("ids"),
    )  # fmt: skip
    same = villages.filter(
        (pl.col("households") >= least) & (pl.col("amounts") == 1) & (pl.col("owed") > 1)
    )
    return _of_villages(Rule.WINTER_EQUAL, same, pl.struct("households", "amount_fen", "owed"))


def rotation(entries: pl.DataFrame, before: pl.DataFrame, least: int) -> pl.DataFrame:
    """FOUND of villages where nobody who was helped last winter is helped again, and many were."""
    now, old = (_helped(t) for t in (entries, before))
    again = now.join(old.select("household", "village"), on=["household", "village"], how="semi")
    both = now.group_by("township", "village").agg(
        pl.len().cast(_I).alias("households"), pl.col("id").sort().head(_MOST).alias("ids")
    ).join(old.group_by("village").agg(pl.len().cast(_I).alias("before")), on="village")  # fmt: skip
    turned = both.join(again.select("village"), on="village", how="anti").filter(
        (pl.col("households") >= least) & (pl.col("before") >= least)
    )
    return _of_villages(Rule.WINTER_ROTATION, turned, pl.struct("households", "before"))


def _helped(entries: pl.DataFrame) -> pl.DataFrame:
    return conform(entries, LISTED).filter(pl.col("state") == EntryState.DECIDED.value)


def relatives(entries: pl.DataFrame, ties: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households of officials' declared relatives on the list of the official's village."""
    declared = conform(ties, TIES).group_by("household", "village").agg(
        pl.col("post").unique().sort().str.join("、"),
        pl.col("relation").unique().sort().str.join("、"),
        (pl.lit("CadreTie/") + pl.col("tie")).sort().alias("more"),
    )  # fmt: skip
    rows = conform(entries, LISTED).join(declared, on=["household", "village"])
    return _of_homes(Rule.WINTER_RELATIVE, rows, pl.struct("post", "relation", "amount_fen"))


def recorded_dead(visits: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Return DEAD: what visits found, and deaths that were recorded.

    Args:
        visits: WinterVisit with ``visit`` as its id.
        persons: Person, of which household and died_on are read.
    """
    seen = conform(visits, SEEN).filter(pl.col("result") == VisitResult.DECEASED.value)
    found = seen.select(
        "household", "done_on", (pl.lit("WinterVisit/") + pl.col("visit")).alias("node")
    )
    gone = persons.filter(pl.col("died_on").fill_null("") != "").select(
        "household", pl.col("died_on").alias("done_on"), pl.lit("").alias("node")
    )
    return pl.concat([conform(found, DEAD), conform(gone, DEAD)])


def deceased(entries: pl.DataFrame, dead: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households on the list in which a recipient is recorded as dead (DEAD)."""
    told = conform(dead, DEAD).group_by("household").agg(
        pl.col("done_on").min(), pl.col("node").filter(pl.col("node") != "").sort().alias("more")
    )  # fmt: skip
    rows = conform(entries, LISTED).join(told, on="household")
    return _of_homes(Rule.WINTER_DECEASED, rows, pl.struct("done_on", "amount_fen", "state"))


def two_villages(entries: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households on two villages' lists, by themselves or by a person with one number."""
    rows = conform(entries, LISTED)
    same = pl.concat([
        rows.select("id", "household", "village", pl.col("household").alias("mark")),
        rows.join(conform(numbers, NUMBERED).filter(pl.col("number") != ""), on="household")
        .select("id", "household", "village", pl.col("number").alias("mark")),
    ])  # fmt: skip
    several = pl.col("village").n_unique().over("mark") > 1
    twice = same.filter(several).group_by("mark").agg(
        pl.col("household").unique().sort().alias("homes"),
        pl.col("village").unique().sort().alias("villages"),
        (pl.lit("WinterEntry/") + pl.col("id").unique().sort()).alias("nodes"),
    )  # fmt: skip
    by_home = twice.explode("homes").group_by(pl.col("homes").alias("household")).agg(
        pl.col("villages").explode().unique().sort(),
        pl.col("nodes").explode().unique().sort().alias("more"),
    )  # fmt: skip
    firsts = rows.sort("id").unique("household", keep="first", maintain_order=True)
    return _of_homes(Rule.WINTER_VILLAGES, firsts.join(by_home, on="household"),
                     pl.struct("villages"))  # fmt: skip


def shared_cards(entries: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households on the list that are paid into another household's account."""
    cards = conform(accounts, ACCOUNTS_OF).filter(pl.col("digest") != "")
    several = cards.filter(pl.col("household").n_unique().over("digest") > 1).with_columns(
        pl.col("household").n_unique().over("digest").cast(_I).alias("households"),
        (pl.lit("BankAccount/") + pl.col("account")).alias("_node"),
    )
    nodes = several.group_by("digest").agg(pl.col("_node").unique().sort().alias("more"))
    firsts = conform(entries, LISTED).sort("id").unique("household", keep="first",
                                                        maintain_order=True)  # fmt: skip
    rows = firsts.join(several.select("household", "digest", "households"), on="household").join(
        nodes, on="digest"
    )
    return _of_homes(Rule.WINTER_CARD, rows, pl.struct("households", "amount_fen"))


def late(
    entries: pl.DataFrame, waits: Mapping[str, str], last: Mapping[str, date], on: date
) -> pl.DataFrame:
    """FOUND of villages, one a step, whose households wait for it past its last day.

    Args:
        entries: LISTED.
        waits: state → the step that it waits for.
        last: step → its last day.
        on: the day asked about.
    """
    due = [s for s, day in last.items() if day < on]
    step = pl.col("state").replace_strict(dict(waits), default="", return_dtype=_S)
    behind = conform(entries, LISTED).with_columns(step.alias("step")).filter(
        pl.col("step").is_in(due)
    )  # fmt: skip
    rows = behind.group_by("township", "village", "step").agg(
        pl.len().cast(_I).alias("households"), pl.col("id").sort().head(_MOST).alias("ids")
    ).with_columns(
        pl.col("step").replace_strict({s: d.isoformat() for s, d in last.items()},
                                      return_dtype=_S, default="").alias("by")
    )  # fmt: skip
    made = _of_villages(Rule.WINTER_LATE, rows, pl.struct("step", "by", "households"))
    marks = rows.sort("village", "step").select(
        pl.concat_str("village", pl.lit(":"), "step").alias("subject"))  # fmt: skip
    return made.with_columns(marks["subject"]).sort("subject") if made.height else made


def unvisited(entries: pl.DataFrame, must: Sequence[str], visits: pl.DataFrame) -> pl.DataFrame:
    """FOUND of key households that nobody has visited.

    Args:
        entries: LISTED; those marked ``key`` must be visited.
        must: households that must be visited besides.
        visits: SEEN.
    """
    done = conform(visits, SEEN).filter(pl.col("done_on") != "")
    firsts = conform(entries, LISTED).sort("id").unique("household", keep="first",
                                                        maintain_order=True)  # fmt: skip
    rows = firsts.filter(pl.col("key") | pl.col("household").is_in(list(must))).join(
        done.select("household"), on="household", how="anti"
    )
    return _of_homes(Rule.WINTER_VISIT, rows, pl.struct("key"))


def _of_homes(rule: Rule, rows: pl.DataFrame, told: pl.Expr) -> pl.DataFrame:
    """One finding a household; ``more`` are further nodes that prove it."""
    if rows.is_empty():
        return empty(FOUND)
    more = pl.col("more") if "more" in rows.columns else pl.lit([], dtype=_L)
    proof = pl.concat_list(
        pl.lit("Household/") + pl.col("household"), pl.lit("WinterEntry/") + pl.col("id"), more
    ).list.unique(maintain_order=True)
    by_home = rows.sort("id").unique("household", keep="first", maintain_order=True)
    return _shaped(rule, by_home.with_columns(
        pl.col("household").alias("subject"), told.struct.json_encode().alias("detail"),
        proof.alias("proof"),
    ))  # fmt: skip


def _of_villages(rule: Rule, rows: pl.DataFrame, told: pl.Expr) -> pl.DataFrame:
    if rows.is_empty():
        return empty(FOUND)
    order = [c for c in ("village", "step") if c in rows.columns]
    return _shaped(rule, rows.sort(order).with_columns(
        pl.col("village").alias("subject"), told.struct.json_encode().alias("detail"),
        pl.col("ids").list.eval(pl.lit("WinterEntry/") + pl.element()).alias("proof"),
    ))  # fmt: skip


def _shaped(rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    return conform(rows.with_columns(
        pl.lit(rule.value).alias("rule"), pl.lit([], dtype=_L).alias("basics"),
        pl.lit(Missing.PENDING.value).alias("reason"), pl.lit("civil_affairs").alias("whom"),
        pl.lit(0, dtype=_I).alias("since"),
    ), FOUND)  # fmt: skip
