"""From weights to outcomes: matched, to review, or nothing; one to one.

A pair is matched where each is the other's best, the weight is high, the runner-up is far behind
and no review rule speaks. No outcome refuses anybody anything: it says who is probably the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Outcome(StrEnum):
    """What became of a pair."""

    MATCHED = "matched"
    REVIEW = "review"


class Reason(StrEnum):
    """Why a pair is matched, or why a person must look."""

    SURE = "sure"  # equal valid numbers, compatible names
    BEST = "best"  # mutual best, far ahead
    DECIDED_SAME = "decided_same"  # a person decided before
    NUMBERS_DIFFER = "numbers_differ"  # both valid
    NAMES_DIFFER = "names_differ"  # equal numbers, another name
    NOTHING_AGREES = "nothing_agrees"  # neither name nor number
    FEW_AGREE = "few_agree"  # fewer than two of number, phone, door
    LOW = "low"  # weight between the two thresholds
    CLOSE = "close"  # a runner-up nearly as good
    TAKEN = "taken"  # one of the two has a better partner


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Weights in bits. What they cost in errors: see docs/LINKAGE.md and `thresholds`.

    ``matched``: least weight of a match; ``ahead``: least distance to the runner-up; ``review``:
    least weight of a pair that a person should see; ``alone``: weight from which an equal name
    needs only one of number, phone and door; ``alone_like``: the same for a name that is alike.
    """

    matched: float = 8.0
    ahead: float = 3.0
    review: float = -3.0
    alone: float = 10.0
    alone_like: float = 12.0


SAME_NAME = ("exact", "part")
LIKE_NAME = (*SAME_NAME, "sound", "character")
NAMED_SHORT = ("short", "nick")  # like a name only where the number is alike too
LIKE_NUMBER = ("exact", "one", "two")
LIKE_PHONE = ("exact", "near")
LIKE_DOOR = ("door", "stair")


def decide(scored: pl.DataFrame, thresholds: Thresholds, *, han: bool = True) -> pl.DataFrame:
    """Return the scored pairs that have an outcome, with ``outcome``, ``reason`` and ``ahead``.

    ``free``: nothing but its weight can keep the pair from being matched.

    Only pairs that may be one person are ranked: relatives behind one door share phone and
    address, and would otherwise stand in the way of the person among them.

    Args:
        scored: see `scoring.score`; with ``valid`` (both numbers hold).
        thresholds: the weights.
        han: whether the fields are those of Chinese records, for which the review rules are.
    """
    ranked = _ranked(scored.filter(may_be_one()) if han else scored)
    best = (pl.col("_rank_left") == 1) & (pl.col("_rank_right") == 1)
    high = pl.col("weight") >= thresholds.matched
    far = pl.col("ahead") >= thresholds.ahead
    rule = review_rule(thresholds) if han else pl.lit(None, pl.String())
    reason = (
        pl.when(~best).then(pl.lit(Reason.TAKEN))
        .when(~high).then(pl.lit(Reason.LOW))
        .when(~far).then(pl.lit(Reason.CLOSE))
        .when(rule.is_not_null()).then(rule)
        .otherwise(pl.lit(Reason.BEST))
    )  # fmt: skip
    told = ranked.with_columns(reason=reason, free=best & far & rule.is_null())
    matched = pl.col("reason") == Reason.BEST
    told = told.with_columns(
        outcome=pl.when(matched).then(pl.lit(Outcome.MATCHED)).otherwise(pl.lit(Outcome.REVIEW))
    )
    return _worth_a_look(told, thresholds).drop("_rank_left", "_rank_right")


def decide_duplicates(
    scored: pl.DataFrame, thresholds: Thresholds, *, han: bool = True
) -> pl.DataFrame:
    """Return the pairs of one table that have an outcome: a record may have several duplicates."""
    rule = review_rule(thresholds) if han else pl.lit(None, pl.String())
    reason = (
        pl.when(pl.col("weight") < thresholds.matched).then(pl.lit(Reason.LOW))
        .when(rule.is_not_null()).then(rule)
        .otherwise(pl.lit(Reason.BEST))
    )  # fmt: skip
    some = scored.filter(may_be_one()) if han else scored
    told = some.with_columns(reason=reason, free=rule.is_null())
    matched = pl.col("reason") == Reason.BEST
    return told.filter(matched | (pl.col("weight") >= thresholds.review)).with_columns(
        outcome=pl.when(matched).then(pl.lit(Outcome.MATCHED)).otherwise(pl.lit(Outcome.REVIEW)),
        ahead=pl.lit(float("inf")),
    )


def may_be_one() -> pl.Expr:
    """Whether a pair may be one person: the name or the number is alike."""
    return pl.col("at_name").is_in((*LIKE_NAME, *NAMED_SHORT)) | pl.col("at_number").is_in(
        LIKE_NUMBER
    )


def _ranked(scored: pl.DataFrame) -> pl.DataFrame:
    """Rank each pair among those of its left and of its right row; the runner-up is either's."""
    made = scored.sort("weight", "left", "right", descending=[True, False, False])
    for side in ("left", "right"):
        first = pl.col("weight").first().over(side)
        second = pl.col("weight").get(1, null_on_oob=True).over(side)
        rank = pl.int_range(1, pl.len() + 1).over(side)
        rival = pl.when(rank == 1).then(second).otherwise(first)
        made = made.with_columns(
            rank.alias(f"_rank_{side}"), (pl.col("weight") - rival).alias(f"_ahead_{side}")
        )
    ahead = pl.min_horizontal("_ahead_left", "_ahead_right").fill_null(float("inf"))
    return made.with_columns(ahead=ahead.round(3)).drop("_ahead_left", "_ahead_right")


def review_rule(thresholds: Thresholds) -> pl.Expr:
    """Why a heavy pair must be looked at all the same; null where no rule speaks."""
    name, number = pl.col("at_name"), pl.col("at_number")
    agree = (
        number.is_in(LIKE_NUMBER).cast(pl.Int8) + pl.col("at_phone").is_in(LIKE_PHONE).cast(pl.Int8)
        + pl.col("at_place").is_in(LIKE_DOOR).cast(pl.Int8)
    )  # fmt: skip
    like = name.is_in(LIKE_NAME)
    needed = pl.when(name.is_in(SAME_NAME)).then(thresholds.alone).otherwise(thresholds.alone_like)
    alone = like & (pl.col("weight") >= needed) & (agree > 0)
    return (
        pl.when(pl.col("valid") & (number != "exact")).then(pl.lit(Reason.NUMBERS_DIFFER))
        .when(~like & ~name.is_in(NAMED_SHORT) & number.is_in(LIKE_NUMBER)).then(pl.lit(Reason.NAMES_DIFFER))
        .when(~like & ~number.is_in(LIKE_NUMBER)).then(pl.lit(Reason.NOTHING_AGREES))
        .when((agree < 2) & ~alone).then(pl.lit(Reason.FEW_AGREE))  # noqa: PLR2004 -- two of three
    )  # fmt: skip


def _worth_a_look(told: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Leave out what nobody needs to see: light pairs, and rows whose partner is certain."""
    matched = pl.col("outcome") == Outcome.MATCHED
    settled = told.filter(matched)
    left = pl.col("left").is_in(settled["left"].implode())
    right = pl.col("right").is_in(settled["right"].implode())
    heavy = pl.col("weight") >= thresholds.review
    top = (pl.col("_rank_left") == 1) | (pl.col("_rank_right") == 1)
    return told.filter(matched | (heavy & top & ~left & ~right))
