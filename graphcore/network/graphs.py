"""Road tables as graphs: one for each mode and day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import networkx as nx
import polars as pl

from graphcore.domain.supply import Mode, RoadState
from graphcore.domain.tables import Schema
from graphcore.policy.rulebook import Rulebook

_S, _I = pl.String(), pl.Int64()

ROADS: Schema = {
    "code": _S,
    "a": _S,  # place code of one end; roads go both ways
    "b": _S,
    "minutes": _I,
    "modes": pl.List(pl.String()),  # Mode; none said = truck
    "state": _S,  # RoadState; none said = open
    "weight_limit_kg": _I,  # null or 0 = not said
    "repaired_on": _S,  # ISO date from which the way is open again, "" = not in sight
}
ATTACH: Schema = {"node": _S, "parent": _S, "minutes": _I}
"""Where a place hangs that no road names: a shelter at its village, a village at its township."""


@dataclass(frozen=True, slots=True)
class Travel:
    """What may travel. The defaults restrict nothing; policy's figures come from `travel_of`."""

    light_kg: int = 0  # gross weight of the lightest truck, on roads with a weight limit
    foot_minutes: int | None = None  # longest walk one way


def travel_of(rulebook: Rulebook, day: date) -> Travel:
    """Return what may travel on a day, by the rulebook.

    Raises:
        NoRuleInForce: a figure has no value on the day.
    """
    light = int(rulebook.at("network.light_truck_kg", day).value)
    return Travel(light, int(rulebook.at("network.foot_minutes", day).value))


@dataclass(frozen=True, slots=True)
class Way:
    """One row of ROADS, read."""

    a: str
    b: str
    minutes: int
    modes: tuple[str, ...]
    state: str
    limit_kg: int
    repaired_on: str

    def carries(self, mode: Mode, day: date, travel: Travel) -> bool:
        """Whether the mode may use the way on the day."""
        if mode.value not in self.modes:
            return False
        if self.state == RoadState.OPEN or self.repaired_by(day):
            return True
        light = self.limit_kg >= travel.light_kg
        return self.state == RoadState.LIMITED and (mode is not Mode.TRUCK or light)

    def repaired_by(self, day: date) -> bool:
        """Whether the day named for its repair has come."""
        return bool(self.repaired_on) and self.repaired_on <= day.isoformat()


def read_ways(roads: pl.DataFrame) -> list[Way]:
    """Return the rows of ROADS; rows without minutes tell no way and are left out."""
    rows = roads.filter(pl.col("minutes").is_not_null()).sort("code").select(list(ROADS))
    return [
        Way(a, b, minutes, tuple(modes or [Mode.TRUCK.value]), state or RoadState.OPEN.value,
            limit or 0, repaired or "")
        for _, a, b, minutes, modes, state, limit, repaired in rows.iter_rows()
    ]  # fmt: skip


def change_days(ways: list[Way], first_on: date, days: int) -> list[int]:
    """Return the offsets on which the network changes: 0 and each repair within the horizon."""
    last = (first_on + timedelta(days=days - 1)).isoformat()
    dates = {w.repaired_on for w in ways if first_on.isoformat() < w.repaired_on <= last}
    return [0, *((date.fromisoformat(d) - first_on).days for d in sorted(dates))]


def links(ways: list[Way], attach: pl.DataFrame | None) -> list[tuple[str, str, int]]:
    """Return the attachments of places that no road names; a flight is no road."""
    if attach is None:
        return []
    on_ground = [w for w in ways if set(w.modes) != {Mode.HELICOPTER.value}]
    named = {end for w in on_ground for end in (w.a, w.b)}
    rows = attach.select(list(ATTACH)).sort("node", "parent")
    return [(node, parent, minutes or 0) for node, parent, minutes in rows.iter_rows()
            if node not in named]  # fmt: skip


def build(
    ways: list[Way], hung: list[tuple[str, str, int]], mode: Mode, day: date, travel: Travel
) -> nx.Graph[tuple[str, int]]:
    """Return the mode's graph on a day over nodes (place, flights taken).

    Ground and water ways all lie in layer 0. A flight leads from layer 0 to layer 1 and no further:
    a helicopter serves the pairs that a record names, never a chain of them.
    """
    flying = mode is Mode.HELICOPTER
    graph: nx.Graph[tuple[str, int]] = nx.DiGraph() if flying else nx.Graph()
    for way in ways:
        if way.carries(mode, day, travel):
            for a, b in _ends(way, flying=flying):
                _shorten(graph, a, b, way.minutes)
    for node, parent, minutes in hung:
        for layer in (0, 1) if flying else (0,):
            _shorten(graph, (node, layer), (parent, layer), minutes)
            _shorten(graph, (parent, layer), (node, layer), minutes)
    return graph


def _ends(way: Way, *, flying: bool) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    yield (way.a, 0), (way.b, int(flying))
    if flying:
        yield (way.b, 0), (way.a, 1)


def _shorten(
    graph: nx.Graph[tuple[str, int]], a: tuple[str, int], b: tuple[str, int], minutes: int
) -> None:
    """Add an edge, or keep the shorter of two parallel ones."""
    known = graph.get_edge_data(a, b)
    if known is None or minutes < known["minutes"]:
        graph.add_edge(a, b, minutes=minutes)
