"""Warehouses, lots, the donations behind them, and vehicles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from graphcore.domain.supply import Mode
from graphcore.policy.rulebook import Rulebook
from seeds.generate import frames
from seeds.generate.moments import on
from seeds.generate.places import DISTRICT_NAME, Map, degrees
from seeds.generate.stockplan import CITY, CROSS, DEPOT, FRONT, PLAN, SECOND, Gift, Spec

PREFECTURE = "丽水市"
OWNERS: Mapping[str, str] = {
    "local": f"{DISTRICT_NAME}应急管理局",
    "prefecture": f"{PREFECTURE}应急管理局",
    "red_cross": f"{DISTRICT_NAME}红十字会",
    "tourism": f"{DISTRICT_NAME}文化和旅游局",
}
_STORES: tuple[tuple[str, str], ...] = (  # name, owner; in the order of stockplan's warehouses
    ("{district}救灾物资储备库", "local"),
    ("{township}救灾物资前置点", "local"),
    ("{township}救灾物资代储点", "local"),
    ("{prefecture}救灾物资（{district}）代储库", "prefecture"),
    ("{district}红十字会备灾仓库", "red_cross"),
    ("{district}协议安置宾馆", "tourism"),
)
_SHELVES = (2_000_000, 600_000, 500_000, 2_500_000, 300_000, 0)  # litres, in the same order
_TRUCK = (3_500, 14_000, 2)  # kg and litres a trip, trips a day
_VAN = (700, 2_400, 1)
# Warehouse: vehicle, share of the goods kept there that they move in a day. The second warehouse
# has few vans, so its bulky beds cannot all leave in time; elsewhere trucks are enough.
_VEHICLES: Mapping[int, tuple[tuple[int, int, int], float]] = {
    DEPOT: (_TRUCK, 0.7), FRONT: (_TRUCK, 0.7), SECOND: (_VAN, 0.10), CITY: (_TRUCK, 0.7),
    CROSS: (_TRUCK, 0.7),
}  # fmt: skip


def store_townships(places: Map, intensity: pl.DataFrame) -> list[str]:
    """Return the townships of the five warehouses: seat, hardest hit, middling, calmest, seat."""
    seat = places.townships["code"][0]
    ranked = intensity.filter(pl.col("township") != seat).sort(
        "intensity", "township", descending=[True, False]
    )["township"].to_list()  # fmt: skip
    return [seat, ranked[0], ranked[len(ranked) // 2], ranked[-1], seat]


def warehouses(places: Map, sites: Sequence[str]) -> pl.DataFrame:
    """Return the form's frame of warehouses, the district's depot first, the hotels last."""
    spots = {row["code"]: row for row in degrees(places.townships).iter_rows(named=True)}
    return frames.rows("warehouses", [
        {"code": _code(i), "owner": OWNERS[owner], "township": spots[site]["name"],
         "name": name.format(district=DISTRICT_NAME, prefecture=PREFECTURE,
                             township=spots[site]["name"]),
         "lon": spots[site]["lon"], "lat": spots[site]["lat"], "capacity_l": _SHELVES[i]}
        for i, ((name, owner), site) in enumerate(zip(_STORES, [*sites, sites[DEPOT]], strict=True))
    ])  # fmt: skip


def _code(number: int) -> str:
    return f"CK{number + 1:02d}"


BOUGHT_FOR = tuple(_code(i) for i in (DEPOT, FRONT, SECOND))
"""Warehouses that the district itself stocks."""


def lots(need: Mapping[str, int], rulebook: Rulebook) -> pl.DataFrame:
    """Return the form's frame of lots; lot n given by donor n has donation ``JZ…n``."""
    return frames.rows("lots", [
        {"code": f"PC{n:04d}", "warehouse": _code(s.warehouse), "item": rulebook.item_name(s.item, "zh"),
         "quantity": _units(s, need), "unit": rulebook.unit_of(s.item),
         "arrives_on": "" if s.arrives is None else on(s.arrives),
         "expires_on": "" if s.expires is None else on(s.expires),
         "owner": OWNERS[s.owner], "authority": OWNERS[s.authority], "hold": s.hold.value,
         "donation": _donation_code(n) if s.gift else ""}
        for n, s in enumerate(PLAN, start=1)
    ])  # fmt: skip


def _units(spec: Spec, need: Mapping[str, int]) -> int:
    return max(1, math.ceil(need[spec.of or spec.item] * spec.share))


