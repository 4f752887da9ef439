"""What has left already is not owed again; what the next plan counts is what is still owed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from api.usecases.planning.settled import OUT, carried, net
from graphcore.domain.tables import NEEDS, frame

DAY0 = date(2026, 7, 2)


def need(day: int, quantity: int, name: str = "N-1", *, daily: bool = True) -> dict[str, object]:
    return {"need": name, "subject": "H-1", "anonymous": False, "point": "P", "township": "T",
            "item": "water", "basic": "water", "day": day, "daily": daily, "quantity": quantity,
            "survival": True, "tier": 1, "weight": 1, "groups": []}  # fmt: skip


def out(
    due_on: str, units: dict[str, int], name: str = "N-1", *, daily: bool = True
) -> dict[str, object]:
    zero = dict.fromkeys(
        ("in_transit", "at_point", "received", "declined", "damaged", "lost"), 0
    )  # fmt: skip
    total = sum(units.values())
    return {"cargo": f"CG-{due_on}", "plan": "PL-1", "line": "A-1", "trip": "T-1", "lot": "L-1",
            "item": "water", "need": name, "subject": "H-1", "township": "T", "point": "P",
            "day_on": due_on, "due_on": due_on, "daily": daily, "quantity": total,
            "covers": total, **zero, **units}  # fmt: skip


def left(needs: list[dict[str, object]], *gone: dict[str, object]) -> list[tuple[int, int]]:
    found = net(frame(NEEDS, needs), frame(OUT, list(gone)), DAY0)
    return list(found.select("day", "quantity").iter_rows())


def test_without_trips_everything_is_owed() -> None:
    assert left([need(0, 3), need(1, 3)]) == [(0, 3), (1, 3)]


@pytest.mark.parametrize("bucket", ["in_transit", "at_point", "received", "declined"])
def test_a_days_units_that_left_are_not_owed_that_day(bucket: str) -> None:
    assert left([need(0, 3), need(1, 3)], out("2026-07-02", {bucket: 2})) == [(0, 1), (1, 3)]
    assert left([need(0, 3)], out("2026-07-02", {bucket: 3})) == []


@pytest.mark.parametrize("bucket", ["damaged", "lost"])
def test_what_was_lost_is_owed_again(bucket: str) -> None:
    assert left([need(0, 3)], out("2026-07-02", {bucket: 3})) == [(0, 3)]


def test_yesterdays_water_does_not_quench_todays_thirst() -> None:
    assert left([need(0, 3)], out("2026-07-01", {"received": 3})) == [(0, 3)]


def test_a_tent_that_came_yesterday_is_still_there() -> None:
    assert left([need(0, 2, daily=False)], out("2026-07-01", {"received": 1}, daily=False)) == [
        (0, 1)
    ]


def counted(*gone: dict[str, object], needs: list[dict[str, object]]) -> pl.DataFrame:
    lots = pl.DataFrame({"id": ["L-1"], "warehouse": ["W-1"]})
    trips = pl.DataFrame({"id": ["T-1"], "mode": ["boat"]})
    return carried(frame(NEEDS, needs), frame(OUT, list(gone)), DAY0, lots, trips)


def test_the_next_plan_counts_what_came_on_its_days() -> None:
    gone = [
        out("2026-07-01", {"received": 2}),
        out("2026-07-02", {"in_transit": 1, "received": 1, "lost": 1}),
    ]
    (row,) = counted(*gone, needs=[need(0, 3), need(1, 3)]).to_dicts()
    told = (row["due_day"], row["quantity"], row["state"], row["mode"], row["warehouse"])
    assert told == (0, 2, "dispatched", "boat", "W-1")


def test_a_durable_that_came_before_counts_on_its_first_day() -> None:
    gone = out("2026-06-30", {"received": 1}, daily=False)
    (row,) = counted(gone, needs=[need(0, 2, daily=False)]).to_dicts()
    assert (row["day"], row["due_day"], row["state"]) == (0, 0, "received")


def test_what_nobody_is_owed_any_more_is_not_counted() -> None:
    assert counted(out("2026-07-02", {"received": 1}, "N-gone"), needs=[need(0, 3)]).is_empty()
