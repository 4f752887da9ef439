"""Five million households of 20 counties on a Ray cluster of several processes, one lost on the way.

The counties' needs are files that only the workers read. First a smaller size is planned with 1, 2
and 3 workers, and in one process: `plans_differ` counts the plans that are not the first, byte for
byte. Then the full size, where one worker's process is killed in the middle of the solve.
"""

from __future__ import annotations

import hashlib
import math
import resource
import tempfile
import time
from pathlib import Path

import polars as pl

from optimizer.problem import Limits, Problem
from optimizer.scale.cluster import Place, cluster
from optimizer.scale.counties import County
from optimizer.scale.solve import Together, solve_counties
from optimizer.scale.workers import Here
from tests.support.apart import alone
from tests.support.on_ray import Deadly
from tests.support.provinces import in_files

FEWER = (20, 40, 8, 8)  # counties, townships, warehouses, items of the compared size
LIMITS = Limits(work=100_000_000, simplex_columns=0)


def run(
    households: int = 5_000_000, counties: int = 20, townships: int = 100, warehouses: int = 10,
    items: int = 8, workers: int = 2, compare: int = 50_000, lose: int = 400, seed: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Return the size, the worst certified gap, and how many plans differ between numbers of workers."""
    places = (counties, townships, warehouses, items)
    told = alone(_compared, seed, compare, *FEWER) if compare else {}
    return {**told, **alone(_large, seed, households, workers, lose, *places)}


def _compared(
    seed: int, households: int, counties: int, townships: int, warehouses: int, items: int
) -> dict[str, object]:
    digests, seconds = [], {}
    with tempfile.TemporaryDirectory(prefix="doudi") as folder:
        shared, parts = _made(folder, seed, households, counties, townships, warehouses, items)
        for workers in (1, 2, 3):
            with cluster(Place(workers, folder=f"{folder}/ray")) as engine:
                began = time.perf_counter()
                plan = solve_counties(engine, shared, parts, LIMITS)
                seconds[f"seconds_{workers}"] = round(time.perf_counter() - began, 1)
            digests.append(_digest(plan))
        digests.append(_digest(solve_counties(Here(), shared, parts, LIMITS)))
    return {
        "plans_differ": sum(d != digests[0] for d in digests),
        "compared": households,
        **seconds,
    }


def _made(folder: str, seed: int, households: int, *places: int) -> tuple[Problem, list[County]]:
    counties, townships, warehouses, items = places
    shared, files = in_files(
        seed, folder, households=households, counties=counties, townships=townships,
        warehouses=warehouses, items=items,
    )  # fmt: skip
    return shared, [County(name, path, folder) for name, path in files]


def _digest(plan: Together) -> str:
    content = hashlib.blake2b(repr((plan.goals, plan.left_out.write_ndjson())).encode())
    for county in plan.counties:
        for path in (county.lines, county.shortfalls):
            content.update(pl.read_ipc(str(path)).write_ndjson().encode())
    return content.hexdigest()


def _large(
    seed: int, households: int, workers: int, lose: int, counties: int, townships: int,
    warehouses: int, items: int,
) -> dict[str, object]:  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="doudi") as folder:
        shared, parts = _made(folder, seed, households, counties, townships, warehouses, items)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        marks: dict[str, float] = {}
        began = time.perf_counter()

        def tell(step: str, _share: float) -> None:
            marks.setdefault(step, time.perf_counter() - began)

        with cluster(Place(workers, folder=f"{folder}/ray")) as engine:
            started = time.perf_counter() - began
            deadly = Deadly(engine, 0, lose)
            plan = solve_counties(deadly, shared, parts, LIMITS, tell)
            peaks = [engine.wait(engine.send(w, "run", eval, _PEAK)) for w in range(engine.workers)]
        seconds = time.perf_counter() - began
        return {
            "households": households, "counties": counties, "workers": workers,
            "gap": max(plan.gaps.get(g.name, math.inf) for g in plan.goals),
            "gaps": dict(plan.gaps), "rebuilt": plan.rebuilt,
            "rounds_of_calls": deadly.calls, "seconds": round(seconds, 1),
            "start_seconds": round(started, 1),
            "steps_at": {k: round(v, 1) for k, v in marks.items()},
            "goals": {g.name: [g.value, g.bound] for g in plan.goals},
            "driver_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
            "made_rss_mib": base, "worker_rss_mib": peaks,
            **_balance(shared, plan, parts), **plan.counts,
        }  # fmt: skip


_PEAK = "__import__('resource').getrusage(0).ru_maxrss >> 10"


def _balance(shared: Problem, plan: Together, parts: list[County]) -> dict[str, int]:
    """Count what does not add up, county by county: lots and vehicles overdrawn, needs over-served."""
    drawn, load, wrong, lines = [], [], 0, 0
    for county, part in zip(plan.counties, parts, strict=True):
        table, short = pl.read_ipc(str(county.lines)), pl.read_ipc(str(county.shortfalls))
        lines += table.height
        firm = table.filter(pl.col("state") == "firm")
        drawn.append(table.group_by("lot").agg(pl.col("quantity").sum()))
        load.append(
            firm.join(shared.items, on="item").group_by("warehouse", "mode", "day").agg(
                kg=(pl.col("quantity") * pl.col("weight_g")).sum() / 1000
            )
        )  # fmt: skip
        met = pl.concat([
            table.select("need", day="due_day", units="covers"),
            short.filter(pl.col("reason") != "requested").select("need", "day", units="quantity"),
        ]).group_by("need", "day").agg(pl.col("units").sum())  # fmt: skip
        needs = pl.read_ipc(str(part.needs)).select("need", "day", "quantity")
        both = needs.join(met, on=["need", "day"], how="full")
        wrong += both.filter(pl.col("quantity").ne_missing(pl.col("units"))).height
    lots = pl.concat(drawn).group_by("lot").agg(pl.col("quantity").sum())
    over = lots.join(shared.lots, on="lot").filter(pl.col("quantity") > pl.col("quantity_right"))
    keys = ["warehouse", "mode", "day"]
    vans = pl.concat(load).group_by(keys).agg(pl.col("kg").sum())
    full = vans.join(shared.fleet, on=keys).filter(pl.col("kg") > pl.col("capacity_kg") + 1e-6)
    return {"lines": lines, "not_adding_up": wrong + over.height + full.height,
            "files_mib": sum(Path(str(p.needs)).stat().st_size for p in parts) >> 20}  # fmt: skip
