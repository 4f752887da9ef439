"""From classes to named households, changing as few published lines as the new totals allow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import LINES, completed
from optimizer.classes import Classes
from optimizer.disaggregate import pair, quotas, topped_up
from optimizer.flow import MERGED, Flow
from optimizer.ledger import Whole
from optimizer.portions import Shares
from optimizer.problem import Problem
from optimizer.tables import claims, covered, reason_code, takers_of

Ints = npt.NDArray[np.int64]
WAY = ["taker", "lot", "mode", "day"]


def shares(cls: Ints, wants: Ints, total: Ints, old: Ints) -> Ints:
    """Split each class's total over its rows: fair to one unit, published units first.

    As `optimizer.disaggregate.shares`: ``|x_h - total_c * wants_h / wants_c| < 1`` and
    ``sum x = total_c``. Who gets the rounded unit: whoever had it, then the largest remainder, then
    the earlier row.

    Args:
        cls: Class of each row.
        wants: Units that each row needs, greater than 0.
        total: Units that each class gets.
        old: Units that each row has in the published plan.
    """
    base, remainder = quotas(cls, wants, total)
    order = np.lexsort((np.arange(len(cls)), -remainder, old <= base, remainder == 0, cls))
    return topped_up(cls, total, base, order)


@dataclass(frozen=True)
class Keeping:
    """Splits totals over rows so that published units stay: `optimizer.portions.Split`.

    ``met`` and ``direct`` are published units of the need by row, in all and of the goods owed;
    ``swapped`` has (at, serve, portions) of published substitutes.
    """

    met: Ints
    direct: Ints
    swapped: pl.DataFrame

    def all(self, cls: Ints, wants: Ints, total: Ints) -> Ints:
        """Whoever had most of its need met keeps the rounded unit."""
        return shares(cls, wants, total, self.met)

    def own(self, cls: Ints, wants: Ints, total: Ints) -> Ints:
        """Whoever had goods keeps the rounded unit of them."""
        return shares(cls, wants, total, self.direct)

    def steps(self, cls: Ints, wants: Ints, total: Ints, serve: Ints) -> Ints:
        """Whoever had steps of this substitute keeps the rounded one."""
        had = np.zeros(len(cls), dtype=np.int64)
        at = self.swapped["at"].to_numpy()
        mine = serve[cls[at]] == self.swapped["serve"].to_numpy()
        np.add.at(had, at[mine], self.swapped["portions"].to_numpy()[mine])
        return shares(cls, wants, total, had)


def placed(classes: Classes, flow: Flow, old: pl.DataFrame) -> pl.DataFrame:
    """Return published lines with the ``send`` and ``serve`` that carry them today, else null.

    Args:
        classes: The part that is planned anew.
        flow: Its columns.
        old: Lines with cls, swap, group (-1: its lot is gone), mode, day.
    """
    mask = classes.groups.select("group", "mask")
    found = old.join(mask, on="group", how="left", maintain_order="left")
    pools = flow.pools.select("pool", "mask", "slot")
    number = pl.int_range(pl.len(), dtype=pl.Int64)
    serves = flow.serves.with_columns(serve=number).join(pools, on="pool")
    serves = serves.select("cls", "swap", "mask", "slot", "serve", "pool")
    by_day = serves.filter(pl.col("slot") != MERGED).rename({"slot": "day"})
    merged = serves.filter(pl.col("slot") == MERGED).drop("slot")
    keys = ["cls", "swap", "mask"]
    found = found.join(by_day, on=[*keys, "day"], how="left", maintain_order="left")
    found = found.join(merged, on=keys, how="left", maintain_order="left", suffix="_merged")
    found = found.with_columns(
        pl.coalesce(c, f"{c}_merged").alias(c) for c in ("serve", "pool")
    ).drop("serve_merged", "pool_merged", "mask")  # fmt: skip
    sends = flow.sends.with_columns(send=number).select("group", "pool", "mode", "day", "send")
    return found.join(sends, on=["group", "pool", "mode", "day"], how="left", maintain_order="left")


def keeping(classes: Classes, flow: Flow, old: pl.DataFrame) -> Keeping:
    """Return how to split totals so that ``old`` lines (of `placed`) stay."""
    size = classes.rows.height
    met, direct = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(met, old["at"].to_numpy(), old["covers"].to_numpy())
    own = old.filter(pl.col("swap") == "")
    np.add.at(direct, own["at"].to_numpy(), own["covers"].to_numpy())
    other = old.filter((pl.col("swap") != "") & pl.col("serve").is_not_null())
    take = flow.serves["take"].gather(other["serve"])
    units = other.select("at", "serve", "units").with_columns(take=take)
    steps = units.group_by("at", "serve").agg(pl.col("units").sum() // pl.col("take").first())
    return Keeping(met, direct, steps.rename({"units": "portions"}).sort("at", "serve"))


def capped(key: Ints, units: Ints, most: Ints) -> Ints:
    """Return the units that stay when each key's units, in order, are cut off at ``most[key]``."""
    order = np.argsort(key, kind="stable")
    k, u = key[order], units[order]
    running = np.cumsum(u)
    first = np.searchsorted(k, k)
    before = running - u - (running - u)[first]
    kept = np.zeros(len(units), dtype=np.int64)
    kept[order] = np.clip(most[k] - before, 0, u)
    return kept


