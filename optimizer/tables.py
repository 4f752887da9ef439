"""The plan's tables, from whole units by class."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import LINES, SHORTFALLS, conform
from optimizer.classes import Classes
from optimizer.disaggregate import pair
from optimizer.flow import Flow
from optimizer.ledger import Whole, drawn
from optimizer.portions import Given, Shares, besides
from optimizer.problem import Problem
from optimizer.shortfalls import Segment

Ints = npt.NDArray[np.int64]
_AND = "\x1e"


_CODED = pl.selectors.string().cast(pl.Categorical)
"""Texts of few values as codes: a million lines with sixteen bytes a text do not fit."""


def lines(
    problem: Problem,
    classes: Classes,
    plans: list[tuple[Flow, Whole, Shares, str]],
    place: str = "",
) -> pl.DataFrame:
    """Return LINES of every (flow, whole units, shares, state), with their ids.

    ``place`` tells tables apart that are made county by county: it goes into the ids.
    """
    parts = [_lines(problem, classes, *plan) for plan in plans]
    table = _in_order(pl.concat(parts), "state", "day", "lot", "mode", "swap")
    named = table.with_columns(
        _ids(table, "A", place), also=_listed(pl.col("also").cast(pl.String()))
    )
    needs = problem.needs.select(
        "need", "subject", "point", "township", "survival", "tier",
        pl.col("item").alias("need_item"), pl.col("day").alias("due_day"),
    )  # fmt: skip
    full = pl.concat([named, needs[table["row"]]], how="horizontal")
    made = conform(full.with_columns(reason=reason_code()), LINES)
    if problem.pinned is None:
        return made
    return pl.concat([problem.pinned, made])


def _in_order(table: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Sort by row, and those few that share a row by what tells them apart."""
    table = table.sort("row", maintain_order=True)
    row = table["row"].to_numpy()
    same = row[1:] == row[:-1]
    twin = np.append(same, False) | np.append(False, same)
    some = np.flatnonzero(twin)
    few = table[some].with_columns(at=pl.Series(some))
    order = np.arange(len(row))
    order[some] = few.sort("row", *keys)["at"].to_numpy()
    return table[order]


def shortfalls(
    problem: Problem, classes: Classes, units: Given, segments: list[Segment], place: str = ""
) -> pl.DataFrame:
    """Return SHORTFALLS: what each need lacks, by reason; ``place`` as in `lines`."""
    rest = classes.rows["quantity"].to_numpy() - units.firm.total - units.asked.total
    table = pl.DataFrame([(s.cls, s.reason, s.units, s.detail) for s in segments],
                         schema={"cls": pl.Int64, "reason": pl.String, "units": pl.Int64,
                                 "detail": pl.String}, orient="row")  # fmt: skip
    asked = table.filter(pl.col("reason") == "requested")
    other = table.filter(pl.col("reason") != "requested")
    parts = [
        _reasons(classes, asked, units.asked.total),
        _reasons(classes, other, rest),
    ]
    found = _in_order(pl.concat(parts), "reason")
    named = found.with_columns(_ids(found, "SF", place).alias("shortfall"))
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


def _listed(joined: pl.Expr) -> pl.Expr:
    """Return texts apart again: a table of plain columns has the same digest wherever it is made."""
    none = pl.lit([], dtype=pl.List(pl.String()))
    return pl.when(joined == "").then(none).otherwise(joined.str.split(_AND))


def _lines(
    problem: Problem, classes: Classes, flow: Flow, whole: Whole, got: Shares, state: str
) -> pl.DataFrame:
    """Hand lots to sends (first to expire first), then sends to rows (earliest first)."""
    send, serve, units = drawn(whole)
    cls = flow.serves["cls"].to_numpy()[serve]
    sends = flow.sends.select("group", "warehouse", "mode", "day")[send].with_columns(_CODED)
    order = np.lexsort((serve, cls, sends["day"].to_numpy()))
    sends, amount = sends[order], units[order]
    claim = claims(flow, serve[order], classes.classes.height)
    taken = pair(
        classes.lots["group"].to_numpy(),
        classes.lots["quantity"].to_numpy(),
        sends["group"].to_numpy(),
        amount,
    ).sort("right", maintain_order=True)
    at = taken["right"].to_numpy()
    takers = takers_of(problem, classes, flow, got)
    paired = pair(
        claim[at], taken["units"].to_numpy(), takers["claim"].to_numpy(),
        takers["units"].to_numpy(),
    ).sort("right", maintain_order=True)  # fmt: skip
    left = paired["left"].to_numpy()
    lots = classes.lots.select("lot", "item", "townships", pl.col("mask").alias("named"))
    lots = lots.with_columns(_CODED)
    table: pl.DataFrame = pl.concat(
        [
            takers.select("row", "swap", "take", "step", "taker", "also")[paired["right"]],
            lots[taken["left"][left]],
            sends.select("warehouse", "mode", "day")[at[left]],
            paired.select(
                pl.col("units").alias("quantity"), pl.lit(state).cast(pl.Categorical).alias("state")
            ),
        ],
        how="horizontal",
    )
    return covered(table)


