"""Surviving ways of every scenario from a road table and the roads that each loses."""

from __future__ import annotations

import networkx as nx
import polars as pl

from graphcore.domain.tables import Schema, frame
from optimizer.restock.tables import WAYS

ROADS: Schema = {"road": pl.String(), "a": pl.String(), "b": pl.String(), "minutes": pl.Int64()}
"""Both ways; places are site and township codes, and any crossings between them."""
LOST: Schema = {"scenario": pl.String(), "road": pl.String()}

Edge = tuple[str, str]


def surviving(
    roads: pl.DataFrame, lost: pl.DataFrame, sites: list[str], hit: pl.DataFrame
) -> pl.DataFrame:
    """Return WAYS by the shortest surviving route.

    ``hit`` has columns scenario and township: only these pairs are looked at. A site whose shortest
    routes use none of a scenario's lost roads keeps its times, so only the others are searched anew.
    """
    whole = _graph(roads)
    ends = {road: _edge(a, b) for road, a, b, _ in roads.select(list(ROADS)).iter_rows()}
    plain = {site: _times(whole, site) for site in sorted(sites)}
    by_scenario = {
        str(s): sorted(part["township"].unique().to_list())
        for (s,), part in hit.group_by("scenario", maintain_order=True)
    }
    rows: list[dict[str, object]] = []
    for scenario in sorted(by_scenario):
        gone = set(lost.filter(scenario=scenario)["road"].to_list())
        edges = {ends[road] for road in gone if road in ends}
        graph = _graph(roads.filter(~pl.col("road").is_in(list(gone)))) if gone else whole
        for site, (minutes, used) in plain.items():
            times = minutes if used.isdisjoint(edges) else _times(graph, site)[0]
            rows += [
                {"scenario": scenario, "site": site, "township": t, "minutes": times[t]}
                for t in by_scenario[scenario] if t in times
            ]  # fmt: skip
    return frame(WAYS, rows)


def _edge(a: str, b: str) -> Edge:
    return (a, b) if a <= b else (b, a)


def _graph(roads: pl.DataFrame) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    for a, b, minutes in roads.sort("minutes", "road").select("a", "b", "minutes").iter_rows():
        if not graph.has_edge(a, b):  # of parallel roads the quickest
            graph.add_edge(a, b, minutes=minutes)
    return graph


def _times(graph: nx.Graph[str], site: str) -> tuple[dict[str, int], set[Edge]]:
    """Return minutes to every place in reach, and the roads that shortest routes use."""
    if site not in graph:
        return {site: 0}, set()
    before, minutes = nx.dijkstra_predecessor_and_distance(graph, site, weight="minutes")
    used = {_edge(place, prior) for place, priors in before.items() for prior in priors}
    return {place: int(time) for place, time in minutes.items()}, used
