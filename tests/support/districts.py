"""Allocation problems for tests: a small named world, a seeded generator, Hypothesis strategies."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from hypothesis import strategies as st

from graphcore.domain.household import BasicNeed, HardshipGroup
from graphcore.domain.supply import Hold, Mode
from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    FLOORS,
    ITEMS,
    KITS,
    LOTS,
    MARKETS,
    NEEDS,
    NEVER,
    SWAPS,
    conform,
    frame,
)
from optimizer.problem import Problem

Row = dict[str, object]
ITEM_ROWS: list[Row] = [
    {"item": "water", "basic": "water", "weight_g": 12_000, "volume_ml": 13_000},
    {"item": "rice", "basic": "food", "weight_g": 5_000, "volume_ml": 6_000},
    {"item": "tent", "basic": "shelter", "weight_g": 40_000, "volume_ml": 200_000},
    {"item": "quilt", "basic": "clothing", "weight_g": 2_500, "volume_ml": 20_000},
    {"item": "insulin", "basic": "medical", "weight_g": 100, "volume_ml": 200},
]


def need(name: str, point: str, item: str, quantity: int, **more: object) -> Row:
    """One NEEDS row; a tier-2 durable survival need of day 0 unless told otherwise."""
    basic = next((str(r["basic"]) for r in ITEM_ROWS if r["item"] == item), "food")
    row: Row = {
        "need": name, "subject": f"H-{name}", "anonymous": False, "point": point,
        "township": f"T-{point}", "item": item, "basic": basic, "day": 0, "daily": False,
        "quantity": quantity, "survival": True, "tier": 2, "weight": 1000, "groups": [],
    }  # fmt: skip
    return row | more


def lot(name: str, item: str, quantity: int, **more: object) -> Row:
    """One LOTS row; free public stock in the depot unless told otherwise."""
    row: Row = {
        "lot": name, "item": item, "warehouse": "depot", "quantity": quantity, "arrives_day": 0,
        "expires_day": NEVER, "commanded": True, "hold": "none", "only_townships": [],
        "only_groups": [], "donation": "", "only_items": [], "surplus": False, "min_units": 1,
    }  # fmt: skip
    return row | more


def way(warehouse: str, point: str, minutes: int, **more: object) -> Row:
    """One ACCESS row; a truck road open from day 0 unless told otherwise."""
    row: Row = {
        "warehouse": warehouse, "point": point, "mode": "truck", "minutes": minutes, "from_day": 0,
    }  # fmt: skip
    return row | more


def van(day: int, kg: int = 100_000, litres: int = 1_000_000, **more: object) -> Row:
    """One FLEET row: the depot's trucks on a day."""
    row: Row = {
        "warehouse": "depot", "mode": "truck", "day": day, "capacity_kg": kg, "capacity_l": litres,
    }  # fmt: skip
    return row | more


def swap(name: str, need_item: str, item: str, **more: object) -> Row:
    """One SWAPS row; one for one without a limit and without a market unless told otherwise."""
    row: Row = {
        "swap": name, "need_item": need_item, "item": item, "give": 1, "of": 1,
        "most_permille": 1000, "market": False,
    }  # fmt: skip
    return row | more


def kit(name: str, **contents: int) -> tuple[Row, ...]:
    """KITS rows of one kit: units by item."""
    return tuple({"kit": name, "item": item, "units": n} for item, n in contents.items())


@dataclass(frozen=True)
class World:
    """A problem as rows that a test can read and replace."""

    needs: tuple[Row, ...]
    lots: tuple[Row, ...]
    access: tuple[Row, ...]
    fleet: tuple[Row, ...]
    days: int = 2
    items: tuple[Row, ...] = tuple(ITEM_ROWS)
    pinned: pl.DataFrame | None = None
    swaps: tuple[Row, ...] = ()
    markets: tuple[Row, ...] = ()
    floors: tuple[Row, ...] = ()
    kits: tuple[Row, ...] = ()

    def replace(self, **changes: object) -> World:
        """Return the world with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def problem(self) -> Problem:
        """The world as the optimiser's tables."""
        return Problem(
            needs=frame(NEEDS, list(self.needs)), lots=frame(LOTS, list(self.lots)),
            items=frame(ITEMS, list(self.items)), access=frame(ACCESS, list(self.access)),
            fleet=frame(FLEET, list(self.fleet)), days=self.days, pinned=self.pinned,
            floors=frame(FLOORS, list(self.floors)), kits=frame(KITS, list(self.kits)),
            swaps=frame(SWAPS, list(self.swaps)), markets=frame(MARKETS, list(self.markets)),
        )  # fmt: skip


