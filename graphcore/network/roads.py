"""Ways from warehouses to delivery points, and who is cut off.

Travel times are shortest paths (Dijkstra) over the road table, by mode and by day: a cut road opens
on the day named for its repair. One search a warehouse place, mode and day of change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import networkx as nx
import polars as pl

from graphcore.domain.supply import Mode
from graphcore.domain.tables import ACCESS, Schema
from graphcore.network.graphs import (
    ATTACH,
    ROADS,
    Travel,
    build,
    change_days,
    links,
    read_ways,
    travel_of,
)

_S = pl.String()
WAREHOUSES: Schema = {"warehouse": _S, "node": _S}
POINTS: Schema = {"point": _S, "node": _S}
CLUSTERS: Schema = {"point": _S, "node": _S, "cluster": _S}

_UNLIMITED = Travel()
_CARRYING = tuple(mode for mode in Mode if mode is not Mode.TRANSFER)


def ways(
    roads: pl.DataFrame,
    warehouses: pl.DataFrame,
    points: pl.DataFrame,
    *,
    first_on: date,
    days: int,
    attach: pl.DataFrame | None = None,
    travel: Travel = _UNLIMITED,
) -> pl.DataFrame:
    """Return ACCESS: for each (warehouse, point, mode) the first day open and the minutes then.

    Args:
        roads: ROADS.
        warehouses: WAREHOUSES, each at a place code.
        points: POINTS, each at a place code (village, shelter, township).
        first_on: calendar day of day 0.
        days: horizon; ways that open later are no ways.
        attach: ATTACH, for places that no road names.
        travel: what may use limited roads, how far people carry.
    """
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    read = read_ways(roads)
    hung = links(read, attach)
    at_node = _points_by_node(points)
    for offset in change_days(read, first_on, days):
        day = first_on + timedelta(days=offset)
        for mode in _CARRYING:
            graph = build(read, hung, mode, day, travel)
            times = _times(graph, warehouses, mode, travel)
            for warehouse, reach in times.items():
                for node, minutes in reach.items():
                    for point in at_node.get(node, ()):
                        found.setdefault((warehouse, point, mode.value), (minutes, offset))
    rows = [(*key, *value) for key, value in found.items()]
    return pl.DataFrame(rows, schema=dict(ACCESS), orient="row").sort("warehouse", "point", "mode")


def cut_off(
    roads: pl.DataFrame,
    warehouses: pl.DataFrame,
    points: pl.DataFrame,
    *,
    first_on: date,
    attach: pl.DataFrame | None = None,
    travel: Travel = _UNLIMITED,
) -> frozenset[str]:
    """Return the points that no truck reaches on day 0 from any warehouse (see `ways`)."""
    reached = ways(
        roads, warehouses, points, first_on=first_on, days=1, attach=attach, travel=travel
    )
    by_truck = set(reached.filter(pl.col("mode") == Mode.TRUCK.value)["point"].to_list())
    return frozenset(points["point"].to_list()) - by_truck


def clusters(
    roads: pl.DataFrame,
    points: pl.DataFrame,
    cut: frozenset[str],
    *,
    first_on: date,
    attach: pl.DataFrame | None = None,
    travel: Travel = _UNLIMITED,
    townships: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Return CLUSTERS: cut-off points that trucks still join to each other share a cluster.

    A cluster's id is the least of its points, so it is stable and names a place; a point that
    stands alone is its own cluster. With ``townships`` (point → code) none crosses a border.
    """
    read = read_ways(roads)
    graph = build(read, links(read, attach), Mode.TRUCK, first_on, travel)
    off = points.filter(pl.col("point").is_in(sorted(cut))).sort("point")
    part = {
        node: number
        for number, nodes in enumerate(nx.connected_components(graph))
        for node, _ in nodes
    }
    least: dict[tuple[object, str], str] = {}
    rows = []
    for point, node in off.select("point", "node").iter_rows():
        border = (townships or {}).get(point, "")
        rows.append((point, node, least.setdefault((part.get(node, node), border), point)))
    return pl.DataFrame(rows, schema=dict(CLUSTERS), orient="row")


def _points_by_node(points: pl.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for point, node in points.select("point", "node").sort("point").iter_rows():
        found.setdefault(node, []).append(point)
    return found


def _times(
    graph: nx.Graph[tuple[str, int]], warehouses: pl.DataFrame, mode: Mode, travel: Travel
) -> dict[str, dict[str, int]]:
    """Return minutes by warehouse and place; warehouses at one place share a search."""
    limit = travel.foot_minutes if mode is Mode.FOOT else None
    by_node: dict[str, dict[str, int]] = {}
    found: dict[str, dict[str, int]] = {}
    for warehouse, node in warehouses.select("warehouse", "node").sort("warehouse").iter_rows():
        if node not in by_node:
            by_node[node] = _reach(graph, node, mode, limit)
        found[warehouse] = by_node[node]
    return found


def _reach(
    graph: nx.Graph[tuple[str, int]], node: str, mode: Mode, limit: int | None
) -> dict[str, int]:
    """Return minutes to each place; a truck reaches its own place also where no road is known."""
    here = {node: 0} if mode is Mode.TRUCK else {}
    if (node, 0) not in graph:
        return here
    lengths = nx.single_source_dijkstra_path_length(graph, (node, 0), cutoff=limit,
                                                    weight="minutes")  # fmt: skip
    layer = int(mode is Mode.HELICOPTER)
    return {place: int(m) for (place, taken), m in lengths.items() if taken == layer}


__all__ = ["ATTACH", "CLUSTERS", "POINTS", "ROADS", "WAREHOUSES", "Travel", "clusters", "cut_off",
           "travel_of", "ways"]  # fmt: skip
