"""Kits: handed over whole, to whom everything in them is owed, each content counted once."""

from __future__ import annotations

from collections import Counter

import polars as pl

from graphcore.domain.tables import KITS, empty
from graphcore.domain.text import say
from optimizer.problem import Problem
from optimizer.rules.case import MOST_NAMED, Case, Violation


def kits_of(problem: Problem) -> pl.DataFrame:
    """Return the problem's KITS."""
    return empty(KITS) if problem.kits is None else problem.kits


def lines_of(problem: Problem) -> pl.Expr:
    """Return which lines hand a kit over for what it holds."""
    kit = pl.col("item").is_in(kits_of(problem)["kit"].unique().implode())
    return kit & (pl.col("swap") == pl.col("item"))


def whole(case: Case) -> list[Violation]:
    """A kit's line meets what the kit holds, all of it and nothing else, at the stated units."""
    held: dict[str, Counter[tuple[str, int]]] = {}
    for kit, item, units in kits_of(case.problem).iter_rows():
        held.setdefault(kit, Counter())[item, units] += 1
    bad = []
    rows = case.fresh.filter((pl.col("also").list.len() > 0) | lines_of(case.problem)).sort("line")
    for row in rows.iter_rows(named=True):
        parts = [tuple(text.split("|")) for text in row["also"]]
        each, rest = divmod(row["covers"], max(row["quantity"], 1))
        given = Counter([(row["need_item"], each), *((p[1], int(p[3])) for p in parts)])
        if rest or row["swap"] != row["item"] or given != held.get(row["item"]):
            bad.append(row["line"])
    what = say("该行发放的套装与其应含内容不符，请按套装内容表改正。")
    return [Violation("kit", line, what) for line in bad[:MOST_NAMED]]


def fits(case: Case) -> list[Violation]:
    """A kit takes a need as often as the need holds its content whole, loose goods beside it.

    No need is given more than it lacks (see `needs.balance`); here each kit meets one household,
    one need an item, and never a request.
    """
    kits = case.fresh.filter(lines_of(case.problem))
    doubled = case.serving.join(kits.select("line"), on="line", how="semi").group_by("line").agg(
        (pl.col("subject").n_unique() > 1) | (pl.col("need_item").n_unique() < pl.len())
    )  # fmt: skip
    wrong = doubled.filter(pl.col("subject"))["line"].to_list()
    wrong += kits.filter(pl.col("state") != "firm")["line"].to_list()
    what = say("套装须整套发给同一户，每样内容各抵一项应得。")
    return [Violation("kit_household", line, what) for line in sorted(set(wrong))[:MOST_NAMED]]


def servable(problem: Problem, owed: pl.DataFrame, trips: pl.DataFrame) -> pl.DataFrame:
    """Return (need, day) of the needs that some kit could meet, lots and vehicles given.

    Args:
        problem: The problem.
        owed: Needs with what they lack as ``quantity``.
        trips: Where and when lots can go: item, point, on, and whom their donors named.
    """
    table = kits_of(problem)
    day = pl.when("daily").then("day").otherwise(-1).alias("slot")
    firsts = owed.sort("day", "need").unique(
        ["subject", "item", "daily", day], keep="first", maintain_order=True
    ) if table.height else owed.clear()  # fmt: skip
    many = table.group_by("kit").agg(pl.len().alias("parts"))
    towns, names, items = (pl.col(f"only_{n}") for n in ("townships", "groups", "items"))
    on_day = (pl.col("on") == pl.col("day")) | (~pl.col("daily") & (pl.col("on") >= pl.col("day")))
    meant = (towns.list.len() == 0) | towns.list.contains(pl.col("township"))
    known = (names.list.len() == 0) | (names.list.set_intersection("groups").list.len() > 0)
    for_it = (items.list.len() == 0) | items.list.contains(pl.col("item"))
    lots = trips.with_row_index("lot").rename({"item": "kit"})
    parts = (
        firsts.join(table, on="item")
        .filter(pl.col("quantity") >= pl.col("units"))
        .join(lots, on=["kit", "point"])
        .filter(on_day & meant & known & for_it)
    )
    key = ["subject", "kit", "lot"]
    found = parts.join(parts.group_by(key).len().join(many, on="kit").filter(
        pl.col("len") == pl.col("parts")).select(key), on=key, how="semi")  # fmt: skip
    return found.select("need", "day").unique()