def lines(
    part: tuple[Problem, Classes, Flow], whole: Whole, got: Shares, old: pl.DataFrame, state: str
) -> pl.DataFrame:
    """Return (row, lot, warehouse, mode, day, units, covers, line, reason ...) of whole units.

    Args:
        part: What is planned anew, in classes, and its columns.
        whole: Whole units by column and class.
        got: Who gets what of them.
        old: Published lines of `placed`: ``at`` (position in ``classes.rows``), lot, units, covers,
            line, reason; in the order in which they are kept.
        state: Of the lines.
    """
    problem, classes, flow = part
    texts = pl.col("swap").cast(pl.String)
    takers = takers_of(problem, classes, flow, got).with_columns(texts)
    stock = classes.lots.select("lot", "group", "quantity").with_row_index("nth")
    van = _vans(classes, flow, whole)
    known = _claimed(classes, old, takers)
    kept, rests = _kept(stock, van, takers, known)
    both = pl.concat([kept, _paired(stock, van, takers, rests)])
    told = takers.select("taker", "row", "swap", "take", "step")
    table = both.group_by(WAY).agg(pl.col("units").sum().alias("quantity")).join(told, on="taker")
    table = covered(table.sort("row", "taker", "day", "lot", "mode"), keep=("taker",))
    same = [*WAY, "quantity", "covers"]
    had = known.select(*WAY, pl.col("units").alias("quantity"), "covers", "line", "reason")
    table = table.join(had.unique(subset=same, keep="first", maintain_order=True), on=same,
                       how="left", maintain_order="left")  # fmt: skip
    where = classes.lots.select("lot", "item", "warehouse", "townships",
                                pl.col("mask").alias("named"))  # fmt: skip
    made = table.join(where, on="lot", maintain_order="left").with_columns(state=pl.lit(state))
    return made.drop("taker").sort("row", "day", "lot", "mode", "swap")


def _vans(classes: Classes, flow: Flow, whole: Whole) -> pl.DataFrame:
    """Return (van, claim, group, mode, day, units): what the plan sends, for whom and as what."""
    sends = flow.sends.select("group", "mode", "day")[whole.send]
    claim = claims(flow, whole.serve, classes.classes.height)
    return sends.with_columns(
        claim=pl.Series(claim, dtype=pl.Int64), units=pl.Series(whole.units, dtype=pl.Int64)
    ).group_by("claim", "group", "mode", "day").agg(pl.col("units").sum()).sort(
        "claim", "day", "group", "mode"
    ).with_row_index("van")  # fmt: skip


