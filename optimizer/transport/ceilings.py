"""What no plan can exceed at a goal, whatever the other goals get, with the vehicles' hours in it.

A bound of the allocation holds for plans that keep the goals above; a plan of what rides keeps less
of them, and may pass it. These bounds hold for every plan that some fleet routes can bring.

Hours enter by the radial bound of vehicle routing (Haimovich and Rinnooy Kan, 1985): a trip lasts at
least as long as there and back to its farthest stop, so at least the mean of there and back over its
loads, each weighed by its share of the vehicle.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from optimizer.classes import Classes, classify
from optimizer.engines.simplex import INF, Ended, Simplex
from optimizer.flow import Flow, flow
from optimizer.goals import fairness_goals
from optimizer.lexicographic import figured
from optimizer.model import build
from optimizer.problem import Limits
from optimizer.problem import Problem as Allocation
from optimizer.surplus import split
from optimizer.transport.problem import Problem
from optimizer.transport.router import NO_WAY
from optimizer.transport.ways import Ways
from optimizer.validate import validate

_VAN = ["warehouse", "mode", "day"]


def ceilings(
    allocation: Allocation, transport: Problem, names: Iterable[str], limits: Limits
) -> dict[str, float]:
    """Return the named goals' upper bounds; 1 where the limits end the search for one.

    Args:
        allocation: the problem that plans answer.
        transport: vehicles, places and roads; its loads are not read.
        names: goals in coverage.
        limits: of the linear programs, the seed aside.
    """
    classes = classify(split(validate(allocation)))
    columns = flow(classes)
    fair = fairness_goals(classes, np.unique(columns.serves["cls"].to_numpy()))
    matrix = build(classes, columns, fair)
    simplex = Simplex(matrix.program, limits)
    _hours(simplex, classes, columns, transport)
    level = {goal.name: links for goal, links in zip(fair, matrix.link, strict=True)}
    found = {}
    for name in names:
        try:
            if name in level:
                simplex.bound_rows(level[name], 0.0)
                answer = simplex.solve(np.array([matrix.level]), np.ones(1), most=True)
                simplex.bound_rows(level[name], -INF)
            elif (goal := figured(name, classes, columns)) is not None and len(goal.which):
                answer = simplex.solve(goal.which, goal.weights, most=True)
            else:
                found[name] = 1.0
                continue
            found[name] = min(1.0, answer.objective) if answer.proven else 1.0
        except Ended:
            found[name] = 1.0
    return found


def _hours(simplex: Simplex, classes: Classes, columns: Flow, transport: Problem) -> None:
    """Add a row of minutes for each warehouse, mode and day, by weight and by volume."""
    fleet = _shifts(transport)
    sends = columns.sends.with_row_index("column").join(fleet, on=_VAN)
    if sends.is_empty():
        return
    far = _there_and_back(transport, classes, sends)
    handling = transport.handling
    load = {m: handling.load.get(m, 0) + handling.stop.get(m, 0) for m in set(sends["mode"])}
    tonne = {m: handling.tonne.get(m, 0) for m in set(sends["mode"])}
    trip = pl.col("far") + pl.col("mode").replace_strict(load, return_dtype=pl.Int64)
    unload = pl.col("mode").replace_strict(tonne, return_dtype=pl.Int64) * pl.col("weight_g") / 1e6
    each = sends.join(far, on=[*_VAN, "zone"]).with_columns(
        by_kg=pl.col("scale") * (trip * pl.col("weight_g") / (1000 * pl.col("most_kg")) + unload),
        by_l=pl.col("scale") * (trip * pl.col("volume_ml") / (1000 * pl.col("most_l")) + unload),
    )
    for _, own in each.sort(*_VAN, "column").group_by(_VAN, maintain_order=True):
        which = own["column"].to_numpy().astype(np.int64)
        for by in ("by_kg", "by_l"):
            simplex.add_row(which, own[by].to_numpy(), -INF, float(own["minutes_all"][0]))


def _shifts(transport: Problem) -> pl.DataFrame:
    """Return minutes and the largest vehicle of each warehouse, mode and day.

    Modes that also go on from a transfer are left out: others' vehicles carry for the warehouse.
    """
    onward = [] if transport.transfers is None else transport.transfers["mode"].to_list()
    minutes = pl.min_horizontal("hours", pl.col("end") - pl.col("start")).clip(0)
    return (
        transport.vehicles.filter(~pl.col("mode").is_in(onward))
        .group_by(pl.col("base").alias("warehouse"), "mode", "day")
        .agg(
            minutes.sum().alias("minutes_all"), pl.col("capacity_kg").max().alias("most_kg"),
            pl.col("capacity_l").max().alias("most_l"),
        )
    )  # fmt: skip


def _there_and_back(transport: Problem, classes: Classes, sends: pl.DataFrame) -> pl.DataFrame:
    """Return the fewest minutes there and back (``far``) by warehouse, mode, day and zone."""
    ways = Ways(transport)
    weights: dict[tuple[str, str, int], list[int]] = {}
    for base, mode, day, gross in transport.vehicles.select(
        "base", "mode", "day", "gross_kg"
    ).iter_rows():
        weights.setdefault((base, mode, day), []).append(gross)
    points = dict(classes.points.group_by("zone").agg("point").iter_rows())
    rows = []
    for store, mode, day, zone in (
        sends.select(*_VAN, "zone").unique().sort(*_VAN, "zone").iter_rows()
    ):
        far = min(
            ways.minutes(day, mode, g, store, p) + ways.minutes(day, mode, g, p, store)
            for g in sorted(set(weights[store, mode, day])) for p in points[zone]
        )  # fmt: skip
        rows.append((store, mode, day, zone, 0 if far >= NO_WAY else far))
    schema = {
        **dict.fromkeys(_VAN[:2], pl.String),
        "day": pl.Int64,
        "zone": pl.Int64,
        "far": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
