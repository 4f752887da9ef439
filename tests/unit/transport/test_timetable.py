"""Times of a carrier's day, each rule at its bound and one past it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.transport.router import Carrier, Rest, Task, Visit
from optimizer.transport.timetable import Run, timetable

MINUTES = np.array([[0, 60, 100], [60, 0, 50], [100, 50, 0]], dtype=np.int64)
TRUCK = Carrier("t", (10,), start=480, end=1080, trips=2)


def task(*visits: Visit, **other: object) -> Task:
    made = Task(visits, (TRUCK,), (MINUTES,), (MINUTES,), loading=30, setup=10)
    return replace(made, **other)  # type: ignore[arg-type]


def times(of: Task, carrier: Carrier, *trips: tuple[int, ...]) -> tuple[Run, ...]:
    found = timetable(of, carrier, trips)
    assert found is not None
    return found


def test_loading_way_setup_service_and_return() -> None:
    (run,) = times(task(Visit("a", 1, (5,), service=25)), TRUCK, (0,))
    assert (run.begin, run.depart) == (480, 510)
    assert [(s.arrive, s.leave) for s in run.stops] == [(570, 605)]
    assert run.back == 665


def test_parcels_of_one_stop_share_its_setup() -> None:
    (run,) = times(task(Visit("a", 1, (5,), 5), Visit("b", 1, (5,), 5)), TRUCK, (0, 1))
    assert [(s.arrive, s.leave, s.visits) for s in run.stops] == [(570, 590, (0, 1))]


def test_a_second_trip_loads_after_the_first() -> None:
    runs = times(task(Visit("a", 1, (9,)), Visit("b", 1, (9,))), TRUCK, (0,), (1,))
    assert [(r.begin, r.depart, r.back) for r in runs] == [(480, 510, 640), (640, 670, 800)]


@pytest.mark.parametrize(("latest", "kept"), [(580, True), (579, False)])
def test_service_begins_by_the_latest_minute(latest: int, kept: bool) -> None:
    found = timetable(task(Visit("a", 1, (5,), latest=latest)), TRUCK, ((0,),))
    assert (found is not None) is kept


def test_a_vehicle_waits_for_the_door() -> None:
    (run,) = times(task(Visit("a", 1, (5,), 5, earliest=700)), TRUCK, (0,))
    assert (run.stops[0].arrive, run.stops[0].leave) == (570, 705)


@pytest.mark.parametrize(("end", "kept"), [(640, True), (639, False)])
def test_back_by_the_end_of_the_shift(end: int, kept: bool) -> None:
    found = timetable(task(Visit("a", 1, (5,))), replace(TRUCK, end=end), ((0,),))
    assert (found is not None) is kept


@pytest.mark.parametrize(("hours", "kept"), [(160, True), (159, False)])
def test_hours_from_first_loading_to_last_return(hours: int, kept: bool) -> None:
    found = timetable(task(Visit("a", 1, (5,))), replace(TRUCK, hours=hours), ((0,),))
    assert (found is not None) is kept


def test_short_hours_start_later_instead_of_waiting_at_the_door() -> None:
    late = task(Visit("a", 1, (5,), earliest=700))
    (run,) = times(late, replace(TRUCK, hours=160), (0,))
    assert (run.begin, run.back) == (600, 760)
    assert timetable(late, replace(TRUCK, hours=159), ((0,),)) is None


@pytest.mark.parametrize(("room", "kept"), [(9, True), (8, False)])
def test_capacity_of_one_trip(room: int, kept: bool) -> None:
    pair = task(Visit("a", 1, (5,)), Visit("b", 2, (4,)))
    assert (timetable(pair, replace(TRUCK, capacity=(room,)), ((0, 1),)) is not None) is kept


@pytest.mark.parametrize(("trips", "kept"), [(2, True), (1, False)])
def test_number_of_trips(trips: int, kept: bool) -> None:
    pair = task(Visit("a", 1, (5,)), Visit("b", 2, (4,)))
    assert (timetable(pair, replace(TRUCK, trips=trips), ((0,), (1,))) is not None) is kept


@pytest.mark.parametrize(("closes", "kept"), [(510, True), (509, False)])
def test_a_trip_has_left_when_the_base_closes(closes: int, kept: bool) -> None:
    found = timetable(task(Visit("a", 1, (5,)), closes=closes), TRUCK, ((0,),))
    assert (found is not None) is kept


def test_a_trip_leaves_no_sooner_than_its_last_release() -> None:
    pair = task(Visit("a", 1, (5,), release=600), Visit("b", 2, (4,)))
    (run,) = times(pair, TRUCK, (1, 0))
    assert run.depart == 600


@pytest.mark.parametrize(("after", "minutes"), [(120, 160), (119, 180), (60, 180), (59, 200)])
def test_a_driver_rests_after_so_many_minutes_at_the_wheel(after: int, minutes: int) -> None:
    (run,) = times(task(Visit("a", 1, (5,)), rest=Rest(after, 20)), TRUCK, (0,))
    assert run.back - run.begin == minutes


def test_minutes_at_the_wheel_add_up_over_trips() -> None:
    pair = task(Visit("a", 1, (9,)), Visit("b", 1, (9,)), rest=Rest(200, 20))
    first, second = times(pair, TRUCK, (0,), (1,))
    assert (first.back - first.begin, second.back - second.begin) == (160, 180)