def two_villages() -> World:
    """Li (6 tents) and Wang (4 tents), one depot with 10 tents, trucks on both days."""
    return World(
        needs=(need("li", "li", "tent", 6), need("wang", "wang", "tent", 4)),
        lots=(lot("L1", "tent", 10),),
        access=(way("depot", "li", 30), way("depot", "wang", 60)),
        fleet=(van(0), van(1)),
    )


def random_problem(
    seed: int,
    *,
    households: int,
    townships: int = 4,
    warehouses: int = 3,
    items: int = 5,
    days: int = 3,
    scarcity: float = 0.7,
    fleet_share: float = 0.8,
    even: bool = False,
    swaps: bool = False,
    kits: bool = False,
) -> Problem:
    """Return a seeded random problem: some of everything that rules look at.

    ``even`` gives all points of a township the same ways: one access zone a township.
    ``swaps`` adds substitution: between the items, and money where a market works. ``kits`` adds
    two kits of two or three items, some of them designated.
    """
    rng = np.random.default_rng(seed)
    goods = _items(items)
    points = [f"P{t:03d}{k}" for t in range(townships) for k in range(3)]
    needs = _needs(rng, households, townships, goods, days)
    lots = _lots(rng, needs, goods, warehouses, townships, days, scarcity)
    access = _access(rng, points, warehouses, days, even=even)
    load = needs.join(goods, on="item").select(
        kg=(pl.col("quantity") * pl.col("weight_g")).sum() / 1000,
        litres=(pl.col("quantity") * pl.col("volume_ml")).sum() / 1000,
    )
    fleet = _fleet(rng, warehouses, days, [float(x or 0) * fleet_share for x in load.row(0)])
    plain = Problem(needs=needs, lots=lots, items=goods, access=access, fleet=fleet, days=days)
    full = _with_swaps(rng, plain, townships, warehouses) if swaps else plain
    return _with_kits(rng, full, goods["item"].to_list(), warehouses) if kits else full


def _with_kits(
    rng: np.random.Generator, plain: Problem, goods: list[str], warehouses: int
) -> Problem:
    """Add two kits that share an item, with lots of both."""
    held = {"box": goods[:2], "bag": goods[1:4]}
    rows = [r for name, items in held.items()
            for r in kit(name, **{item: int(rng.integers(1, 3)) for item in items})]  # fmt: skip
    goods_rows = [{"item": name, "basic": "food", "weight_g": 9_000, "volume_ml": 9_000}
                  for name in held]  # fmt: skip
    lots = [
        lot(
            f"L-{name}-{k}", name, int(rng.integers(1, 12)),
            warehouse=f"W{int(rng.integers(0, warehouses)):02d}",
            only_townships=["T000"] if k == 1 else [],
            only_groups=[HardshipGroup.MINIMUM_LIVING.value] if k == 2 else [],
            commanded=rng.random() < 0.9, surplus=rng.random() < 0.3,
            min_units=int(rng.integers(1, 3)),
        )
        for name in held for k in range(3)
    ]  # fmt: skip
    return replace(
        plain, items=pl.concat([plain.items, frame(ITEMS, goods_rows)]),
        lots=pl.concat([plain.lots, frame(LOTS, lots)]), kits=frame(KITS, rows),
    )  # fmt: skip


