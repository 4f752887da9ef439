"""The re-plan benches' district, with substitutes, and how the world changes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import polars as pl

from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    ITEMS,
    LOTS,
    MARKETS,
    NEVER,
    SWAPS,
    completed,
    frame,
)
from optimizer.problem import Problem
from optimizer.replan.published import Published


@dataclass(frozen=True)
class Change:
    """One change of the world: what, the problem after it, where needs may have moved."""

    name: str
    problem: Problem
    townships: Collection[str] = ()


def substituted(problem: Problem) -> Problem:
    """Return the district with substitutes: every third item by the next, every fourth by money."""
    goods = problem.items["item"].sort().to_list()
    pairs = [(goods[k], goods[k + 1], 1, 300, False) for k in range(0, len(goods) - 1, 3)]
    pairs += [(item, "money", 5_000, 200, True) for item in goods[::4]]
    swaps = [{"swap": f"{need}>{item}", "need_item": need, "item": item, "give": give, "of": 1,
              "most_permille": most, "market": market}
             for need, item, give, most, market in pairs]  # fmt: skip
    owed = problem.needs.filter(pl.col("item").is_in(goods[::4]))["quantity"].sum()
    store = problem.lots["warehouse"].sort()[0]
    light = pl.DataFrame([{"item": "money", "basic": "food", "weight_g": 0, "volume_ml": 0}])
    cash = problem.lots.head(1).with_columns(
        lot=pl.lit("L-money"), item=pl.lit("money"), quantity=pl.lit(int(owed) * 250),
        warehouse=pl.lit(store), arrives_day=pl.lit(0, pl.Int64),
        expires_day=pl.lit(NEVER, pl.Int64), commanded=pl.lit(value=True), hold=pl.lit("none"),
        only_townships=pl.lit([], pl.List(pl.String)), only_groups=pl.lit([], pl.List(pl.String)),
    )  # fmt: skip
    points = problem.needs["point"].unique().sort().to_list()
    ways = [{"warehouse": store, "point": p, "mode": "transfer", "minutes": 0, "from_day": 0}
            for p in points]  # fmt: skip
    vans = [{"warehouse": store, "mode": "transfer", "day": d, "capacity_kg": 0, "capacity_l": 0}
            for d in range(problem.days)]  # fmt: skip
    towns = [{"township": t, "from_day": 0} for t in problem.needs["township"].unique().sort()]
    return replace(
        problem, swaps=frame(SWAPS, swaps), markets=frame(MARKETS, towns),
        items=pl.concat([completed(problem.items, ITEMS), completed(light, ITEMS)]),
        lots=pl.concat([completed(problem.lots, LOTS), completed(cash, LOTS)]),
        access=pl.concat([completed(problem.access, ACCESS), frame(ACCESS, ways)]),
        fleet=pl.concat([completed(problem.fleet, FLEET), completed(frame(FLEET, vans), FLEET)]),
    )  # fmt: skip


def changes(old: Published) -> list[Change]:
    """One road cut, one township's new report, one lot lost."""
    problem, lines = old.problem, old.lines.filter(pl.col("state") == "firm")
    town = lines["township"].unique().sort()[5]
    mine = lines.filter(pl.col("township") == town)
    store = (
        mine.group_by("warehouse").agg(pl.col("quantity").sum()).sort("quantity")["warehouse"][-2]
    )
    points = mine["point"].unique().implode()
    shut = (pl.col("warehouse") == store) & pl.col("point").is_in(points)
    other = lines["township"].unique().sort()[7]
    here = (pl.col("township") == other) & (pl.col("tier") == 1)
    more = pl.when(here).then(pl.col("quantity") + 1).otherwise("quantity").alias("quantity")
    lots = lines.group_by("lot").agg(pl.col("quantity").sum()).sort("quantity", "lot")["lot"]
    lot = lots[len(lots) // 2]
    return [
        Change("road", replace(problem, access=problem.access.filter(~shut))),
        Change("township", replace(problem, needs=problem.needs.with_columns(more)), (other,)),
        Change("lot", replace(problem, lots=problem.lots.filter(pl.col("lot") != lot))),
    ]
