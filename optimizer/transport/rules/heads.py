"""What is fixed of trips is in the routes, first and in its order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.transport.heads import table_of
from optimizer.transport.rules.case import Case, Row, TripKey


def begun(case: Case) -> list[Violation]:
    """Each head's goods are dropped at the first stops of the vehicle's trip, in their order.

    The vehicles of a convoy share them out among themselves.
    """
    heads = table_of(case.problem.heads, case.problem.loads)
    rows = sorted((_rig(case, r), r["trip"], r["stop"], r["load"], r["units"], r["vehicle"])
                  for r in heads.to_dicts())  # fmt: skip
    broken = []
    for (rig, day), own in groupby(rows, key=lambda r: r[0]):
        for nth, (_, stops) in enumerate(groupby(own, key=lambda r: r[1])):
            parts = list(stops)
            units: Counter[str] = Counter()
            for _, _, _, load, n, _ in parts:
                units[load] += n
            wanted = [case.loads[load]["point"] for _, _, _, load, _, _ in parts]
            if not _kept(case, (parts[0][5], day, nth), wanted, units):
                broken.append(Violation("heads", rig, say("钉住的前几站没有照走。")))
    return broken


def _rig(case: Case, row: Row) -> tuple[str, int]:
    """Return the convoy that a vehicle goes in, or itself, and the day."""
    vehicle = case.vehicles.get((row["vehicle"], row["day"]), {"convoy": ""})
    name = f"{vehicle['base']}/{vehicle['convoy']}" if vehicle["convoy"] else row["vehicle"]
    return name, row["day"]


def _kept(case: Case, trip: TripKey, points: list[str], units: Counter[str]) -> bool:
    """Whether the trip's first stops are at these points, in all with these units."""
    wanted = [point for point, _ in groupby(points)]
    places = [s["place"] for s in case.trips.get(trip, []) if s["kind"] == "deliver"]
    if places[: len(wanted)] != wanted:
        return False
    vehicle, day, nth = trip
    rig = _rig(case, {"vehicle": vehicle, "day": day})
    got: Counter[str] = Counter()
    for drop in case.drops:
        here = (drop["day"], drop["trip"]) == (day, nth) and drop["stop"] <= len(wanted)
        if here and _rig(case, drop) == rig:
            got[drop["load"]] += drop["units"]
    return all(got[load] >= n for load, n in units.items())