def _with_swaps(
    rng: np.random.Generator, plain: Problem, townships: int, warehouses: int
) -> Problem:
    """Add substitutes: a good, a voucher and money, some designated, some limited."""
    goods = plain.items["item"].to_list()
    more = [
        {"item": "set", "basic": "water", "weight_g": 600, "volume_ml": 900},
        {"item": "money", "basic": "food", "weight_g": 0, "volume_ml": 0},
    ]
    rows = []
    for k, item in enumerate(goods):
        for name in ("set", "money", goods[(k + 1) % len(goods)]):
            if rng.random() < 0.5 or name == item:
                continue
            of = int(rng.integers(1, 4))
            rows.append(swap(
                f"{item}>{name}", item, name, of=of,
                give=int(rng.integers(1, 4)) * (237 if name == "money" else 1),
                most_permille=int(rng.choice([1000, 600, 300])), market=name == "money",
            ))  # fmt: skip
    lots = [
        lot(
            f"L-{name}-{k}", name, int(rng.integers(1, most)),
            warehouse=f"W{int(rng.integers(0, warehouses)):02d}",
            only_townships=["T000"] if k == 1 else [],
            only_groups=[HardshipGroup.MINIMUM_LIVING.value] if k == 2 else [],
            only_items=goods[:2] if k == 1 else [],
            commanded=rng.random() < 0.8,
        )
        for name, most in (("set", 60), ("money", 40_000)) for k in range(3)
    ]  # fmt: skip
    points = plain.needs["point"].unique().sort().to_list()
    ways = [way(f"W{w:02d}", p, 0, mode="transfer") for w in range(warehouses) for p in points]
    vans = [
        van(d, 0, 0, warehouse=f"W{w:02d}", mode="transfer")
        for w in range(warehouses) for d in range(plain.days)
    ]  # fmt: skip
    markets: list[Row] = [
        {"township": f"T{t:03d}", "from_day": int(rng.integers(0, plain.days + 1))}
        for t in range(townships) if rng.random() < 0.8
    ]  # fmt: skip
    return replace(
        plain, items=pl.concat([plain.items, frame(ITEMS, more)]),
        lots=pl.concat([plain.lots, frame(LOTS, lots)]),
        access=pl.concat([plain.access, frame(ACCESS, ways)]),
        fleet=pl.concat([plain.fleet, frame(FLEET, vans)]),
        swaps=frame(SWAPS, rows), markets=frame(MARKETS, markets),
    )  # fmt: skip


def _items(count: int) -> pl.DataFrame:
    basics = [b.value for b in BasicNeed]
    rows: list[Row] = []
    for k in range(count):
        base = ITEM_ROWS[k % len(ITEM_ROWS)]
        rows.append({**base, "item": f"I{k:02d}-{base['item']}"})
    assert all(r["basic"] in basics for r in rows)
    return frame(ITEMS, rows)


def _needs(
    rng: np.random.Generator, households: int, townships: int, goods: pl.DataFrame, days: int
) -> pl.DataFrame:
    persons = rng.integers(1, 7, households)
    home = rng.integers(0, townships, households)
    village = rng.integers(0, 3, households)
    group = rng.integers(-8, 4, households)
    names = [g.value for g in HardshipGroup]
    hit = rng.choice([500, 1000, 1500], townships)
    parts: list[pl.DataFrame] = []
    for k, (item, basic) in enumerate(goods.select("item", "basic").iter_rows()):
        daily = basic in ("water", "food") and k < 2
        has = np.flatnonzero(rng.random(households) < (0.9 if daily else 0.6))
        parts.extend(
            pl.DataFrame(
                {
                    "household": has,
                    "item": [item] * len(has),
                    "basic": [basic] * len(has),
                    "day": [day] * len(has),
                    "daily": [daily] * len(has),
                    "quantity": persons[has] if basic != "shelter" else np.ones(len(has), int),
                    "survival": [basic != "clothing"] * len(has),
                },
                schema_overrides={
                    "item": pl.String,
                    "basic": pl.String,
                    "day": pl.Int64,
                    "daily": pl.Boolean,
                    "survival": pl.Boolean,
                },
            )
            for day in range(days if daily else 1)
        )
    table = pl.concat(parts)
    who = table["household"].to_numpy()
    tagged = [[names[g]] if g >= 0 else [] for g in group.tolist()]
    people = pl.DataFrame(
        {
            "household": np.arange(households),
            "subject": [f"H{h:07d}" for h in range(households)],
            "point": [f"P{t:03d}{v}" for t, v in zip(home.tolist(), village.tolist(), strict=True)],
            "township": [f"T{t:03d}" for t in home.tolist()],
            "tier": np.where(group >= 0, 1, 2),
            "weight": hit[home] + np.where(group >= 0, 500, 0),
            "groups": pl.Series(tagged, dtype=pl.List(pl.String)),
        }
    )
    full = table.join(people, on="household", how="left", maintain_order="left").with_columns(
        need=pl.concat_str([pl.lit("N"), pl.col("subject"), pl.col("item")], separator="-"),
        anonymous=pl.lit(value=False),
    )
    assert len(who) == full.height
    return conform(full, NEEDS)


