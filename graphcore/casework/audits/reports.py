"""Reports: townships whose report is missing or late, and totals that don't agree with the rows.

A report is never corrected here: the difference is shown with the rows under it, and whoever
reports tells the next version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.casework.ledger.clocks import Due, Terms, clocks
from graphcore.casework.ledger.reconcile import reconcile
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.figures import NOW
from graphcore.domain.household import HouseDamage
from graphcore.domain.tables import Schema, conform, frame

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
TOLD: Schema = {"id": _S, "township": _S, "phase": _S, "number": _I, "reported_at": _I}
"""Reports of a disaster as townships gave them, zero reports too."""

ALWAYS = frozenset({
    *(f"{d.value}_households" for d in HouseDamage if d is not HouseDamage.NONE), "dead", "missing",
})  # fmt: skip
"""Figures of which each has to be named: a difference counts even where nothing is on record yet.
The others are compared once there are rows under them."""

_LABELS: Mapping[str, str] = {
    "affected_persons": "Household", "affected_households": "Household",
    "emergency_persons": "LedgerEntry", "transitional_persons": "Dwelling",
    "relocated_concentrated": "ShelterStay", "relocated_concentrated" + NOW: "ShelterStay",
}  # fmt: skip
"""Which nodes lie under a figure. The dead, missing and injured are restricted: never named."""

_RESTRICTED = frozenset({"dead", "missing", "injured"})
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


def differing(stands: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """FOUND of townships whose figures differ from what is named under them.

    Args:
        stands: STANDING.
        rows: NAMED, see `reconcile.named`.
    """
    odd = reconcile(stands, rows).filter(
        (pl.col("difference") != 0) & (pl.col("figure").is_in(list(ALWAYS)) | (pl.col("named") > 0))
    )  # fmt: skip
    told = stands.select("township", "report", pl.col("reported_at").alias("since"))
    made = [
        {"township": town, "detail": _figures(part), "proof": _proof(town, part), "since": since}
        for (town, report, since), part in odd.join(told, on="township").group_by(
            "township", "report", "since", maintain_order=True)
    ]  # fmt: skip
    return _found(
        Rule.REPORT_DIFFERS, frame({"township": _S, "detail": _S, "proof": _L, "since": _I}, made),
        Missing.PENDING,
    )  # fmt: skip


def _figures(rows: pl.DataFrame) -> str:
    return json.dumps({"figures": rows.select("figure", "reported", "named").to_dicts()})


def _proof(town: object, rows: pl.DataFrame) -> list[str]:
    nodes = [f"Township/{town}", f"DamageReport/{rows['report'][0]}"]
    for figure, ids in rows.select("figure", "rows").iter_rows():
        if figure not in _RESTRICTED:
            nodes += [f"{_LABELS.get(figure, 'Dwelling')}/{i}" for i in ids[:_MOST]]
    return list(dict.fromkeys(nodes))


def _found(rule: Rule, rows: pl.DataFrame, why: Missing) -> pl.DataFrame:
    told = rows.with_columns(
        pl.lit(rule.value).alias("rule"), pl.col("township").alias("subject"),
        pl.lit("").alias("village"), pl.lit([], dtype=_L).alias("basics"),
        pl.lit(why.value).alias("reason"), pl.lit("township").alias("whom"),
    )  # fmt: skip
    return conform(told, FOUND).sort("subject")


def _node(label: str, column: str) -> pl.Expr:
    return pl.lit(f"{label}/") + pl.col(column)
