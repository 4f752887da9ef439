"""Three trips of the hand-made district's plan: one on its way, two that wait."""

from __future__ import annotations

import polars as pl

from graphcore.store.port import WriteUnit
from tests.support.small_world import PLAN, RIVER, WHEAT

ZERO = {"in_transit": 0, "at_point": 0, "received": 0, "declined": 0, "damaged": 0, "lost": 0}


def trip(n: int, state: str = "planned") -> dict[str, object]:
    """One trip."""
    return {"id": f"T-{n}", "plan": PLAN, "vehicle": f"FL-1/00{n}", "called": "", "base": "W-1",
            "mode": "truck", "day": 0, "day_on": "2026-07-01", "trip": 0, "departs": 480,
            "back": 600, "minutes": 60, "weight_kg": 10, "volume_l": 10, "capacity_kg": 100,
            "capacity_l": 100, "state": state, "dispatched_at": 0, "dispatched_by": "",
            "late_minutes": 0, "closed_at": 0, "version": 1}  # fmt: skip


def goods(
    n: int, line: int, place: str, of: int, feeder: str = "", **buckets: int
) -> dict[str, object]:
    """A unit of a line on a trip."""
    return {"id": f"CG-{n}", "plan": PLAN, "line": f"A-{line}", "trip": f"T-{of}", "stop": 1,
            "feeder": feeder, "lot": "L-0", "item": "tent", "need": f"N-{line}",
            "subject": f"H-{line}", "township": place, "point": f"{place}200",
            "day_on": "2026-07-01", "due_on": "2026-07-01", "daily": False, "quantity": 1,
            "covers": 1, **ZERO, **buckets, "version": 1}  # fmt: skip


TRIPS = [trip(1, "dispatched"), trip(2), trip(3)]
CARGO = [
    goods(1, 0, WHEAT, 1, in_transit=1), goods(2, 1, WHEAT, 1, received=1),
    goods(3, 3, RIVER, 2), goods(4, 4, RIVER, 3, feeder="T-2"),
]  # fmt: skip
STOPS = [{"id": f"T-{n}/{s}", "trip": f"T-{n}", "stop": s, "kind": k, "place": p, "arrives": 480,
          "leaves": 490, "minutes": 10, "rests": 0, "path": ["a", "b"]}
         for n in (1, 2, 3) for s, k, p in ((0, "load", "W-1"), (1, "deliver", "P"))]  # fmt: skip


def put_trips(unit: WriteUnit) -> None:
    """Write the trips with their stops and goods, what stays behind, and a receipt."""
    unit.create("Trip", pl.DataFrame(TRIPS))
    unit.create("TripStop", pl.DataFrame(STOPS))
    unit.create("Cargo", pl.DataFrame(CARGO))
    unit.create("LeftBehind", pl.DataFrame([
        {"id": "BH-1", "plan": PLAN, "line": "A-4", "quantity": 2, "reason": "fleet", "detail": "{}"}
    ]))  # fmt: skip
    unit.create("Receipt", pl.DataFrame([
        {"id": "RC-1", "trip": "T-1", "subject": "H-1", "point": "P", "township": WHEAT,
         "level": "household", "received": 1, "declined": 0, "damaged": 0, "at": 5,
         "recorded_by": "clerk"}
    ]))  # fmt: skip
    for rel, source, target, rows, column in (
        ("ROUTES", "Trip", "Plan", TRIPS, "plan"), ("STOP_OF", "TripStop", "Trip", STOPS, "trip"),
        ("RIDES_IN", "Cargo", "Trip", CARGO, "trip"),
        ("PART_OF_LINE", "Cargo", "AllocationLine", CARGO, "line"),
    ):  # fmt: skip
        ends = pl.DataFrame([{"from": r["id"], "to": r[column]} for r in rows])
        unit.link(rel, source, target, ends)
    unit.update("AllocationLine", pl.DataFrame([
        {"id": "A-0", "dispatched": 1, "lost": 0}, {"id": "A-1", "dispatched": 1, "lost": 1},
    ]))  # fmt: skip
