"""A province in columns: the `million` benchmark's data, made without a Python row anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from graphcore.domain.household import HardshipGroup
from graphcore.domain.tables import ACCESS, FLEET, LOTS, NEEDS, NEVER, completed, conform, empty
from optimizer.problem import Problem
from tests.support.districts import _items

DAILY = 2  # the first items are water and food, due every day
SHARE_DAILY, SHARE = 0.12, 0.05  # of households that need an item: see `needs_a_household`
NAMED = [HardshipGroup.MINIMUM_LIVING.value, HardshipGroup.EXTREME_POVERTY.value]


def province(
    seed: int,
    *,
    households: int,
    townships: int = 500,
    warehouses: int = 40,
    items: int = 30,
    days: int = 3,
    scarcity: float = 0.7,
    fleet_share: float = 0.8,
    shut: float = 0.2,
) -> Problem:
    """Return a seeded province; every point of a township has the same ways.

    Each household lacks a few of the items (about 2.1 rows of need a household). Lots: several a
    warehouse and item, some late, expiring, held, not commanded or designated. ``shut`` is the
    share of ways that open late or not within the horizon.
    """
    rng = np.random.default_rng(seed)
    goods = _items(items)
    needs = _needs(rng, households, townships, goods, days)
    around = (townships, warehouses, days, scarcity, fleet_share, shut)
    return replace(_around(rng, needs, goods, *around), needs=needs)


def in_files(
    seed: int, folder: str, *, households: int, counties: int, townships: int, warehouses: int,
    items: int, days: int = 3,
) -> tuple[Problem, list[tuple[str, str]]]:  # fmt: skip
    """Write each county's needs to an Arrow file; return the rest and (name, file) by county.

    Counties have equal numbers of townships and households; one county is in memory at a time.
    """
    goods, found, totals = _items(items), [], []
    for k in range(counties):
        rng = np.random.default_rng([seed, k])
        towns, homes = townships // counties, households // counties
        needs = _needs(rng, homes, towns, goods, days, (k * towns, k * homes))
        found.append((f"C{k:02d}", f"{folder}/C{k:02d}.arrow"))
        needs.write_ipc(found[-1][1], compression="uncompressed")
        totals.append(needs.group_by("item").agg(pl.col("quantity").sum()).sort("item"))
    around = (townships, warehouses, days, 0.7, 0.8, 0.2)
    return _around(np.random.default_rng(seed), pl.concat(totals), goods, *around), found


def _around(
    rng: np.random.Generator, needs: pl.DataFrame, goods: pl.DataFrame, townships: int,
    warehouses: int, days: int, scarcity: float, fleet_share: float, shut: float,
) -> Problem:  # fmt: skip
    """Return everything but the needs (given as item and quantity at least)."""
    lots = _lots(rng, needs, goods, warehouses, townships, days, scarcity)
    access = _access(rng, townships, warehouses, days, shut)
    load = needs.join(goods, on="item").select(
        kg=(pl.col("quantity") * pl.col("weight_g")).sum() / 1000,
        litres=(pl.col("quantity") * pl.col("volume_ml")).sum() / 1000,
    )
    fleet = _fleet(rng, warehouses, days, [float(x or 0) * fleet_share for x in load.row(0)])
    return Problem(
        needs=empty(NEEDS), lots=lots, items=goods, access=access, fleet=fleet, days=days
    )


def cut(needs: pl.DataFrame, counties: int) -> list[tuple[str, pl.DataFrame]]:
    """Return (name, needs) of so many counties: townships next to each other, as many in each."""
    towns = needs["township"].unique().sort().to_list()
    each = -(-len(towns) // counties)
    groups = [towns[k : k + each] for k in range(0, len(towns), each)]
    return [
        (f"C{k:02d}", needs.filter(pl.col("township").is_in(group)))
        for k, group in enumerate(groups)
    ]


def _names(kind: str, numbers: np.ndarray, width: int) -> pl.Series:
    return kind + pl.Series(numbers).cast(pl.String).str.zfill(width)


def _people(
    rng: np.random.Generator, households: int, townships: int, first: tuple[int, int]
) -> pl.DataFrame:
    """Return households; ``first``: numbers of the first township and the first household."""
    place = rng.integers(0, townships, households)
    home = first[0] + place
    group = rng.integers(-8, 4, households)
    hit = rng.choice([500, 1000, 1500], townships)
    names = pl.Series([[g.value] for g in list(HardshipGroup)[:4]] + [[]],
                      dtype=pl.List(pl.String))  # fmt: skip
    return pl.DataFrame(
        {
            "subject": _names("H", first[1] + np.arange(households), 8),
            "point": _names("P", home * 3 + rng.integers(0, 3, households), 5),
            "township": _names("T", home, 4),
            "persons": rng.integers(1, 7, households),
            "tier": np.where(group >= 0, 1, 2),
            "weight": hit[place] + np.where(group >= 0, 500, 0),
            "groups": names.gather(np.where(group >= 0, group, 4)),
        }
    )


def _needs(
    rng: np.random.Generator, households: int, townships: int, goods: pl.DataFrame, days: int,
    first: tuple[int, int] = (0, 0),
) -> pl.DataFrame:  # fmt: skip
    people = _people(rng, households, townships, first)
    parts = []
    for k, (item, basic) in enumerate(goods.select("item", "basic").iter_rows()):
        daily = k < DAILY
        has = np.flatnonzero(rng.random(households) < (SHARE_DAILY if daily else SHARE))
        mine = people[has].with_columns(
            item=pl.lit(item), basic=pl.lit(basic), daily=pl.lit(daily), anonymous=pl.lit(value=False),
            quantity=pl.lit(1) if basic == "shelter" else pl.col("persons"),
            survival=pl.lit(basic != "clothing"),
            need=pl.lit(f"N{k:02d}") + pl.col("subject").str.slice(1),
        )  # fmt: skip
        parts += [
            conform(mine.with_columns(day=pl.lit(day)), NEEDS)
            for day in range(days if daily else 1)
        ]
    return pl.concat(parts, rechunk=True)


def _lots(
    rng: np.random.Generator, needs: pl.DataFrame, goods: pl.DataFrame, warehouses: int,
    townships: int, days: int, scarcity: float,
) -> pl.DataFrame:  # fmt: skip
    total = dict(needs.group_by("item").agg(pl.col("quantity").sum()).rows())
    parts = []
    for item in goods["item"].to_list():
        count = int(rng.integers(warehouses, 2 * warehouses))
        share = rng.dirichlet(np.ones(count)) * scarcity * rng.uniform(0.6, 1.5)
        kind = rng.random(count)
        here, until = rng.integers(0, days + 1, count), rng.integers(-1, days, count)
        town = _names("T", rng.integers(0, townships, count), 4)
        table = pl.DataFrame(
            {
                "lot": _names(f"L-{item}-", np.arange(count), 3),
                "quantity": np.maximum(1, (total.get(item, 0) * share).astype(np.int64)),
                "warehouse": _names("W", rng.integers(0, warehouses, count), 2),
                "arrives_day": np.where(kind < 0.2, here, 0),
                "expires_day": np.where((kind >= 0.2) & (kind < 0.3), until, NEVER),
                "commanded": ~((kind >= 0.4) & (kind < 0.5)),
                "hold": np.where((kind >= 0.5) & (kind < 0.55), "inspection", "none"),
                "kind": kind,
                "town": town,
            }
        )
        parts.append(table.with_columns(item=pl.lit(item)))
    named = pl.col("kind").is_between(0.65, 0.75)
    none = pl.lit([], dtype=pl.List(pl.String))
    lots = pl.concat(parts).with_columns(
        only_townships=pl.when(pl.col("kind").is_between(0.6, 0.65))
        .then(pl.concat_list("town"))
        .otherwise(none),
        only_groups=pl.when(named).then(pl.lit(NAMED, dtype=pl.List(pl.String))).otherwise(none),
        donation=pl.when(named).then(pl.lit("DN-1")).otherwise(pl.lit("")),
        only_items=none,
        surplus=pl.lit(value=False),
        min_units=pl.lit(1, dtype=pl.Int64),
    )
    return completed(lots, LOTS)


def _access(
    rng: np.random.Generator, townships: int, warehouses: int, days: int, shut: float
) -> pl.DataFrame:
    town = np.repeat(np.arange(townships), warehouses)
    house = np.tile(np.arange(warehouses), townships)
    opens = np.where(rng.random(len(town)) < shut, rng.integers(0, days + 1, len(town)), 0)
    minutes = rng.integers(20, 240, len(town))
    parts = [
        pl.DataFrame(
            {
                "warehouse": _names("W", house, 2), "point": _names("P", town * 3 + k, 5),
                "mode": ["truck"] * len(town), "minutes": minutes, "from_day": opens,
            }
        )
        for k in range(3)
    ]  # fmt: skip
    return conform(pl.concat(parts), ACCESS)


def _fleet(rng: np.random.Generator, warehouses: int, days: int, load: list[float]) -> pl.DataFrame:
    house = np.repeat(np.arange(warehouses), days)
    share = rng.uniform(0.5, 1.5, len(house)) / warehouses / days
    table = pl.DataFrame(
        {
            "warehouse": _names("W", house, 2), "mode": ["truck"] * len(house),
            "day": np.tile(np.arange(days), warehouses),
            "capacity_kg": (load[0] * share).astype(np.int64),
            "capacity_l": (load[1] * share).astype(np.int64),
            "cold": [True] * len(house),
        }
    )  # fmt: skip
    return conform(table, FLEET)
