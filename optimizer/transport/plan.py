"""Routes for every day: straight deliveries first, then what goes on from transfers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from graphcore.domain.event import Json, canonical_json
from graphcore.domain.supply import Mode
from optimizer.transport.cuts import cuts_of
from optimizer.transport.engine import PyVrp
from optimizer.transport.heads import Heads, heads_of, table_of, without
from optimizer.transport.jobs import Done, Errand, Job, Yard, behind, fill, run
from optimizer.transport.parcels import Load, Parcel, split
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.reach import (
    Bundle,
    Course,
    Refusal,
    Rigs,
    course,
    earliest,
    latest,
)
from optimizer.transport.rigs import rigs_of
from optimizer.transport.router import Effort, Router
from optimizer.transport.tables import LEFT, LOADS
from optimizer.transport.transfer import arrivals, forget
from optimizer.transport.validate import validate
from optimizer.transport.ways import Ways
from optimizer.transport.written import written


@dataclass
class _Day:
    """What is known of a day while it is being planned."""

    yard: Yard
    router: Router
    effort: Effort
    rigs: Rigs
    left: list[dict[str, object]] = field(default_factory=list)
    first: dict[tuple[str, str], list[Errand]] = field(default_factory=dict)
    last: dict[tuple[str, str], list[Errand]] = field(default_factory=dict)
    feeds: dict[str, tuple[str, Errand]] = field(default_factory=dict)  # parcel -> base, errand
    heads: Heads = field(default_factory=Heads)
    known: Heads = field(default_factory=Heads)

    def leave(self, parcel: Parcel, reason: str, via: str = "") -> None:
        """Note that a parcel stays."""
        for load, units in parcel.contents:
            detail: dict[str, Json] = {"day": load.day, "warehouse": load.warehouse, "mode": load.mode,
                      "point": load.point, "transfer": via}  # fmt: skip
            self.left.append({"load": load.load, "units": units, "reason": reason,
                              "detail": canonical_json(detail)})  # fmt: skip


def route(problem: Problem, effort: Effort | None = None, router: Router | None = None) -> Routes:
    """Return routes for all loads, and what no vehicle takes with its reason.

    The same problem, seed and iterations give the same routes; ``effort.seconds`` bounds each
    engine run by the clock, and routes that it may have decided are marked.

    Raises:
        ProblemInvalid: the tables contradict themselves or the ranges, or heads cannot be driven.
    """
    problem = validate(problem)
    hours = {row[0]: row[1:] for row in
             problem.places.select("place", "opens", "closes", "together").iter_rows()}  # fmt: skip
    yard = Yard(problem, Ways(problem), hours)
    fixed = table_of(problem.heads, problem.loads)
    rest = without(problem.loads, fixed)
    known = table_of(problem.known, rest)
    loads = without(rest, known)
    done: list[Done] = []
    left: list[dict[str, object]] = []
    for day in sorted(set(problem.loads["day"])):
        rigs = rigs_of(problem.vehicles, day)
        state = _Day(yard, router or PyVrp(), effort or Effort(), rigs)
        state.heads = heads_of(fixed, problem.loads, rigs, day)
        state.known = heads_of(known, problem.loads, rigs, day, "way")
        done += _plan_day(state, _bundles(loads, day))
        left += state.left
    return _routes(problem, yard, done, left)


def _routes(
    problem: Problem, yard: Yard, done: list[Done], left: list[dict[str, object]]
) -> Routes:
    stops, drops = written(yard, done)
    table = pl.DataFrame(left, schema=dict(LEFT)).group_by("load", "reason", "detail").agg(
        pl.col("units").sum()
    ).select(list(LEFT)).sort("load", "reason", "detail")  # fmt: skip
    counts = {
        "routes": stops.select("vehicle", "day").n_unique(), "parcels": drops["parcel"].n_unique(),
        "minutes": int(stops["minutes"].sum()), "jobs": len(done),
    }  # fmt: skip
    by_clock = any(d.by_clock for d in done)
    return Routes(stops, drops, table, cuts_of(problem, drops, table), by_clock, counts)


def _bundles(loads: pl.DataFrame, day: int) -> list[Bundle]:
    found: dict[tuple[str, str, str, bool], list[Load]] = {}
    for row in loads.filter(pl.col("day") == day).select(list(LOADS)).iter_rows():
        load = Load(*row)
        found.setdefault((load.warehouse, load.mode, load.point, load.cold), []).append(load)
    return [Bundle(day, w, m, p, tuple(ls)) for (w, m, p, _), ls in sorted(found.items())]


def _plan_day(state: _Day, bundles: Iterable[Bundle]) -> list[Done]:
    told = [*state.heads.errands.items(), *state.known.errands.items()]
    for key, errands in told:
        lists = state.last if _goes_on(state, key) else state.first
        lists.setdefault(key, []).extend(errands)
    for bundle in bundles:
        for part, way in _courses(state, bundle):
            if isinstance(way, Refusal):
                state.leave(Parcel("", part.point, tuple((x, x.units) for x in part.loads)),
                            way.reason)  # fmt: skip
            else:
                _assign(state, part, way)
    _screen(state)
    firsts = [_solve(state, key, errands) for key, errands in sorted(state.first.items())]
    _release(state, firsts)
    lasts = [_solve(state, key, errands) for key, errands in sorted(state.last.items()) if errands]
    stuck = {e.parcel.id for d in lasts for e in behind(d) if e.leg == "final"}
    return [*(forget(d, stuck) for d in firsts), *lasts]


def _courses(state: _Day, bundle: Bundle) -> list[tuple[Bundle, Course | Refusal]]:
    """Return how the bundle goes; if a load is too large for it, each load by itself."""
    whole = course(state.yard, state.rigs, bundle)
    if whole != Refusal("size") or len(bundle.loads) == 1:
        return [(bundle, whole)]
    parts = [replace(bundle, loads=(load,)) for load in bundle.loads]
    ways = [(part, course(state.yard, state.rigs, part)) for part in parts]
    able = tuple(x for part, way in ways if isinstance(way, Course) for x in part.loads)
    rest = [(part, way) for part, way in ways if isinstance(way, Refusal)]
    if not able:
        return list(rest)
    together = replace(bundle, loads=able)
    return [*rest, (together, course(state.yard, state.rigs, together))]


def _assign(state: _Day, bundle: Bundle, way: Course) -> None:
    """Pack a bundle and put its parcels on the lists of the bases that move them."""
    room = [r.cold if bundle.cold else r.capacity for r in way.rigs]
    parcels = split(bundle.name, list(bundle.loads), min(c[0] for c in room),
                    min(c[1] for c in room))  # fmt: skip
    for parcel in parcels:
        if not way.via:
            key = (bundle.warehouse, bundle.mode)
            errands = state.last if _goes_on(state, key) else state.first
            errands.setdefault(key, []).append(Errand(parcel, bundle.point))
            continue
        ready = earliest(state.yard, way.feeders, bundle.day, bundle.warehouse, way.via)
        by = latest(state.yard, way.last, bundle.day, way.via, parcel)
        feeder = Errand(parcel, way.via, "feeder", by=by)
        state.feeds[parcel.id] = (bundle.warehouse, feeder)
        state.last.setdefault((way.via, bundle.mode), []).append(
            Errand(parcel, bundle.point, "final", release=ready)
        )


def _goes_on(state: _Day, key: tuple[str, str]) -> bool:
    """Whether a base also takes what others bring: its own errands then wait for theirs."""
    table = state.yard.problem.transfers
    return table is not None and key in set(table.iter_rows())


def _screen(state: _Day) -> None:
    """Send to a transfer only what could go on if it came as soon as it can."""
    for key, errands in sorted(state.last.items()):
        trial = run(state.yard, _job(state, key, errands), state.router, state.effort)
        going = {e.parcel.id for e in errands} - {e.parcel.id for e in behind(trial)}
        for errand in errands:
            if errand.leg == "final" and errand.parcel.id not in going:
                del state.feeds[errand.parcel.id]
                state.leave(errand.parcel, "fleet", key[0])
        state.last[key] = [e for e in errands if e.leg == "direct" or e.parcel.id in going]
    for warehouse, errand in state.feeds.values():
        state.first.setdefault((warehouse, Mode.TRUCK.value), []).append(errand)


def _release(state: _Day, firsts: list[Done]) -> None:
    """Let the last legs begin when their parcels have come, and drop those that have not."""
    ready = arrivals(firsts, state.yard.problem.handling.transfer)
    for key, errands in state.last.items():
        kept = []
        for errand in errands:
            if errand.leg == "direct":
                kept.append(errand)
            elif errand.parcel.id in ready:
                kept.append(replace(errand, release=ready[errand.parcel.id]))
        state.last[key] = kept


def _job(state: _Day, key: tuple[str, str], errands: list[Errand]) -> Job:
    day = errands[0].parcel.contents[0][0].day
    heads, known = state.heads.trips.get(key, {}), state.known.trips.get(key, {})
    return Job(day, *key, tuple(state.rigs[key]), tuple(errands), heads, known)


def _solve(state: _Day, key: tuple[str, str], errands: list[Errand]) -> Done:
    """Route one job and note what stays behind."""
    done = fill(state.yard, run(state.yard, _job(state, key, errands), state.router, state.effort))
    for errand in behind(done):
        via = {"final": key[0], "feeder": errand.place}.get(errand.leg, "")
        state.leave(errand.parcel, _bound(done, errand), via)
    return done


def _bound(done: Done, errand: Errand) -> str:
    """Return ``cold`` for goods that other vehicles of the job could not have taken."""
    some = any(not m.cold for rig in done.job.rigs for m in rig.members)
    return "cold" if errand.parcel.cold and some else "fleet"


__all__ = ["route"]
