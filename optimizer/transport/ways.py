"""Shortest ways on the damaged roads of one day, for one mode and one weight of vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import networkx as nx
import numpy as np

from graphcore.domain.supply import Mode
from graphcore.network.graphs import Travel, build, links, read_ways
from optimizer.transport.problem import Problem
from optimizer.transport.router import NO_WAY, Matrix

ANY_WEIGHT = 10**9
"""Weight of a vehicle whose weight nobody told: it takes no road with a limit."""

Node = tuple[str, int]
Reach = tuple[dict[Node, int], dict[Node, list[Node]]]


@dataclass
class Ways:
    """Ways between places by (day, mode, weight), searched when first asked for."""

    problem: Problem
    nodes: dict[str, str] = field(init=False)
    _graphs: dict[tuple[int, str, int], nx.Graph[Node]] = field(init=False, default_factory=dict)
    _found: dict[tuple[int, str, int, str], Reach] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = dict(self.problem.places.select("place", "node").iter_rows())
        self._read = read_ways(self.problem.roads)
        self._hung = links(self._read, self.problem.attach)

    def minutes(self, day: int, mode: str, gross: int, a: str, b: str) -> int:
        """Return the minutes from place ``a`` to place ``b``, `NO_WAY` if there is none."""
        if self.nodes[a] == self.nodes[b]:
            return 0
        length = self._reach(day, mode, gross, self.nodes[a])[0].get(_target(self.nodes[b], mode))
        limit = self.problem.handling.foot_minutes if mode == Mode.FOOT else None
        return NO_WAY if length is None or (limit is not None and length > limit) else int(length)

    def path(self, day: int, mode: str, gross: int, a: str, b: str) -> list[str]:
        """Return the place codes on the way, both ends included."""
        if self.nodes[a] == self.nodes[b]:
            return [self.nodes[a]]
        paths = self._reach(day, mode, gross, self.nodes[a])[1]
        return [place for place, _ in paths[_target(self.nodes[b], mode)]]

    def matrix(self, day: int, mode: str, gross: int, places: Sequence[str]) -> Matrix:
        """Return the minutes between all places."""
        rows = [[self.minutes(day, mode, gross, a, b) for b in places] for a in places]
        return np.array(rows, dtype=np.int64)

    def _graph(self, day: int, mode: str, gross: int) -> nx.Graph[Node]:
        key = (day, mode, gross)
        if key not in self._graphs:
            on = self.problem.first_on + timedelta(days=day)
            travel = Travel(gross or ANY_WEIGHT)
            self._graphs[key] = build(self._read, self._hung, Mode(mode), on, travel)
        return self._graphs[key]

    def _reach(self, day: int, mode: str, gross: int, node: str) -> Reach:
        key = (day, mode, gross, node)
        if key not in self._found:
            graph = self._graph(day, mode, gross)
            start = (node, 0)
            found = (
                nx.single_source_dijkstra(graph, start, weight="minutes")
                if start in graph
                else ({}, {})
            )
            self._found[key] = cast("Reach", found)
        return self._found[key]


def _target(node: str, mode: str) -> Node:
    """Return where a way ends: a flight has taken its one flight then."""
    return node, int(mode == Mode.HELICOPTER)
