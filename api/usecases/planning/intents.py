"""What donors asked for, in one place: their own words, and those of the project that they name.

A project (捐赠项目) stands for townships, groups, basic needs and items, from a day to a day. A gift
for it is bound by them; what the gift says besides narrows them, never widens.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.event import Json, canonical_json

_L = pl.List(pl.String())
NOTHING = "-"
"""Stands for the needs, or the places, of a gift whose words leave none."""
NARROWED = ("only_townships", "only_groups", "only_needs")
WORDS = (*NARROWED, "only_things", "redirect_consent", "surplus", "from_on", "to_on")
"""What binds a gift; compared again when a plan is committed."""


def worded(donations: pl.DataFrame, projects: pl.DataFrame) -> pl.DataFrame:
    """Return Donation nodes with their project's words taken in.

    Adds ``only_things`` (items that a project is for), ``from_on``, ``to_on`` and ``project_name``.
    Consent to redirect, once recorded, frees a gift from its project's days too.
    """
    told = projects.select(
        pl.col("id").alias("project"), pl.col("name").alias("project_name"),
        *(pl.col(c).alias(f"{c}_of") for c in NARROWED), pl.col("items").alias("only_things"),
        "from_on", "to_on",
    )  # fmt: skip
    both = donations.join(told, on="project", how="left", maintain_order="left")
    free = pl.col("redirect_consent").fill_null(value=False)
    days = (pl.when(free).then(pl.lit("")).otherwise(pl.col(c).fill_null("")).alias(c)
            for c in ("from_on", "to_on"))  # fmt: skip
    none = pl.lit([], dtype=_L)
    return both.with_columns(
        *(_narrowed(c) for c in NARROWED), pl.col("only_things").fill_null(none), *days,
        pl.col("project_name").fill_null(""),
    ).drop(f"{c}_of" for c in NARROWED)  # fmt: skip


def _narrowed(column: str) -> pl.Expr:
    none = pl.lit([], dtype=_L)
    own, other = (pl.col(c).fill_null(none) for c in (column, f"{column}_of"))
    shared = own.list.set_intersection(other)
    both = pl.when(shared.list.len() > 0).then(shared).otherwise(pl.lit([NOTHING], dtype=_L))
    return (
        pl.when(own.list.len() == 0).then(other).when(other.list.len() == 0).then(own)
        .otherwise(both).alias(column)
    )  # fmt: skip


def intent(gift: dict[str, object]) -> str:
    """Return what binds a gift (a row of `worded`) as canonical JSON."""
    said: dict[str, Json] = {}
    for name in WORDS:
        value = gift.get(name)
        said[name] = sorted(value) if isinstance(value, list) else value or False  # type: ignore[assignment]
    return canonical_json(said)