def _lots(
    rng: np.random.Generator, needs: pl.DataFrame, goods: pl.DataFrame, warehouses: int,
    townships: int, days: int, scarcity: float,
) -> pl.DataFrame:  # fmt: skip
    total = dict(needs.group_by("item").agg(pl.col("quantity").sum()).rows())
    rows: list[Row] = []
    for item in goods["item"].to_list():
        count = int(rng.integers(2, 2 + 2 * warehouses))
        share = rng.dirichlet(np.ones(count)) * scarcity * rng.uniform(0.6, 1.5)
        for k in range(count):
            kind = rng.random()
            rows.append(
                lot(
                    f"L-{item}-{k:02d}", item, max(1, int(total.get(item, 0) * share[k])),
                    warehouse=f"W{int(rng.integers(0, warehouses)):02d}",
                    arrives_day=int(rng.integers(0, days + 1)) if kind < 0.2 else 0,
                    expires_day=int(rng.integers(-1, days)) if 0.2 <= kind < 0.4 else NEVER,
                    commanded=not 0.4 <= kind < 0.5,
                    hold=Hold.INSPECTION.value if 0.5 <= kind < 0.55 else Hold.NONE.value,
                    only_townships=[f"T{int(rng.integers(0, townships)):03d}"]
                    if 0.55 <= kind < 0.65 else [],
                    only_groups=[HardshipGroup.MINIMUM_LIVING.value,
                                 HardshipGroup.EXTREME_POVERTY.value]
                    if 0.65 <= kind < 0.75 else [],
                    donation="DN-1" if 0.55 <= kind < 0.75 else "",
                )
            )  # fmt: skip
    return frame(LOTS, rows)


def _access(
    rng: np.random.Generator, points: list[str], warehouses: int, days: int, *, even: bool
) -> pl.DataFrame:
    rows: list[Row] = []
    for t in range(len(points) // 3):
        for w in range(warehouses):
            base = int(rng.integers(20, 240))
            opens = int(rng.integers(0, days + 1)) if rng.random() < 0.2 else 0
            for k in range(3):
                if not even and rng.random() < 0.1:
                    continue
                minutes = base + (15 if k == 2 and not even else 0)
                name = points[3 * t + k]
                rows.append(way(f"W{w:02d}", name, minutes, from_day=opens))
                if not even and rng.random() < 0.1:
                    rows.append(way(f"W{w:02d}", name, minutes * 2, mode=Mode.BOAT.value))
    return frame(ACCESS, rows)


def _fleet(rng: np.random.Generator, warehouses: int, days: int, load: list[float]) -> pl.DataFrame:
    rows: list[Row] = []
    for w in range(warehouses):
        for d in range(days):
            share = float(rng.uniform(0.5, 1.5)) / warehouses / days
            name = f"W{w:02d}"
            rows.append(van(d, int(load[0] * share), int(load[1] * share), warehouse=name))
            small = (int(load[0] * share / 20), int(load[1] * share / 20))
            rows.append(van(d, *small, warehouse=name, mode=Mode.BOAT.value))
    return frame(FLEET, rows)


@st.composite
def districts(draw: st.DrawFn) -> Problem:
    """Small random problems over every rule."""
    return random_problem(
        draw(st.integers(0, 2**32 - 1)),
        households=draw(st.integers(1, 60)),
        townships=draw(st.integers(1, 4)),
        warehouses=draw(st.integers(1, 3)),
        items=draw(st.integers(1, 6)),
        days=draw(st.integers(1, 4)),
        scarcity=draw(st.sampled_from([0.2, 0.7, 1.0, 1.5])),
        fleet_share=draw(st.sampled_from([0.2, 0.8, 3.0])),
        swaps=draw(st.booleans()),
    )


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return the problem with the rows of every table in another order."""
    rng = random.Random(seed)

    def mix(table: pl.DataFrame) -> pl.DataFrame:
        order = list(range(table.height))
        rng.shuffle(order)
        return table[order]

    return replace(
        problem, needs=mix(problem.needs), lots=mix(problem.lots), items=mix(problem.items),
        access=mix(problem.access), fleet=mix(problem.fleet),
    )  # fmt: skip