def _donation_code(number: int) -> str:
    return f"JZ{number:04d}"


def gifts_in_kind(
    need: Mapping[str, int], rulebook: Rulebook, hardest: Sequence[str], donors: Sequence[str]
) -> list[dict[str, object]]:
    """Return rows of donations, one for each lot that was given.

    Args:
        need: item → units needed.
        rulebook: names and units of items.
        hardest: names of townships, the hardest hit first.
        donors: names of donors, used in turn.
    """
    return [
        {"code": _donation_code(n), "donor": donors[i % len(donors)], "kind": "goods",
         "item": rulebook.item_name(s.item, "zh"), "quantity": _units(s, need),
         "unit": rulebook.unit_of(s.item), "received_on": on(0), **intent(gift, hardest)}
        for i, (n, s, gift) in enumerate(_given())
    ]  # fmt: skip


def _given() -> Iterator[tuple[int, Spec, Gift]]:
    for n, spec in enumerate(PLAN, start=1):
        if spec.gift is not None:
            yield n, spec, spec.gift


def intent(gift: Gift, hardest: Sequence[str]) -> dict[str, object]:
    """Return the columns of a donation that say what it is for."""
    return {
        "only_townships": "、".join(hardest[: gift.townships]),
        "only_groups": [g.value for g in gift.groups],
        "only_needs": list(gift.uses),
        "purpose": gift.purpose,
        "redirect_consent": gift.consent,
        "surplus": gift.surplus,
    }


def fleet(
    stock: pl.DataFrame, rulebook: Rulebook, roads: pl.DataFrame, sites: Sequence[str], cut: int
) -> pl.DataFrame:
    """Return the vehicles: trucks everywhere, boats, carriers and aircraft where a way starts.

    Args:
        stock: the form's frame of lots.
        rulebook: weights and volumes of items.
        roads: the form's frame of roads.
        sites: townships of the warehouses, in their order.
        cut: persons in cut-off villages, for whom boats and carriers are few.
    """
    load = _load(stock, rulebook)
    rows = [
        _vehicles(_code(i), kind, load[_code(i)], share)
        for i, (kind, share) in sorted(_VEHICLES.items())
    ]
    rows += [_other(mode, _code(i), cut) for i, mode in _starts(roads, sites)]
    return frames.rows("fleet", rows)


def _load(stock: pl.DataFrame, rulebook: Rulebook) -> dict[str, tuple[float, float]]:
    """Return warehouse → kilograms and litres that lie there."""
    items = rulebook.items().select(
        pl.col("item").map_elements(lambda c: rulebook.item_name(c, "zh"), pl.String),
        "weight_g", "volume_ml",
    )  # fmt: skip
    sums = stock.join(items, on="item", how="left").group_by("warehouse").agg(
        (pl.col("quantity") * pl.col("weight_g")).sum().alias("kg") / 1000,
        (pl.col("quantity") * pl.col("volume_ml")).sum().alias("litres") / 1000,
    )  # fmt: skip
    return {store: (kg, litres) for store, kg, litres in sums.iter_rows()}


def _vehicles(
    store: str, kind: tuple[int, int, int], load: tuple[float, float], share: float
) -> dict[str, object]:
    kg, litres, trips = kind
    full = max(load[0] / kg, load[1] / litres)  # trips that would take everything
    return {"warehouse": store, "mode": Mode.TRUCK.value, "capacity_kg": kg, "capacity_l": litres,
            "trips_per_day": trips, "cold": kind is _TRUCK,
            "vehicles": max(1, round(full * share / trips))}  # fmt: skip


def _starts(roads: pl.DataFrame, sites: Sequence[str]) -> list[tuple[int, Mode]]:
    found = {
        (list(sites).index(a), Mode(mode))
        for a, modes in roads.select("a", "modes").iter_rows()
        for mode in modes
        if mode != Mode.TRUCK.value
    }
    return sorted(found)


def _other(mode: Mode, store: str, cut: int) -> dict[str, object]:
    kg, litres, trips = {Mode.BOAT: (500, 2_500, 4), Mode.FOOT: (20, 60, 2)}.get(
        mode, (1_200, 6_000, 4)
    )
    vehicles = max(2, round(cut / 12)) if mode is Mode.FOOT else max(1, round(cut / 400))
    return {"warehouse": store, "mode": mode.value, "vehicles": vehicles, "capacity_kg": kg,
            "capacity_l": litres, "trips_per_day": trips, "cold": True}  # fmt: skip
