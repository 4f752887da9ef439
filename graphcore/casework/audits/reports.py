"""Reports: townships whose report is missing or late, and totals that don't agree with the rows.

A report is never corrected here: the difference is shown with the houses under it, and whoever
reports tells the next version.
"""

from __future__ import annotations

import json

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.casework.ledger.clocks import Due, Terms, clocks
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.household import HouseDamage
from graphcore.domain.tables import Schema, conform, frame

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
CLASSES = tuple(d.value for d in HouseDamage if d is not HouseDamage.NONE)
TOLD: Schema = {
    "id": _S, "township": _S, "phase": _S, "number": _I, "reported_at": _I,
    **{f"{c}_households": _I for c in CLASSES},
}  # fmt: skip
"""Reports of a disaster as townships gave them, zero reports too; a null figure was not told."""

HOUSES: Schema = {"id": _S, "township": _S, "damage": _S}
_MOST = 200


def latest(reports: pl.DataFrame) -> pl.DataFrame:
    """Return each township's latest report, its versions counted and its first one's time."""
    rows = conform(reports, TOLD).sort("reported_at", "number", "id", nulls_last=False)
    return rows.with_columns(
        pl.len().over("township").cast(_I).alias("versions"),
        pl.col("reported_at").min().over("township").alias("first_at"),
    ).unique("township", keep="last", maintain_order=True)  # fmt: skip


def late(
    towns: list[str], reports: pl.DataFrame, occurred_at: int, at: int, terms: Terms
) -> pl.DataFrame:
    """FOUND of hit townships that should have reported by ``at``, zero reports included."""
    last = latest(reports)
    rows = clocks(towns, last, occurred_at, at, terms).join(
        last.select("township", "id", "phase", "reported_at"), on="township", how="left"
    )
    over = rows.filter(pl.col("state").is_in([Due.MISSING.value, Due.LATE.value])).with_columns(
        pl.col("due_at").alias("since"),
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
