"""Bundling in both senses: one need met twice, and aid decided by low-income status alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from graphcore.casework.audits.tables import AID, FOUND
from graphcore.casework.conditions import in_groups
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.tables import SUBJECTS, Schema, conform, empty, frame
from graphcore.policy.model import Condition
from graphcore.policy.rulebook import Rulebook, in_force

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
DECISIONS: Schema = {"household": _S, "decision": _S, "granted": pl.Boolean(), "amount": _I,
                     "proof": _S}  # fmt: skip
"""What was decided of a household: ``decision`` names the kind, ``amount`` fen of what was granted
(before a raise that a rule cites; 0 = none told), ``proof`` the node that tells."""

TWICE: Schema = {
    "household": _S, "basic": _S, "a": _S, "b": _S, "cites": _S, "listed": pl.Boolean(),
    "proof_a": _S, "proof_b": _S, "since": _S,
}  # fmt: skip
_FACTS = ("village", "state", "persons", "infants", "children", "elders", "roofless", "damage",
          "relocated", "cut_off", "intensity")  # fmt: skip
_SAME = tuple(c for c in SUBJECTS if c not in ("subject", "point", "village", "township"))
_MOST_PROVEN = 50


# -- the same need from two programmes ------------------------------------------------------------


def overlaps(aid: pl.DataFrame, rulebook: Rulebook, day: date) -> pl.DataFrame:
    """Return TWICE: pairs of aid for one need on the same days that the matrix doesn't allow."""
    rows = conform(aid, AID).with_columns(pl.concat_str("label", pl.lit("/"), "id").alias("proof"))
    end = pl.when(pl.col("last_on") == "").then(pl.lit("9999-12-31")).otherwise("last_on")
    rows = rows.with_columns(end.alias("last_on"))
    both = rows.join(rows, on=["household", "basic"], suffix="_b").filter(
        (pl.col("proof") < pl.col("proof_b")) & (pl.col("first_on") <= pl.col("last_on_b"))
        & (pl.col("first_on_b") <= pl.col("last_on"))
    )  # fmt: skip
    named = both.with_columns(
        pl.min_horizontal("programme", "programme_b").alias("a"),
        pl.max_horizontal("programme", "programme_b").alias("b"),
        pl.max_horizontal("first_on", "first_on_b").alias("since"),
        pl.col("proof").alias("proof_a"),
    )
    judged = named.join(_matrix(rulebook, day), on=["a", "b"], how="left").filter(
        ~pl.col("allowed").fill_null(value=False)
    )
    told = judged.with_columns(
        pl.col("cites").fill_null(""), pl.col("allowed").is_not_null().alias("listed")
    )
    return conform(told, TWICE).sort("household", "basic", "a", "b", "proof_a")


def _matrix(rulebook: Rulebook, day: date) -> pl.DataFrame:
    """Return a, b, allowed, cites of the pairs in force on the day, each in order of code."""
    rows = []
    for rule in rulebook.pairs.values():
        figure = in_force(rule.values, day, rulebook.region)
        if figure is not None:
            rows.append({"a": min(rule.pair), "b": max(rule.pair), "allowed": figure.allowed,
                         "cites": figure.cites})  # fmt: skip
    schema: Schema = {"a": _S, "b": _S, "allowed": pl.Boolean(), "cites": _S}
    return frame(schema, rows).unique(["a", "b"], keep="last", maintain_order=True)


