"""Roads: every leg follows ways that are open that day to that vehicle, in their minutes."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from graphcore.domain.supply import Mode
from graphcore.domain.text import say
from graphcore.network.graphs import Travel, Way, links, read_ways
from optimizer.rules.case import Violation
from optimizer.transport.rules.case import Case, Row, broken

Edge = tuple[str, str]
Roads = dict[Edge, int]


def open_roads(case: Case) -> list[Violation]:
    """No leg uses a closed way, and none is faster than its ways."""
    read = read_ways(case.problem.roads)
    hung = _hung(case, read)
    found = []
    known: dict[tuple[str, int, int], Roads] = {}
    for key, trip in case.trips.items():
        vehicle = case.vehicles.get(key[:2])
        if vehicle is None:
            continue  # `shifts` says so
        kind = (vehicle["mode"], vehicle["gross_kg"], key[1])
        if kind not in known:
            known[kind] = _open(case, read, *_weight(vehicle), key[1])
        found += [
            broken(
                "open_roads",
                key[0],
                say("从{a}到{b}的路线不通或时间不符。", a=a["place"], b=b["place"]),
            )
            for a, b in pairwise(trip)
            if not _leg(case, vehicle["mode"], known[kind], hung, a, b)
        ]
    return found


def _weight(vehicle: Row) -> tuple[str, int]:
    return vehicle["mode"], vehicle["gross_kg"] or 10**9


def _open(case: Case, read: list[Way], mode: str, gross: int, day: int) -> Roads:
    on = case.problem.first_on + timedelta(days=day)
    found: Roads = {}
    for way in read:
        if way.carries(Mode(mode), on, Travel(gross)):
            for edge in ((way.a, way.b), (way.b, way.a)):
                found[edge] = min(way.minutes, found.get(edge, way.minutes))
    return found


def _hung(case: Case, read: list[Way]) -> Roads:
    found: Roads = {}
    for node, parent, minutes in links(read, case.problem.attach):
        for edge in ((node, parent), (parent, node)):
            found[edge] = min(minutes, found.get(edge, minutes))
    return found


def _leg(case: Case, mode: str, ways: Roads, hung: Roads, a: Row, b: Row) -> bool:
    start, end = (case.places[x["place"]]["node"] for x in (a, b))
    path = b["path"]
    if not path or path[0] != start or path[-1] != end:
        return False
    edges = list(pairwise(path))
    if not all(e in ways or e in hung for e in edges):
        return False
    least = sum(min(m for m in (ways.get(e), hung.get(e)) if m is not None) for e in edges)
    flights = sum(e in ways for e in edges)
    if mode == Mode.HELICOPTER and start != end and flights != 1:
        return False
    limit = case.problem.handling.foot_minutes
    too_far = mode == Mode.FOOT and limit is not None and b["minutes"] > limit
    return bool(b["minutes"] >= least) and not too_far