def _claimed(classes: Classes, old: pl.DataFrame, takers: pl.DataFrame) -> pl.DataFrame:
    """Return the old lines with the taker and claim that they are of today."""
    count = classes.classes.height
    claim = pl.when(pl.col("swap") == "").then("cls").otherwise(count + pl.col("serve"))
    row = classes.rows["row"].gather(old["at"])
    table = old.with_columns(row=row, claim=claim).drop("swap")
    return table.join(takers.select("row", "claim", "taker"), on=["row", "claim"],
                      maintain_order="left")  # fmt: skip


def _kept(
    stock: pl.DataFrame, van: pl.DataFrame, takers: pl.DataFrame, old: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Ints, Ints, Ints]]:
    """Return the old units that fit taker, column and lot, and what these have left."""
    columns = van.select("van", "claim", "group", "mode", "day")
    where = old.join(stock.select("lot", "nth"), on="lot", maintain_order="left").join(
        columns, on=["claim", "group", "mode", "day"], maintain_order="left"
    )
    keys = [where[c].cast(pl.Int64).to_numpy() for c in ("taker", "van", "nth")]
    tops = [takers["units"].to_numpy(), van["units"].to_numpy(), stock["quantity"].to_numpy()]
    had = where["units"].to_numpy()
    for key, top in zip(keys, tops, strict=True):
        had = capped(key, had, top)
    kept = where.select(WAY).with_columns(units=pl.Series(had, dtype=pl.Int64))
    rests = [_less(top, key, had) for key, top in zip(keys, tops, strict=True)]
    return kept.filter(pl.col("units") > 0), (rests[0], rests[1], rests[2])


def _less(total: Ints, key: Ints, taken: Ints) -> Ints:
    left = total.astype(np.int64).copy()
    np.subtract.at(left, key, taken)
    return left


def _paired(
    stock: pl.DataFrame, van: pl.DataFrame, takers: pl.DataFrame, rests: tuple[Ints, Ints, Ints]
) -> pl.DataFrame:
    """Hand lots (first to expire first) to columns, then columns (earliest first) to takers."""
    wanted, vans, lots = rests
    drawn = pair(
        stock["group"].to_numpy(), lots, van["group"].to_numpy(), vans
    ).sort("right", "left")  # fmt: skip
    send = drawn["right"].to_numpy()
    taking = np.flatnonzero(wanted)
    claim = takers["claim"].to_numpy()[taking]
    split = pair(van["claim"].to_numpy()[send], drawn["units"].to_numpy(), claim, wanted[taking])
    left = split["left"].to_numpy()
    return pl.DataFrame(
        {
            "taker": takers["taker"].to_numpy()[taking[split["right"].to_numpy()]],
            "lot": stock["lot"][drawn["left"].to_numpy()[left]],
            "mode": van["mode"][send[left]],
            "day": van["day"][send[left]],
            "units": split["units"],
        },
        schema={"taker": pl.Int64, "lot": pl.String, "mode": pl.String, "day": pl.Int64,
                "units": pl.Int64},
    )  # fmt: skip


def as_lines(table: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
    """Return LINES with ``kid`` and ``pair``; lines as published keep their id and reason.

    Args:
        table: Of `lines`; ``row`` is the position in ``needs``.
        needs: Keyed NEEDS.
    """
    who = needs.select("need", "subject", "point", "township", "survival", "tier", "kid", "pair",
                       pl.col("item").alias("need_item"),
                       pl.col("day").alias("due_day"))[table["row"]]  # fmt: skip
    full = pl.concat([table, who], how="horizontal")
    full = full.with_columns(
        line=pl.coalesce("line", _ids(full)), reason=pl.coalesce("reason", reason_code())
    )
    keys = full.select("kid", "pair")
    return pl.concat([completed(full, LINES), keys], how="horizontal")


def _ids(table: pl.DataFrame) -> pl.Series:
    """Return running numbers under a digest of what the lines say: unlike any other plan's."""
    told = table.select("need", "due_day", "lot", "mode", "day", "quantity", "swap", "state")
    content = hashlib.blake2b(told.write_csv().encode(), digest_size=6).hexdigest().upper()
    number = pl.arange(0, table.height, eager=True).cast(pl.String).str.zfill(8)
    return (pl.Series([f"A-R{content}-"]) + number).alias("line")
