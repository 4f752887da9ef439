"""The plan's tables, from whole units by class."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import LINES, SHORTFALLS, conform
from optimizer.classes import Classes
from optimizer.disaggregate import pair, shares
from optimizer.flow import Flow
from optimizer.ledger import Whole
from optimizer.problem import Problem
from optimizer.shortfalls import Segment

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """Units by row of ``classes.rows``: firm and asked for."""

    firm: Ints
    asked: Ints


def given(classes: Classes, firm: Ints, asked: Ints, seed: int) -> Given:
    """Split the units that classes get over their rows, requests over what firm lines leave."""
    cls, wants = classes.rows["cls"].to_numpy(), classes.rows["quantity"].to_numpy()
    got = shares(cls, wants, firm, seed)
    return Given(got, shares(cls, wants - got, asked, seed))


def lines(
    problem: Problem,
    classes: Classes,
    plans: list[tuple[Flow, Whole, Ints, str]],
) -> pl.DataFrame:
    """Return LINES of every (flow, whole units, units by row, state), with their ids."""
    parts = [_lines(classes, *plan) for plan in plans]
    table = pl.concat(parts).sort("row", "state", "day", "lot", "mode")
    named = table.with_columns(_ids(table, "A"))
    needs = problem.needs.select(
        "need", "subject", "point", "township", "item", "survival", "tier",
        pl.col("day").alias("due_day"),
    )  # fmt: skip
    full = pl.concat([named, needs[table["row"]]], how="horizontal")
    made = conform(full.with_columns(reason=_reason()), LINES)
    if problem.pinned is None:
        return made
    return pl.concat([problem.pinned, made])


def shortfalls(
    problem: Problem, classes: Classes, units: Given, segments: list[Segment]
) -> pl.DataFrame:
    """Return SHORTFALLS: what each need lacks, by reason."""
    rest = classes.rows["quantity"].to_numpy() - units.firm - units.asked
    table = pl.DataFrame([(s.cls, s.reason, s.units, s.detail) for s in segments],
                         schema={"cls": pl.Int64, "reason": pl.String, "units": pl.Int64,
                                 "detail": pl.String}, orient="row")  # fmt: skip
    asked = table.filter(pl.col("reason") == "requested")
    other = table.filter(pl.col("reason") != "requested")
    parts = [
        _reasons(classes, asked, units.asked),
        _reasons(classes, other, rest),
    ]
    found = pl.concat(parts).sort("row", "reason")
    named = found.with_columns(_ids(found, "SF").alias("shortfall"))
    needs = problem.needs.select("need", "subject", "township", "point", "item", "day", "tier")
    return conform(pl.concat([named, needs[found["row"]]], how="horizontal"), SHORTFALLS)


def _reasons(classes: Classes, segments: pl.DataFrame, rest: Ints) -> pl.DataFrame:
    cls = classes.rows["cls"].to_numpy()
    short = np.flatnonzero(rest)
    paired = pair(segments["cls"].to_numpy(), segments["units"].to_numpy(), cls[short], rest[short])
    return pl.concat(
        [
            classes.rows["row"][short][paired["right"]].to_frame(),
            paired.select(pl.col("units").alias("quantity")),
            segments.select("reason", "detail")[paired["left"]],
        ],
        how="horizontal",
    )


def _lines(classes: Classes, flow: Flow, whole: Whole, units: Ints, state: str) -> pl.DataFrame:
    """Hand lots to sends (first to expire first), then sends to rows (earliest first)."""
    sends = flow.sends.select("group", "warehouse", "mode", "day")[whole.send]
    order = np.lexsort((whole.cls, sends["day"].to_numpy()))
    sends, cls, amount = sends[order], whole.cls[order], whole.units[order]
    drawn = pair(
        classes.lots["group"].to_numpy(),
        classes.lots["quantity"].to_numpy(),
        sends["group"].to_numpy(),
        amount,
    ).sort("right", "left")
    send = drawn["right"].to_numpy()
    taking = np.flatnonzero(units)
    row_cls = classes.rows["cls"].to_numpy()[taking]
    paired = pair(cls[send], drawn["units"].to_numpy(), row_cls, units[taking])
    left = paired["left"].to_numpy()
    table: pl.DataFrame = pl.concat(
        [
            classes.rows["row"][taking][paired["right"]].to_frame(),
            classes.lots.select("lot", "townships", pl.col("mask").alias("named"))[
                drawn["left"][left]
            ],
            sends.select("warehouse", "mode", "day")[send[left]],
            paired.select(pl.col("units").alias("quantity"), pl.lit(state).alias("state")),
        ],
        how="horizontal",
    )
    return table


def _reason() -> pl.Expr:
    """Return the line's reason code: what first called for it (see `optimizer.explain`)."""
    intent = (pl.col("townships") != "") | (pl.col("named") != 0)
    return (
        pl.when(pl.col("state") == "request")
        .then(pl.lit("request"))
        .when(intent)
        .then(pl.lit("donor_intent"))
        .when(pl.col("survival"))
        .then(pl.lit("survival_floor"))
        .when(pl.col("tier") == 1)
        .then(pl.lit("priority_group"))
        .otherwise(pl.lit("weighted_coverage"))
    )


def _ids(table: pl.DataFrame, kind: str) -> pl.Series:
    """Return running numbers under a digest of the table: unique, and the same for the same plan."""
    content = hashlib.blake2b(digest_size=6)
    for column in table.columns:
        series = table[column]
        if series.dtype == pl.String:
            content.update("\x1f".join(series.unique().sort().to_list()).encode())
            series = series.rank("dense")
        content.update(series.to_numpy().tobytes())
    number = pl.arange(0, table.height, eager=True).cast(pl.String).str.zfill(8)
    return (pl.Series([f"{kind}-{content.hexdigest().upper()}-"]) + number).alias("line")
