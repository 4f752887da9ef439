"""Finished jobs as tables: stops and what is unloaded at them, vehicle by vehicle."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import frame
from optimizer.transport.jobs import Done, Yard
from optimizer.transport.rigs import Rig, Share
from optimizer.transport.tables import DROPS, STOPS
from optimizer.transport.timetable import Run, timetable

Row = dict[str, object]


def written(yard: Yard, done: list[Done]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return STOPS and DROPS."""
    stops: list[Row] = []
    drops: list[Row] = []
    for job in done:
        for rig, carrier in zip(job.job.rigs, job.task.carriers, strict=True):
            runs = timetable(job.task, carrier, job.tours.get(carrier.id, ())) or ()
            for trip, run in enumerate(runs):
                _trip(yard, job, rig, trip, run, stops, drops)
    keys = ["day", "vehicle", "trip", "stop"]
    return (
        frame(STOPS, stops).sort(keys),
        frame(DROPS, drops).sort(*keys, "load", "parcel"),
    )


def _trip(
    yard: Yard, done: Done, rig: Rig, trip: int, run: Run, stops: list[Row], drops: list[Row]
) -> None:
    visits = [v for stop in run.stops for v in stop.visits]
    shares = rig.pack(done.job.errands[v].parcel for v in visits)
    assert shares is not None, "complete lets no trip pass that cannot be stowed"
    at = {
        done.job.errands[v].parcel.id: (number, done.job.errands[v].leg)
        for number, stop in enumerate(run.stops, 1)
        for v in stop.visits
    }
    for member, share in zip(rig.members, shares, strict=True):
        key: Row = {"vehicle": member.vehicle, "day": done.job.day, "trip": trip}
        stops += [{**key, **row} for row in _stops(yard, done, rig, run)]
        drops += [{**key, **row} for row in _drops(share, at)]


def _stops(yard: Yard, done: Done, rig: Rig, run: Run) -> list[Row]:
    """Return the stops of a trip: loading, deliveries, return."""
    job, base = done.job, done.job.base
    node = yard.ways.nodes[base]
    rows: list[Row] = [{"stop": 0, "kind": "load", "place": base, "arrive": run.begin,
                        "leave": run.depart, "minutes": 0, "rests": 0, "path": [node]}]  # fmt: skip
    here, left = base, run.depart
    ends = [(job.errands[s.visits[0]].place, s.arrive, s.leave, "deliver") for s in run.stops]
    for number, (place, arrive, leave, kind) in enumerate(
        [*ends, (base, run.back, run.back, "return")], 1
    ):
        minutes = yard.ways.minutes(job.day, job.mode, rig.gross, here, place)
        rows.append({
            "stop": number, "kind": kind, "place": place, "arrive": arrive, "leave": leave,
            "minutes": minutes, "rests": arrive - left - minutes,
            "path": yard.ways.path(job.day, job.mode, rig.gross, here, place),
        })  # fmt: skip
        here, left = place, leave
    return rows


def _drops(share: Share, at: dict[str, tuple[int, str]]) -> list[Row]:
    return [
        {"stop": at[parcel.id][0], "load": load, "parcel": parcel.id, "leg": at[parcel.id][1],
         "units": units}
        for parcel, load, units in share
    ]  # fmt: skip
