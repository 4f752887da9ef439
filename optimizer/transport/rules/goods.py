"""Goods: each unit arrives once or is left with a reason, at its own point, and fits."""

from __future__ import annotations

from collections import Counter

import polars as pl

from graphcore.domain.supply import Mode
from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.transport.rules.case import Case, Row, broken


def once(case: Case) -> list[Violation]:
    """Units that arrive and units left behind add up to the load."""
    units: Counter[str] = Counter(dict(case.dropped("direct", "final").iter_rows()))
    stay = case.routes.left.group_by("load").agg(pl.col("units").sum())
    units.update(dict(stay.iter_rows()))
    bad = [x for x in sorted({*units, *case.loads})
           if units[x] != case.loads.get(x, {"units": -1})["units"]]  # fmt: skip
    bad += [row["load"] for row in case.drops if row["units"] < 1]
    return [broken("once", x, say("送达与未送达之和不等于应送数量。")) for x in bad]


def addressed(case: Case) -> list[Violation]:
    """Each drop is unloaded where its leg ends, from a vehicle that may make that leg."""
    return [
        broken("addressed", row["load"], say("货物卸在了不该卸的地点，或由不该承运的车船承运。"))
        for row in case.drops
        if not _addressed(case, row)
    ]


def _addressed(case: Case, row: Row) -> bool:
    load = case.loads.get(row["load"])
    vehicle = case.vehicles.get((row["vehicle"], row["day"]))
    trip = case.trips.get((row["vehicle"], row["day"], row["trip"]), [])
    stop = next((s for s in trip if s["stop"] == row["stop"]), None)
    if load is None or vehicle is None or stop is None or stop["kind"] != "deliver":
        return False
    at_point = stop["place"] == load["point"] and vehicle["mode"] == load["mode"]
    from_base = vehicle["base"] == load["warehouse"]
    if row["leg"] == "direct":
        return bool(at_point and from_base and row["day"] == load["day"])
    changes = set() if case.problem.transfers is None else set(case.problem.transfers.iter_rows())
    if row["leg"] == "feeder":
        onward = (stop["place"], load["mode"]) in changes
        by_truck = vehicle["mode"] == Mode.TRUCK and row["day"] == load["day"]
        return bool(onward and from_base and by_truck)
    onward = (vehicle["base"], load["mode"]) in changes
    return bool(row["leg"] == "final" and at_point and onward and row["day"] == load["day"])


def stowed(case: Case) -> list[Violation]:
    """No trip carries more than its vehicle holds, by weight or volume."""
    grams: Counter[tuple[str, int, int]] = Counter()
    ml: Counter[tuple[str, int, int]] = Counter()
    for row in case.drops:
        key = (row["vehicle"], row["day"], row["trip"])
        grams[key] += row["grams"]
        ml[key] += row["ml"]
    found = []
    for key in sorted(grams):
        vehicle = case.vehicles.get(key[:2])
        if vehicle is None or (
            grams[key] > vehicle["capacity_kg"] * 1000 or ml[key] > vehicle["capacity_l"] * 1000
        ):
            found.append(broken("stowed", key[0], say("第 {trip} 趟超重或超容。", trip=key[2] + 1)))
    return found


def kept_cold(case: Case) -> list[Violation]:
    """What spoils rides only on vehicles that keep it cold; an empty row was not asked and may."""
    found = []
    for row in case.drops:
        vehicle = case.vehicles.get((row["vehicle"], row["day"]), {})
        frail = case.loads.get(row["load"], {}).get("cold")
        if frail and vehicle.get("cold") is False:
            found.append(
                broken("kept_cold", row["load"], say("须冷链运输的物资装上了不具备冷链的车船。"))
            )
    return found


def transferred(case: Case) -> list[Violation]:
    """What leaves a transfer was brought there, in time to be loaded."""
    brought: Counter[tuple[str, str, str]] = Counter()
    ready: dict[tuple[str, str, str], int] = {}
    for row in case.drops:
        if row["leg"] == "feeder" and (stop := _stop(case, row)):
            key = (row["parcel"], row["load"], stop["place"])
            brought[key] += row["units"]
            ready[key] = max(ready.get(key, 0), stop["leave"])
    found = []
    for row in case.drops:
        if row["leg"] != "final":
            continue
        vehicle = case.vehicles.get((row["vehicle"], row["day"]))
        key = (row["parcel"], row["load"], vehicle["base"] if vehicle else "")
        brought[key] -= row["units"]
        late = _departs(case, row) < ready.get(key, 0) + _handling(case, vehicle)
        if brought[key] < 0 or late:
            found.append(broken("transferred", row["load"],
                                say("转运点在装载时还没有这批货物。")))  # fmt: skip
    return found


def _stop(case: Case, row: Row) -> Row | None:
    trip = case.trips.get((row["vehicle"], row["day"], row["trip"]), [])
    return next((s for s in trip if s["stop"] == row["stop"]), None)


def _departs(case: Case, row: Row) -> int:
    trip = case.trips.get((row["vehicle"], row["day"], row["trip"]), [])
    return int(trip[0]["leave"]) if trip else -1


def _handling(case: Case, vehicle: Row | None) -> int:
    handling = case.problem.handling
    return handling.transfer + (handling.load.get(vehicle["mode"], 0) if vehicle else 0)