def claims(flow: Flow, serve: Ints, count: int) -> Ints:
    """Return what a delivery is for: a class's own goods, or one serve of a substitute."""
    swap = (flow.serves["swap"] != "").to_numpy()[serve]
    return np.where(swap, count + serve, flow.serves["cls"].to_numpy()[serve])


def takers_of(problem: Problem, classes: Classes, flow: Flow, got: Shares) -> pl.DataFrame:
    """Return (row, claim, units, swap, take, step, taker): what each row is to be handed."""
    rows = classes.rows.select("row", "cls")
    taking = np.flatnonzero(got.direct)
    own = rows[taking].select(
        "row", pl.col("cls").alias("claim"), units=pl.Series(got.direct[taking]),
        swap=pl.lit(""), take=pl.lit(1, pl.Int64), step=pl.lit(1, pl.Int64), also=pl.lit(""),
    )  # fmt: skip
    serve = flow.serves.select("swap", "take", "step")[got.swapped["serve"]]
    other = pl.concat(
        [rows[got.swapped["at"]].select("row"), got.swapped.select("serve", "portions"), serve],
        how="horizontal",
    ).select(
        "row", (classes.classes.height + pl.col("serve")).alias("claim"),
        (pl.col("portions") * pl.col("take")).alias("units"), "swap", "take", "step",
        also=_also(problem, classes, flow, got.swapped),
    )  # fmt: skip
    number = pl.int_range(pl.len(), dtype=pl.Int64).alias("taker")
    return pl.concat([own, other]).with_columns(number, _CODED)


def _also(problem: Problem, classes: Classes, flow: Flow, swapped: pl.DataFrame) -> pl.Series:
    """Return what each kit meets besides, in the texts of ``LINES.also``, joined; else nothing."""
    other = besides(classes, flow, swapped)
    if other.is_empty():
        return pl.repeat("", swapped.height, dtype=pl.String, eager=True)
    need = problem.needs.select("need", "item", "day")[classes.rows["row"][other["beside"]]]
    told = pl.concat([other.select("at", "serve", "units"), need], how="horizontal").select(
        "at", "serve", also=pl.concat_str("need", "item", "day", "units", separator="|")
    )  # fmt: skip
    joined = told.group_by("at", "serve").agg(pl.col("also").sort().str.join(_AND))
    return swapped.join(joined, on=["at", "serve"], how="left", maintain_order="left")[
        "also"
    ].fill_null("")


def covered(table: pl.DataFrame, keep: tuple[str, ...] = ()) -> pl.DataFrame:
    """Add the units of the need that each line meets; a step over two lots counts on the last.

    ``table``: taker, quantity, take, step; each taker's rows in their order. ``keep``
    names those of them that stay.
    """
    whole = (pl.col("take") == 1) & (pl.col("step") == 1)
    part = table.with_row_index("nth").filter(~whole)  # few lines are substitutes
    upto = pl.col("quantity").cum_sum().over("taker")
    now = upto // pl.col("take") * pl.col("step")
    before = (upto - pl.col("quantity")) // pl.col("take") * pl.col("step")
    covers = table["quantity"].to_numpy().copy()
    covers[part["nth"].to_numpy()] = part.select(now - before).to_series().to_numpy()
    gone = [name for name in ("take", "step", "taker") if name not in keep]
    return table.with_columns(covers=pl.Series(covers, dtype=pl.Int64)).drop(gone)


def reason_code() -> pl.Expr:
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


def _ids(table: pl.DataFrame, kind: str, place: str) -> pl.Series:
    """Return running numbers under a digest of the table: unique, and the same for the same plan."""
    content = hashlib.blake2b(place.encode(), digest_size=6)
    for series in table.iter_columns():
        if series.dtype in (pl.String, pl.Categorical):
            texts, places = _ranked(series)
            content.update("\x1f".join(texts).encode())
            content.update(places.data)
        else:
            content.update(np.ascontiguousarray(series.to_numpy()).data)
    number = pl.int_range(table.height, eager=True).cast(pl.String).str.zfill(8)
    return (pl.Series([f"{kind}-{content.hexdigest().upper()}-"]) + number).alias("line")


def _ranked(series: pl.Series) -> tuple[list[str], npt.NDArray[np.uint32]]:
    """Return the texts that occur, sorted, and the place of each row's text among them, from 1."""
    codes = series.cast(pl.Categorical).to_physical().to_numpy()
    one = np.full(int(codes.max(initial=0)) + 1, -1, dtype=np.int64)
    one[codes] = np.arange(len(codes))  # a row that has it, by code
    code = np.flatnonzero(one >= 0)
    texts = series.gather(one[code]).cast(pl.String)
    order = texts.arg_sort()
    place = np.zeros(len(one), dtype=np.uint32)
    place[code[order.to_numpy()]] = np.arange(1, len(code) + 1)
    return texts.gather(order).to_list(), place[codes]
