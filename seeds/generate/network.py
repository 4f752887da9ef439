"""Roads: a connected net of townships and villages, and the villages that the flood cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import polars as pl

from graphcore.domain.supply import Mode, RoadState
from seeds.generate import frames
from seeds.generate.hazard import Flood
from seeds.generate.moments import on
from seeds.generate.places import Map

BEND = 1.45  # road kilometres for each straight kilometre in hills
KMH = {"main": 38.0, "village": 24.0, Mode.BOAT: 16.0, Mode.HELICOPTER: 160.0}
_LIMITS = (5_000, 8_000, 10_000)  # kg; light trucks pass all of them
_LONGEST_WALK = 170  # minutes one way; the rulebook's limit is 180
_FLIGHT_OVERHEAD, _BOAT_OVERHEAD = 12, 15  # minutes to load and start

# A cut-off group: how it can still be reached, how many villages it has.
GROUPS: tuple[tuple[str, int], ...] = (
    ("boat", 2), ("foot", 1), ("helicopter", 1), ("tomorrow", 1), ("none", 1),
)  # fmt: skip
_HIT_FOR_EACH = 60  # hit villages for each further round of such groups

Node = str
Road = dict[str, object]


@dataclass(frozen=True)
class Network:
    """``roads``: the form's frame; ``cut``: village, group (number), reach (see GROUPS)."""

    roads: pl.DataFrame
    cut: pl.DataFrame


@dataclass(frozen=True)
class _Spots:
    """Where every place lies, in kilometres."""

    at: dict[Node, tuple[float, float]]

    def km(self, a: Node, b: Node) -> float:
        (ax, ay), (bx, by) = self.at[a], self.at[b]
        return float(np.hypot(ax - bx, ay - by))

    def minutes(self, a: Node, b: Node, kmh: float, bend: float = BEND) -> int:
        return max(2, round(self.km(a, b) * bend / kmh * 60))

    def nearest(self, node: Node, others: Sequence[Node]) -> Node:
        return min(others, key=lambda o: (self.km(node, o), o))


def make_network(
    rng: np.random.Generator, places: Map, flood: Flood, stores: Sequence[str]
) -> Network:
    """Return the roads after the flood.

    Args:
        rng: randomness.
        places: the map.
        flood: which villages were hit, and how hard.
        stores: townships with a warehouse; boats, carriers and aircraft start there.
    """
    table = pl.concat([places.townships.select("code", "x", "y"),
                       places.villages.select("code", "x", "y")])  # fmt: skip
    spots = _Spots({code: (x, y) for code, x, y in table.iter_rows()})
    cut = _choose_cut(flood, spots, stores[0])
    roads = [
        *_main_roads(rng, places, spots),
        *_village_roads(rng, flood, spots, set(cut["village"])),
        *_cut_roads(cut, spots),
        *_other_ways(cut, spots, stores),
    ]
    numbered = [{"code": f"R{i:04d}", **road} for i, road in enumerate(roads, start=1)]
    return Network(frames.rows("roads", numbered), cut)


def _road(a: Node, b: Node, minutes: int, modes: Sequence[str] = ("truck",)) -> Road:
    return {"a": a, "b": b, "minutes": minutes, "modes": list(modes), "state": RoadState.OPEN.value}


def _choose_cut(flood: Flood, spots: _Spots, depot: str) -> pl.DataFrame:
    """Pick remote, hard-hit villages, a township each, and their neighbours for larger groups."""
    rounds = 1 + flood.hit.height // _HIT_FOR_EACH
    far = [
        (spots.km(code, home) * (0.3 + hazard), code, home)
        for code, home, hazard in flood.hit.select("code", "township", "hazard").iter_rows()
        if home != depot
    ]
    taken: dict[str, tuple[int, str]] = {}
    homes: set[str] = set()
    for number, (reach, size) in enumerate(GROUPS * rounds):
        free = sorted(x for x in far if x[1] not in taken and x[2] not in homes)
        if not free:
            homes = set()
            free = sorted(x for x in far if x[1] not in taken)
        if len(free) < 2:  # noqa: PLR2004 -- the last village stays reachable
            break
        _, first, home = free[-1]
        homes.add(home)
        near = sorted((spots.km(first, c), c) for _, c, h in free if h == home)
        for _, code in near[:size]:
            taken[code] = (number, reach)
    rows = [(code, number, reach) for code, (number, reach) in sorted(taken.items())]
    return pl.DataFrame(rows, schema=["village", "group", "reach"], orient="row")


