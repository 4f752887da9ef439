"""What a comparison says to each township: whom it affects, and who is in no report."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graphcore.linkage import places
from graphcore.linkage.decide import Outcome
from graphcore.linkage.households import Through


class State:
    """What is known of a household of the other table."""

    MATCHED = "matched"
    REVIEW = "review"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TownshipResult:
    """Frames for the townships' lists.

    ``affected``: township, village, left, household, state, through, groups (of the registered
    household; those certain only). ``unreported``: township, village, right, household, groups,
    state ("none", or "review" while a pair waits for a person). ``summary``: township, affected,
    matched, household_only, review, none, registered, unreported, and one column a group.
    """

    affected: pl.DataFrame
    unreported: pl.DataFrame
    summary: pl.DataFrame
    groups: tuple[str, ...]


def by_township(
    left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame, households: pl.DataFrame
) -> TownshipResult:
    """Return what each township must know.

    Args:
        left: the reports: id, household, township, village.
        right: the register: the same, and groups (words joined by 、).
        pairs: decided pairs (see `link.Links`).
        households: matched households.
    """
    a, b = _placed(left), _placed(right)
    groups = tuple(sorted({w for text in b["groups"].unique() for w in text.split("、") if w}))
    affected = _affected(a, b, pairs, households)
    unreported = _unreported(a, b, pairs, households)
    return TownshipResult(affected, unreported, _summary(affected, unreported, b, groups), groups)


def _placed(table: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("groups") if "groups" in table.columns else pl.lit("").alias("groups")
    words = groups.fill_null("").str.replace_all(r"[,，;；/\s]+", "、").str.strip_chars("、")
    home = pl.when(pl.col("household") != "").then(pl.col("household")).otherwise(pl.col("id"))
    return table.select(
        "id", "township", "village", words.alias("groups"), home.alias("household"),
        town=places.plain(pl.col("township")),
        spot=pl.concat_str(
            places.plain(pl.col("township")), places.plain(pl.col("village")), separator="/"
        ),
    )  # fmt: skip


def _affected(
    a: pl.DataFrame, b: pl.DataFrame, pairs: pl.DataFrame, households: pl.DataFrame
) -> pl.DataFrame:
    held = b.filter(pl.col("groups") != "").group_by("household").agg(
        pl.col("groups").str.split("、").explode().unique().sort().str.join("、")
    )  # fmt: skip
    joined = households.join(held, left_on="right", right_on="household", how="left")
    mine = joined.group_by("left").agg(
        pl.col("through").sort_by(_order()).first(),
        pl.col("groups").drop_nulls().str.split("、").explode().drop_nulls().unique().sort()
        .str.join("、"),
    )  # fmt: skip
    waiting = pairs.filter(pl.col("outcome") == Outcome.REVIEW)["left"].unique()
    told = a.join(mine, left_on="household", right_on="left", how="left", suffix="_held")
    review = pl.col("id").is_in(waiting.implode())
    return told.select(
        "township", "village", left="id", household="household",
        state=pl.when(pl.col("through").is_not_null()).then(pl.lit(State.MATCHED))
        .when(review).then(pl.lit(State.REVIEW)).otherwise(pl.lit(State.NONE)),
        through=pl.col("through").fill_null(""), groups=pl.col("groups_held").fill_null(""),
    ).sort("township", "village", "left")  # fmt: skip


def _order() -> pl.Expr:
    ranks = {Through.PERSON.value: 0, Through.RELATIVES.value: 1, Through.DOOR.value: 2}
    return pl.col("through").replace_strict(ranks, default=3)


def _unreported(
    a: pl.DataFrame, b: pl.DataFrame, pairs: pl.DataFrame, households: pl.DataFrame
) -> pl.DataFrame:
    """Registered persons of villages that some report names, whose household is in none."""
    hit = b.filter(pl.col("spot").is_in(a["spot"].unique().implode()))
    alone = hit.join(households, left_on="household", right_on="right", how="anti")
    waiting = pairs.filter(pl.col("outcome") == Outcome.REVIEW)["right"].unique()
    review = pl.col("id").is_in(waiting.implode())
    return alone.select(
        "township", "village", "groups", right="id", household="household",
        state=pl.when(review).then(pl.lit(State.REVIEW)).otherwise(pl.lit(State.NONE)),
    ).sort("township", "village", "household", "right")  # fmt: skip


def _summary(
    affected: pl.DataFrame, unreported: pl.DataFrame, b: pl.DataFrame, groups: tuple[str, ...]
) -> pl.DataFrame:
    town = places.plain(pl.col("township")).alias("town")
    state, through = pl.col("state"), pl.col("through")
    matched = state == State.MATCHED
    counted = [
        pl.col("household").filter(pl.col("groups").str.split("、").list.contains(g)).n_unique().alias(g)
        for g in groups
    ]  # fmt: skip
    homes = affected.with_columns(town).group_by("town").agg(
        pl.col("township").mode().sort().first(),
        pl.col("household").n_unique().alias("affected"),
        pl.col("household").filter(through == Through.PERSON).n_unique().alias("matched"),
        pl.col("household").filter(matched & (through != Through.PERSON)).n_unique()
        .alias("household_only"),
        pl.col("household").filter(state == State.REVIEW).n_unique().alias("review"),
        pl.col("household").filter(state == State.NONE).n_unique().alias("none"),
        *counted,
    )  # fmt: skip
    registered = b.group_by("town").agg(registered=pl.len())
    missing = unreported.with_columns(town).group_by("town").agg(unreported=pl.len())
    told = homes.join(registered, on="town", how="left").join(missing, on="town", how="left")
    fixed = ["township", "affected", "matched", "household_only", "review", "none", "registered",
             "unreported"]  # fmt: skip
    return told.with_columns(pl.col("registered", "unreported").fill_null(0)).select(
        *fixed, *groups
    ).sort("township")  # fmt: skip
