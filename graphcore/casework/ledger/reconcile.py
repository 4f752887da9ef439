"""Totals beside what lies under them: reported figures against households, houses and persons.

Neither side is ever changed: the difference is shown with its rows, and the next version tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graphcore.domain.figures import NOW
from graphcore.domain.household import HouseDamage, RosterState
from graphcore.domain.tables import Schema, conform

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
NAMED: Schema = {"township": _S, "figure": _S, "named": _I, "rows": _L}
"""What the rows of a township add up to, with the ids of the nodes counted."""

RECONCILED: Schema = {
    "township": _S, "figure": _S, "reported": _I, "named": _I, "difference": _I, "rows": _L,
}  # fmt: skip
"""``difference`` = reported − named; null where nobody reported the figure."""

_GONE = (HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value)
BASED: tuple[str, ...] = (
    "affected_persons", "affected_households", "relocated_concentrated",
    "relocated_concentrated" + NOW, "emergency_persons", "transitional_persons", "dead", "missing",
    "injured", *(f"{d}_{unit}" for d in ("collapsed", "severe", "minor")
                 for unit in ("households", "rooms")),
)  # fmt: skip
"""Figures that households, houses, stays and persons add up to; the others are told only."""


@dataclass(frozen=True)
class Under:
    """Node frames under the totals, cut to one disaster; households with their township."""

    households: pl.DataFrame  # id, township, state, persons
    dwellings: pl.DataFrame  # id, household, damage, rooms_*
    entries: pl.DataFrame  # id, household, persons_in_need
    stays: pl.DataFrame  # id, household, persons, checked_out_at
    casualties: pl.DataFrame  # id, township, kind, closed_on


def named(under: Under) -> pl.DataFrame:
    """Return NAMED of every figure that has rows, by township and figure."""
    parts = [*_affected(under), *_relocated(under), *_houses(under), *_lost(under)]
    return pl.concat([conform(p, NAMED) for p in parts]).sort("township", "figure")


def _sum(rows: pl.DataFrame, figure: str, value: pl.Expr) -> pl.DataFrame:
    """One figure by township: the sum of ``value`` over rows with an id."""
    return rows.group_by("township").agg(
        value.sum().cast(_I).alias("named"), pl.col("id").sort().alias("rows")
    ).with_columns(pl.lit(figure).alias("figure"))  # fmt: skip


def _home(rows: pl.DataFrame, under: Under) -> pl.DataFrame:
    lived = under.households.select(
        pl.col("id").alias("household"), "township", pl.col("persons").alias("_persons")
    )
    return rows.join(lived, on="household")


def _affected(under: Under) -> list[pl.DataFrame]:
    asked = under.entries.filter(pl.col("persons_in_need") > 0)
    hurt = under.households.filter(
        (pl.col("state") == RosterState.IN_NEED.value)
        | pl.col("id").is_in(asked["household"].implode())
    )
    gone = _home(under.dwellings.filter(pl.col("damage").is_in(_GONE)), under)
    return [
        _sum(hurt, "affected_households", pl.col("id").is_not_null()),
        _sum(hurt, "affected_persons", pl.col("persons").fill_null(0)),
        _sum(_home(asked, under), "emergency_persons", pl.col("persons_in_need")),
        _sum(gone, "transitional_persons", pl.col("_persons").fill_null(0)),
    ]


def _relocated(under: Under) -> list[pl.DataFrame]:
    """At shelters now; and ever, a household that came twice once, with its most persons."""
    stays = _home(under.stays, under)
    inside = stays.filter(pl.col("checked_out_at").fill_null(0) == 0)
    ever = stays.sort("persons", "id").unique("household", keep="last", maintain_order=True)
    told = pl.col("persons").fill_null(0)
    return [_sum(inside, "relocated_concentrated" + NOW, told),
            _sum(ever, "relocated_concentrated", told)]  # fmt: skip


def _houses(under: Under) -> list[pl.DataFrame]:
    parts = []
    for damage in ("collapsed", "severe", "minor"):
        houses = _home(under.dwellings, under)
        mine = houses.filter(pl.col("damage") == damage)
        rooms = pl.col(f"rooms_{damage}").fill_null(0)
        parts.append(_sum(mine, f"{damage}_households", pl.col("id").is_not_null()))
        parts.append(_sum(houses.filter(rooms > 0), f"{damage}_rooms", rooms))
    return parts


def _lost(under: Under) -> list[pl.DataFrame]:
    """The missing who were found are counted as missing no more; nobody missing counts as dead."""
    still = under.casualties.filter(pl.col("closed_on").fill_null("") == "")
    return [
        _sum(still.filter(pl.col("kind") == kind), kind, pl.col("id").is_not_null())
        for kind in ("dead", "missing", "injured")
    ]


def reconcile(stands: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return RECONCILED of every township that reported or has rows, by township and figure.

    A figure without rows under it is named 0.

    Args:
        stands: STANDING.
        rows: NAMED.
    """
    told = stands.select("township", *BASED).unpivot(
        BASED, index="township", variable_name="figure", value_name="reported"
    )
    both = told.join(conform(rows, NAMED), on=["township", "figure"], how="full", coalesce=True)
    return conform(both.with_columns(
        pl.col("named").fill_null(0), pl.col("rows").fill_null(pl.lit([], dtype=_L)),
        (pl.col("reported") - pl.col("named").fill_null(0)).alias("difference"),
    ), RECONCILED).sort("township", "figure")  # fmt: skip