def _main_roads(rng: np.random.Generator, places: Map, spots: _Spots) -> Iterator[Road]:
    """A spanning tree of the townships that stays open, and shorter links of which some are cut."""
    seats = places.townships["code"].to_list()
    full: nx.Graph[str] = nx.Graph()
    full.add_weighted_edges_from(
        (a, b, spots.km(a, b)) for i, a in enumerate(seats) for b in seats[i + 1 :]
    )
    tree = {tuple(sorted(e)) for e in nx.minimum_spanning_edges(full, data=False)}
    near = {
        tuple(sorted((a, b)))
        for a in seats
        for b in sorted(seats, key=lambda o, a=a: (spots.km(a, o), o))[1:4]  # type: ignore[misc]
    }
    for a, b in sorted(tree | near):
        road = _road(a, b, spots.minutes(a, b, KMH["main"]))
        yield road if (a, b) in tree else _flooded(rng, road, cut=0.25, limited=0.2)


def _village_roads(
    rng: np.random.Generator, flood: Flood, spots: _Spots, cut: set[str]
) -> Iterator[Road]:
    """A spanning tree of each township's seat and villages, those cut off left out."""
    for (home,), here in flood.villages.group_by(["township"], maintain_order=True):
        nodes = [str(home), *(c for c in here["code"] if c not in cut)]
        full: nx.Graph[str] = nx.Graph()
        full.add_nodes_from(nodes)
        full.add_weighted_edges_from(
            (a, b, spots.km(a, b) * (1.0 if str(home) in (a, b) else 1.25))
            for i, a in enumerate(nodes)
            for b in nodes[i + 1 :]
        )
        for a, b in sorted(tuple(sorted(e)) for e in nx.minimum_spanning_edges(full, data=False)):
            road = _road(a, b, spots.minutes(a, b, KMH["village"]))
            yield _flooded(rng, road, cut=0.0, limited=0.12)


def _flooded(rng: np.random.Generator, road: Road, *, cut: float, limited: float) -> Road:
    draw = rng.random()
    if draw < cut:
        repaired = on(int(rng.integers(1, 7))) if rng.random() < 0.7 else ""  # noqa: PLR2004
        return {**road, "state": RoadState.CUT.value, "repaired_on": repaired}
    if draw < cut + limited:
        limit = int(rng.choice(_LIMITS))
        return {**road, "state": RoadState.LIMITED.value, "weight_limit_kg": limit}
    return road


def _cut_roads(cut: pl.DataFrame, spots: _Spots) -> Iterator[Road]:
    """Roads inside each cut-off group, and its way out, which is cut."""
    opens = {"boat": on(5), "foot": on(4), "helicopter": "", "tomorrow": on(1), "none": on(6)}
    for (_,), group in cut.group_by(["group"], maintain_order=True):
        first, *rest = group["village"].to_list()
        for village in rest:
            yield _road(first, village, spots.minutes(first, village, KMH["village"]))
        out = _road(_seat(first), first, spots.minutes(_seat(first), first, KMH["village"]))
        repaired = opens[group["reach"][0]]
        yield {**out, "state": RoadState.CUT.value, "repaired_on": repaired}


def _other_ways(cut: pl.DataFrame, spots: _Spots, stores: Sequence[str]) -> Iterator[Road]:
    """Boats and carriers from the nearest warehouse that keeps them, flights from the depot."""
    for village, _, reach in cut.iter_rows():
        near = spots.nearest(village, stores)
        if reach == "boat":
            minutes = spots.minutes(near, village, KMH[Mode.BOAT], 1.2) + _BOAT_OVERHEAD
            yield _road(near, village, minutes, (Mode.BOAT.value,))
        elif reach == "foot":  # carriers are driven to the break and walk on
            minutes = min(_LONGEST_WALK, 60 + round(spots.km(near, village) * 8))
            yield _road(near, village, minutes, (Mode.FOOT.value,))
        elif reach == "helicopter":
            minutes = spots.minutes(stores[0], village, KMH[Mode.HELICOPTER], 1.0)
            yield _road(stores[0], village, minutes + _FLIGHT_OVERHEAD, (Mode.HELICOPTER.value,))


def _seat(village: str) -> str:
    return village[:9] + "000"
