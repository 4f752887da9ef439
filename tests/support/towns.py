"""Small transport problems: a warehouse D at node d, points, roads, vehicles, all to be changed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from graphcore.domain.tables import frame
from graphcore.network.graphs import ROADS
from optimizer.transport.plan import route
from optimizer.transport.problem import Handling, Problem, Routes
from optimizer.transport.router import Effort, Rest
from optimizer.transport.tables import LOADS, PLACES, TRANSFERS, VEHICLES

Row = dict[str, object]
QUICK = Effort(iterations=200)
HANDLING = Handling(
    load={"truck": 30, "boat": 20, "helicopter": 15, "foot": 5},
    stop={"truck": 10, "boat": 10, "helicopter": 5, "foot": 0},
    tonne={"truck": 20, "boat": 30, "helicopter": 10},
    transfer=15,
)


def load(point: str = "P", units: int = 10, **other: object) -> Row:
    """Units of a good of 100 kg and 100 l each, from D."""
    row: Row = {"warehouse": "D", "point": point, "mode": "truck", "day": 0, "item": "rice",
                "units": units, "weight_g": 100_000, "volume_ml": 100_000, "worth": 1, **other}  # fmt: skip
    name = "|".join(str(row[k]) for k in ("day", "warehouse", "mode", "point", "item"))
    return {"load": name, **row}


def vehicle(name: str = "t1", **other: object) -> Row:
    """A truck of 2 t and 10 cubic metres at D."""
    return {"vehicle": name, "day": 0, "mode": "truck", "base": "D", "capacity_kg": 2000,
            "capacity_l": 10_000, "gross_kg": 4000, "start": 480, "end": 1080, "hours": 600,
            "trips": 5, "convoy": "", **other}  # fmt: skip


def place(name: str, node: str = "", **other: object) -> Row:
    """A place at a node of its own name, in small letters; always open."""
    node = node or name.lower()
    return {"place": name, "node": node, "opens": 0, "closes": 1440, "together": 1, **other}


def road(a: str, b: str, minutes: int, state: str = "open", **other: object) -> Row:
    """A road for trucks."""
    return {"code": f"{a}-{b}", "a": a, "b": b, "minutes": minutes, "modes": ["truck"],
            "state": state, "weight_limit_kg": None, "repaired_on": "", **other}  # fmt: skip


def problem(
    loads: Sequence[Row], vehicles: Sequence[Row], places: Sequence[Row], roads: Sequence[Row],
    transfers: Mapping[str, str] | None = None, handling: Handling = HANDLING,
) -> Problem:  # fmt: skip
    """Put rows into a problem."""
    changes = [{"transfer": t, "mode": m} for t, m in (transfers or {}).items()]
    return Problem(
        frame(LOADS, list(loads)), frame(VEHICLES, list(vehicles)), frame(PLACES, list(places)),
        frame(ROADS, list(roads)), date(2026, 7, 1), handling, frame(TRANSFERS, changes),  # type: ignore[arg-type]
    )  # fmt: skip


def one(
    loads: Row | None = None, truck: Row | None = None, point: Row | None = None,
    way: Row | None = None,
) -> Problem:  # fmt: skip
    """One load, one truck, one point, one road of 60 minutes."""
    return problem([loads or load()], [truck or vehicle()], [place("D"), point or place("P")],
                   [way or road("d", "p", 60)])  # fmt: skip


def routed(of: Problem) -> Routes:
    """Route with little effort."""
    return route(of, QUICK)


def arrived(routes: Routes) -> int:
    """Units that reach their points."""
    return int(routes.drops.filter(pl.col("leg") != "feeder")["units"].sum())


def reasons(routes: Routes) -> dict[str, int]:
    """Units left, by reason."""
    return dict(
        routes.left.group_by("reason").agg(pl.col("units").sum()).sort("reason").iter_rows()
    )


def random_problem(seed: int, points: int = 6, trucks: int = 3, loads: int = 8) -> Problem:
    """A random road net, a third of it damaged, with windows, convoys, boats and a transfer."""
    rng = random.Random(seed)
    names = [f"P{k}" for k in range(points)]
    nodes = ["d", "q", *(n.lower() for n in names)]
    roads = []
    for k, a in enumerate(nodes[1:], 1):
        for b in rng.sample(nodes[:k], min(k, 2)):
            modes = rng.choice([["truck"], ["truck"], ["truck", "boat"], ["boat"]])
            state = rng.choice(["open", "open", "limited", "cut"])
            roads.append(road(b, a, rng.randint(5, 90), state, modes=modes,
                              weight_limit_kg=rng.choice([3000, 5000, None])))  # fmt: skip
    places = [place("D", closes=rng.choice([700, 1440])), place("Q", closes=900)]
    places += [place(n, opens=rng.choice([0, 600]), closes=rng.choice([800, 1100, 1440]),
                     together=rng.choice([1, 1, 1, 2])) for n in names]  # fmt: skip
    fleet = [_truck(rng, k) for k in range(trucks)]
    fleet = [row | {"cold": k % 2 == 0} for k, row in enumerate(fleet)]
    fleet.append(vehicle("b1", mode="boat", base="Q", capacity_kg=500, capacity_l=900))
    rows = {}
    for k in range(loads):
        row = load(rng.choice(names), rng.randint(1, 60), item=rng.choice(["rice", "tent"]),
                   mode=rng.choice(["truck", "truck", "truck", "boat"]), worth=rng.choice([1, 100]),
                   weight_g=rng.randint(1, 90) * 1000, volume_ml=rng.randint(1, 200) * 1000)  # fmt: skip
        rows[str(row["load"])] = row if k else {**row, "mode": "truck"}
    return problem([{**r, "load": f"{k:02d}", "cold": k % 4 == 3} for k, r in enumerate(rows.values())], fleet, places,
                   roads, {"Q": "boat"}, _handling(rng))  # fmt: skip


def _truck(rng: random.Random, k: int) -> Row:
    size: Any = rng.choice([(1500, 2500), (2000, 4000), (5000, 9000)])
    return vehicle(
        f"t{k}", capacity_kg=size[0], gross_kg=size[1], capacity_l=rng.choice([3000, 9000]),
        start=rng.choice([420, 480]), hours=rng.choice([300, 600]), trips=rng.randint(1, 4),
        convoy=rng.choice(["", "", "c"]),
    )  # fmt: skip


def _handling(rng: random.Random) -> Handling:
    rest = rng.choice([Rest(), Rest(60, 20), Rest(240, 20)])
    return Handling(HANDLING.load, HANDLING.stop, HANDLING.tonne, HANDLING.transfer, rest)


def by_water(**boat: object) -> Problem:
    """D reaches the jetty Q by road, P lies beyond the water."""
    craft = vehicle("b1", mode="boat", base="Q", capacity_kg=500, **boat)
    return problem([load(mode="boat")], [vehicle(), craft], [place("D"), place("Q"), place("P")],
                   [road("d", "q", 40), road("q", "p", 25, modes=["boat"])], {"Q": "boat"})  # fmt: skip
