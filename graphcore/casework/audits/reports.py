"""Reports: townships whose report is missing or late, and totals that don't agree with the rows.

A report is never corrected here: the difference is shown with the houses under it, and whoever
reports tells the next version.
"""

from __future__ import annotations

import json

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.household import HouseDamage
from graphcore.domain.tables import Schema, conform, frame

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
_HOUR = 3_600_000_000
CLASSES = tuple(d.value for d in HouseDamage if d is not HouseDamage.NONE)
TOLD: Schema = {
    "id": _S, "township": _S, "phase": _S, "reported_at": _I,
    **{f"{c}_households": _I for c in CLASSES},
}  # fmt: skip
"""Reports of a disaster as townships gave them, zero reports too; a null figure was not told."""

HOUSES: Schema = {"id": _S, "township": _S, "damage": _S}
VERIFIED = "verified"
_MOST = 200


def latest(reports: pl.DataFrame) -> pl.DataFrame:
    """Return each township's latest report."""
    return conform(reports, TOLD).sort("reported_at", "id").unique(
        "township", keep="last", maintain_order=True
    )  # fmt: skip


def late(
    towns: list[str], reports: pl.DataFrame, occurred_at: int, at: int, *, first: int, every: int
) -> pl.DataFrame:
    """FOUND of hit townships that should have reported by ``at``.

    The first report is due ``first`` hours after the disaster, the next each ``every`` hours after
    the one before, zero reports included, until a verified report ends it.
    """
    hit = pl.DataFrame({"township": sorted(set(towns))}, schema={"township": _S})
    rows = hit.join(latest(reports), on="township", how="left").with_columns(
        pl.when(pl.col("reported_at").is_null()).then(occurred_at + first * _HOUR)
        .otherwise(pl.col("reported_at") + every * _HOUR).alias("since")
    )  # fmt: skip
    over = rows.filter(
        (pl.col("since") < at) & (pl.col("phase").fill_null("") != VERIFIED)
    ).with_columns(
        pl.struct("phase", "reported_at").struct.json_encode().alias("detail"),
        pl.concat_list(_node("Township", "township"), _node("DamageReport", "id")).list.drop_nulls()
        .alias("proof"),
    )  # fmt: skip
    return _found(Rule.REPORT_LATE, over, Missing.NOT_REPORTED)


def differing(reports: pl.DataFrame, houses: pl.DataFrame) -> pl.DataFrame:
    """FOUND of townships whose latest report counts other houses than are named under it."""
    named = conform(houses, HOUSES).filter(pl.col("damage").is_in(CLASSES))
    rows = [_difference(row, named) for row in latest(reports).iter_rows(named=True)]
    made = frame(
        {"township": _S, "detail": _S, "proof": _L, "since": _I}, [r for r in rows if r is not None]
    )
    return _found(Rule.REPORT_DIFFERS, made, Missing.PENDING)


def _difference(row: dict[str, object], named: pl.DataFrame) -> dict[str, object] | None:
    here = named.filter(pl.col("township") == row["township"])
    figures, under = [], list[str]()
    for kind in CLASSES:
        told, mine = row[f"{kind}_households"], here.filter(pl.col("damage") == kind)["id"].sort()
        if told is not None and told != len(mine):
            figures.append({"damage": kind, "reported": told, "named": len(mine)})
            under += mine.head(_MOST).to_list()
    if not figures:
        return None
    proof = [f"Township/{row['township']}", f"DamageReport/{row['id']}",
             *(f"Dwelling/{d}" for d in under)]  # fmt: skip
    return {"township": row["township"], "detail": json.dumps({"figures": figures}),
            "proof": proof, "since": row["reported_at"]}  # fmt: skip


def _found(rule: Rule, rows: pl.DataFrame, why: Missing) -> pl.DataFrame:
    told = rows.with_columns(
        pl.lit(rule.value).alias("rule"), pl.col("township").alias("subject"),
        pl.lit("").alias("village"), pl.lit([], dtype=_L).alias("basics"),
        pl.lit(why.value).alias("reason"), pl.lit("township").alias("whom"),
    )  # fmt: skip
    return conform(told, FOUND).sort("subject")


def _node(label: str, column: str) -> pl.Expr:
    return pl.lit(f"{label}/") + pl.col(column)