def twice(homes: pl.DataFrame, overlapping: pl.DataFrame) -> pl.DataFrame:
    """FOUND of each household that gets one need from two programmes."""
    midnight = (pl.col("since").str.to_date().dt.epoch("us")) - 8 * 3_600_000_000
    by_home = overlapping.with_columns(midnight.alias("at")).group_by("household").agg(
        pl.col("basic").unique().sort().alias("basics"), pl.col("at").min().alias("since"),
        pl.struct("basic", "a", "b", "listed", "cites").alias("pairs"),
        pl.col("proof_a").append(pl.col("proof_b")).unique().sort().alias("proof"),
    )  # fmt: skip
    rows = by_home.join(homes.select("household", "village", "township"), on="household")
    details = [json.dumps({"pairs": p}, ensure_ascii=False) for p in rows["pairs"].to_list()]
    return _found(Rule.TWICE, rows.with_columns(
        pl.Series("detail", details, dtype=_S), pl.col("household").alias("subject"),
        pl.concat_list(pl.lit("Household/") + pl.col("household"), "proof").alias("proof"),
    ))  # fmt: skip


# -- decided by status alone ----------------------------------------------------------------------


def by_status(
    homes: pl.DataFrame, subjects: pl.DataFrame, decisions: pl.DataFrame, status: Sequence[str],
    least: int, since: int,
) -> pl.DataFrame:  # fmt: skip
    """FOUND of holders of a status who were decided on otherwise than all their equals.

    Equals live in the same village and share every fact but the status; at least ``least`` of them
    were decided on, all alike. Which way it went, given or refused, more or less, makes no
    difference.
    """
    known = subjects.filter(~pl.col("anonymous")).with_columns(
        in_groups(list(status)).alias("holds"),
        pl.col("groups").list.set_difference(list(status)).list.sort().list.join("+").alias("rest"),
    )
    rows = conform(decisions, DECISIONS).join(
        known.select(pl.col("subject").alias("household"), *_FACTS, "rest", "holds"), on="household"
    )
    alike = [*_FACTS, "rest", "decision"]
    equals = rows.filter(~pl.col("holds")).group_by(alike).agg(
        pl.len().alias("equals"), pl.col("granted").all().alias("all"),
        pl.col("granted").any().alias("some"), pl.col("household").sort().head(3).alias("like"),
        pl.col("amount").min().alias("theirs"), pl.col("amount").max().alias("_most"),
    )  # fmt: skip
    alike_amount = pl.col("theirs") == pl.col("_most")
    paid = pl.col("all") & alike_amount & (pl.col("amount") != pl.col("theirs"))
    other = (pl.col("granted") != pl.col("all")) | paid
    odd = rows.filter("holds").join(equals, on=alike, nulls_equal=True).filter(
        (pl.col("equals") >= least) & (pl.col("all") == pl.col("some")) & other
    )  # fmt: skip
    return _decided(homes, odd, since)


def _decided(homes: pl.DataFrame, odd: pl.DataFrame, since: int) -> pl.DataFrame:
    by_home = odd.sort("household", "decision").group_by("household", maintain_order=True).agg(
        pl.struct("decision", "granted", "equals", "amount", "theirs").alias("told"), pl.col("like").first(),
        pl.col("proof").filter(pl.col("proof") != ""),
    )  # fmt: skip
    rows = by_home.join(homes.select("household", "village", "township"), on="household")
    details = [json.dumps({"decisions": t}) for t in rows["told"].to_list()]
    twins = pl.col("like").list.eval(pl.lit("Household/") + pl.element())
    return _found(Rule.STATUS, rows.with_columns(
        pl.Series("detail", details, dtype=_S), pl.col("household").alias("subject"),
        pl.lit([], dtype=_L).alias("basics"), pl.lit(since, dtype=_I).alias("since"),
        pl.concat_list(pl.lit("Household/") + pl.col("household"), twins, "proof").alias("proof"),
    ))  # fmt: skip


# -- a rule that hangs on the status --------------------------------------------------------------


def flipped(subjects: pl.DataFrame, status: Sequence[str]) -> pl.DataFrame:
    """Return the subjects with the status turned round: holders without it, the others with it."""
    mine = in_groups(list(status))
    without = pl.col("groups").list.set_difference(list(status))
    with_it = pl.concat_list("groups", pl.lit([status[0]], dtype=_L))
    turned = pl.when(mine).then(without).otherwise(with_it).list.sort()
    return conform(subjects.with_columns(turned.alias("groups")), SUBJECTS)


