"""Numbers that lie in range and are still wrong: units mixed up by 1,000 or by 60.

Each finding names the table, the row's id, the value and what was probably meant. The bounds are
wide: what passes here may still be wrong, what is caught hardly ever is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from graphcore.domain.text import Text, say

VEHICLE_KG = (40, 100_000)  # what one vehicle, boat or helicopter carries
CARRIER_KG = (5, 400)  # what one carrier on foot, or with an animal, carries
VEHICLE_L = (60, 400_000)
DENSITY = (0.003, 15.0)  # kg a litre: pillows in a box, to iron
PERSONS = 40  # of one household
SPEED = (0.5, 200.0)  # km/h over the straight line, of a road longer than 1 km
LONG_WAY = 2_880  # minutes along one road: two days
STOCK = 300  # times all that is owed of the item, and
STOCK_LEAST = 100_000  # units at least
EARTH_KM = 6_371.0


@dataclass(frozen=True, slots=True)
class Odd:
    """One number that is hardly right: ``table.column`` of row ``ref``; ``meant`` None = unknown."""

    table: str
    ref: str
    column: str
    value: int
    meant: int | None
    what: Text


def vehicles(fleet: pl.DataFrame) -> Iterator[Odd]:
    """Yield capacities given in tons, grams, cubic metres or millilitres.

    Args:
        fleet: id, mode, capacity_kg, capacity_l of one vehicle; 0 or null = not told.
    """
    for ref, mode, kg, litres in fleet.select("id", "mode", "capacity_kg", "capacity_l").sort(
        "id"
    ).iter_rows():  # fmt: skip
        low, high = CARRIER_KG if mode == "foot" else VEHICLE_KG
        if kg and not low <= kg <= high:
            meant = kg * 1000 if kg < low else kg // 1000
            unit = say("吨") if kg < low else say("克")
            yield Odd("fleet", ref, "capacity_kg", kg, meant,
                      say("单车载重 {n} 千克不合常理，像是按“{unit}”填写的，应为 {meant} 千克？",
                          n=kg, unit=unit, meant=meant))  # fmt: skip
        low, high = VEHICLE_L if mode != "foot" else (1, VEHICLE_L[1])
        if litres and not low <= litres <= high:
            meant = litres * 1000 if litres < low else litres // 1000
            unit = say("立方米") if litres < low else say("毫升")
            yield Odd("fleet", ref, "capacity_l", litres, meant,
                      say("单车容积 {n} 升不合常理，像是按“{unit}”填写的，应为 {meant} 升？",
                          n=litres, unit=unit, meant=meant))  # fmt: skip


def goods(items: pl.DataFrame) -> Iterator[Odd]:
    """Yield items whose weight and volume do not go together: kg for g, litres for ml.

    Args:
        items: item, weight_g, volume_ml of one unit.
    """
    for item, grams, ml in items.select("item", "weight_g", "volume_ml").sort("item").iter_rows():
        if not grams or not ml or DENSITY[0] <= grams / ml <= DENSITY[1]:
            continue
        light = grams / ml < DENSITY[0]
        column, value = ("weight_g", grams) if light else ("volume_ml", ml)
        unit = say("千克") if light else say("升")
        yield Odd("items", item, column, value, value * 1000,
                  say("每件重 {grams} 克、体积 {ml} 毫升，两者不相称，像是其中一项按“{unit}”填写的，"
                      "应为 {meant}？", grams=grams, ml=ml, unit=unit, meant=value * 1000))  # fmt: skip


def homes(households: pl.DataFrame) -> Iterator[Odd]:
    """Yield households with more persons than a household has.

    Args:
        households: id, persons.
    """
    many = households.filter(pl.col("persons") > PERSONS).sort("id")
    for ref, persons in many.select("id", "persons").iter_rows():
        yield Odd("households", ref, "persons", persons, None,
                  say("一户 {n} 人不合常理；如果是一个村组或安置点的人数，请填在人数快报中。",
                      n=persons))  # fmt: skip


def roads(table: pl.DataFrame) -> Iterator[Odd]:
    """Yield travel times given in hours or seconds.

    Args:
        table: id, minutes, and lon_a, lat_a, lon_b, lat_b of the ends (null = not known).
    """
    located = table.with_columns(km=_km())
    for ref, minutes, km in located.select("id", "minutes", "km").sort("id").iter_rows():
        if not minutes:
            continue
        speed = None if km is None or km < 1 else km / minutes * 60
        if speed is not None and speed > SPEED[1]:
            yield Odd("roads", ref, "minutes", minutes, minutes * 60,
                      say("直线 {km} 千米只走 {n} 分钟不合常理，像是按“小时”填写的，应为 {meant} 分钟？",
                          km=round(km, 1), n=minutes, meant=minutes * 60))  # fmt: skip
        elif minutes > LONG_WAY or (speed is not None and speed < SPEED[0]):
            yield Odd("roads", ref, "minutes", minutes, minutes // 60,
                      say("一条路走 {n} 分钟不合常理，像是按“秒”填写的，应为 {meant} 分钟？",
                          n=minutes, meant=minutes // 60))  # fmt: skip


def stock(lots: pl.DataFrame, needs: pl.DataFrame) -> Iterator[Odd]:
    """Yield lots far beyond all that is owed of their item: grams or millilitres for units.

    Args:
        lots: LOTS.
        needs: NEEDS.
    """
    owed = needs.group_by("item").agg(pl.col("quantity").sum().alias("owed"))
    much = (
        lots.join(owed, on="item")
        .filter((pl.col("quantity") >= STOCK_LEAST) & (pl.col("quantity") > STOCK * pl.col("owed")))
        .sort("lot")
    )
    for ref, units, all_ in much.select("lot", "quantity", "owed").iter_rows():
        yield Odd("lots", ref, "quantity", units, units // 1000,
                  say("库存 {n} 件，是全区应得 {owed} 件的 {times} 倍以上，像是按“克”或“毫升”填写的，"
                      "应为 {meant} 件？", n=units, owed=all_, times=units // all_,
                      meant=units // 1000))  # fmt: skip


def _km() -> pl.Expr:
    """Return the great-circle distance of the ends."""
    lat_a, lat_b = pl.col("lat_a").radians(), pl.col("lat_b").radians()
    half_lat = ((lat_b - lat_a) / 2).sin()
    half_lon = ((pl.col("lon_b") - pl.col("lon_a")).radians() / 2).sin()
    inside = half_lat**2 + lat_a.cos() * lat_b.cos() * half_lon**2
    return 2 * EARTH_KM * inside.sqrt().arcsin()