def classes(subjects: pl.DataFrame) -> pl.DataFrame:
    """Return one subject for each set of equal facts, with how many it stands for (``alike``).

    Entitlement looks at nothing else, so that a million households are a few thousand rows.
    """
    keyed = subjects.with_columns(pl.col("groups").list.sort().list.join("+").alias("_groups"))
    same = [c for c in _SAME if c != "groups"]
    return keyed.sort("subject").group_by([*same, "_groups"], maintain_order=True).agg(
        pl.col("subject", "point", "village", "township", "groups").first(),
        pl.len().cast(_I).alias("alike"),
        pl.col("subject").head(_MOST_PROVEN).alias("members"),
    )  # fmt: skip


def explained(rulebook: Rulebook, status: Sequence[str], day: date) -> Mapping[str, str]:
    """Return item → citation of the rule in force that names the status for it."""
    found: dict[str, str] = {}
    for rule in rulebook.needs.values():
        figure = in_force(rule.values, day, rulebook.region)
        if figure is not None and _names(rule.when, set(status)):
            found.setdefault(rule.item, figure.cites)
    return found


def by_rule(rulebook: Rulebook, status: Sequence[str]) -> list[str]:
    """Return the benefits whose own, cited rule names the status: it explains a difference."""
    return [c for c, rule in rulebook.benefits.items() if _names(rule.when, set(status))]


def _names(condition: Condition, status: set[str]) -> bool:
    mine = {g.value for g in condition.groups} & status
    return bool(mine) or any(_names(inner, status) for inner in condition.any)


def hanging_on_status(
    as_is: pl.DataFrame, turned: pl.DataFrame, stands_for: pl.DataFrame, cited: Mapping[str, str],
    since: int,
) -> pl.DataFrame:  # fmt: skip
    """FOUND, one for each item that the status changes without a cited rule that names it.

    Args:
        as_is: NEEDS of `classes` as they are.
        turned: NEEDS of the same with the status `flipped`.
        stands_for: `classes`: subject, alike, members.
        cited: `explained`.
        since: UTC microseconds.
    """
    units = pl.col("quantity").sum()
    key = ["subject", "item"]
    both = as_is.group_by(key).agg(units).join(
        turned.group_by(key).agg(units.alias("other")), on=key, how="full", coalesce=True
    )  # fmt: skip
    differ = both.with_columns(pl.col("quantity", "other").fill_null(0)).filter(
        (pl.col("quantity") != pl.col("other")) & ~pl.col("item").is_in(list(cited))
    )
    rows = differ.join(stands_for.select("subject", "alike", "members"), on="subject")
    if rows.is_empty():
        return empty(FOUND)
    by_item = rows.sort("item", "subject").group_by("item", maintain_order=True).agg(
        pl.col("alike").sum().alias("households"),
        pl.col("members").explode().head(_MOST_PROVEN),
    )  # fmt: skip
    return _found(Rule.STATUS_RULE, by_item.with_columns(
        (pl.lit("item:") + pl.col("item")).alias("subject"), pl.lit("").alias("village"),
        pl.lit("").alias("township"), pl.lit([], dtype=_L).alias("basics"),
        pl.lit(since, dtype=_I).alias("since"),
        pl.struct("item", "households").struct.json_encode().alias("detail"),
        pl.col("members").list.eval(_home_node()).alias("proof"),
    ))  # fmt: skip


def _home_node() -> pl.Expr:
    one = pl.element()
    label = pl.when(one.str.starts_with("HC-")).then(pl.lit("Headcount/"))
    return label.otherwise(pl.lit("Household/")) + one


def _found(rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    told = rows.with_columns(
        pl.lit(rule.value).alias("rule"),
        pl.lit(Missing.PENDING.value).alias("reason"),
        pl.lit("civil_affairs").alias("whom"),
    )
    return conform(told, FOUND).sort("subject")
