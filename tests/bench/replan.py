"""Re-plan at 100,000 households: one road, one township, one lot; and options for one new need.

``usual_s`` is the slowest of the three changes, from the change to the first plan with named
households, goals and bounds; ``floors_s`` until fairness is settled too, where others have to lend.
``*_cpu_s`` are the same in processor time of this process, for a machine that others use as well.
``broad_million_s`` is the broad change (5% of the needs and one road) at ``broad`` households, by
the clock until the last answer; None where ``broad`` is 0.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeVar

import polars as pl

from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    ITEMS,
    LOTS,
    MARKETS,
    NEVER,
    SWAPS,
    completed,
    frame,
)
from optimizer.check import check
from optimizer.keep import published
from optimizer.order import ORDINARY, Aims
from optimizer.problem import Problem
from optimizer.replan.options import Ask, Desk
from optimizer.replan.patch import Patch, between
from optimizer.replan.published import Published, prepare
from optimizer.replan.solve import Answer, Rebuilt, Wish, answers
from optimizer.solve import solve
from optimizer.validate import validate
from tests.bench.peers import district

ASKED = 40
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One change of the world: what, the problem after it, where needs may have moved."""

    name: str
    problem: Problem
    townships: Collection[str] = ()


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock and of processor time."""

    clock: float
    cpu: float


def run(
    households: int = 100_000, rounds: int = 3, compare: int = 0, broad: int = 0
) -> dict[str, object]:
    """Time the usual changes; with ``compare`` solve one of them from scratch as well."""
    problem = validate(substituted(district(households)))
    plan = solve(problem)
    old, ready = _timed(lambda: prepare(problem, plan))
    assert old.hashes.len()
    _say(f"{households} households, prepared in {ready.clock:.1f} s")
    found: dict[str, object] = {"households": households, "prepare_s": round(ready.clock, 2)}
    firsts, floors, kept, broken = [], [], [], 0
    for change in changes(old):
        seen = _measured(old, change, rounds)
        firsts.append(seen[0])
        floors.append(seen[1])
        last = seen[2]
        kept.append(last.difference.kept_share)
        aims = Aims(ORDINARY, published(old.lines, days=problem.days))
        broken += len(check(change.problem, last.solution, aims))
        found[change.name] = {
            "first_s": round(seen[0].clock, 2), "first_cpu_s": round(seen[0].cpu, 2),
            "last_s": round(seen[1].clock, 2), "last_cpu_s": round(seen[1].cpu, 2),
            "reach": last.reach.value, "moves": last.difference.moves.height,
            "kept_share": round(last.difference.kept_share, 4),
            "goals": {g.name: [g.before, g.after, g.bound] for g in last.difference.goals},
            **(_scratch(change.problem) if compare and change.name == "lot" else {}),
        }  # fmt: skip
        _say(f"{change.name}: {found[change.name]}")
    ask_ms = _options(old)
    return {
        "usual_s": round(max(t.clock for t in firsts), 2),
        "usual_cpu_s": round(max(t.cpu for t in firsts), 2),
        "floors_s": round(max(t.clock for t in floors), 2),
        "floors_cpu_s": round(max(t.cpu for t in floors), 2),
        "broad_million_s": _broad(broad) if broad else None, "options_ms": round(ask_ms, 2),
        "kept_share": round(min(kept), 4), "violations": broken, **found,
    }  # fmt: skip


def substituted(problem: Problem) -> Problem:
    """Return the district with substitutes: every third item by the next, every fourth by money."""
    goods = problem.items["item"].sort().to_list()
    pairs = [(goods[k], goods[k + 1], 1, 300, False) for k in range(0, len(goods) - 1, 3)]
    pairs += [(item, "money", 5_000, 200, True) for item in goods[::4]]
    swaps = [{"swap": f"{need}>{item}", "need_item": need, "item": item, "give": give, "of": 1,
              "most_permille": most, "market": market}
             for need, item, give, most, market in pairs]  # fmt: skip
    owed = problem.needs.filter(pl.col("item").is_in(goods[::4]))["quantity"].sum()
    store = problem.lots["warehouse"].sort()[0]
    light = pl.DataFrame([{"item": "money", "basic": "food", "weight_g": 0, "volume_ml": 0}])
    cash = problem.lots.head(1).with_columns(
        lot=pl.lit("L-money"), item=pl.lit("money"), quantity=pl.lit(int(owed) * 250),
        warehouse=pl.lit(store), arrives_day=pl.lit(0, pl.Int64),
        expires_day=pl.lit(NEVER, pl.Int64), commanded=pl.lit(value=True), hold=pl.lit("none"),
        only_townships=pl.lit([], pl.List(pl.String)), only_groups=pl.lit([], pl.List(pl.String)),
    )  # fmt: skip
    points = problem.needs["point"].unique().sort().to_list()
    ways = [{"warehouse": store, "point": p, "mode": "transfer", "minutes": 0, "from_day": 0}
            for p in points]  # fmt: skip
    vans = [{"warehouse": store, "mode": "transfer", "day": d, "capacity_kg": 0, "capacity_l": 0}
            for d in range(problem.days)]  # fmt: skip
    towns = [{"township": t, "from_day": 0} for t in problem.needs["township"].unique().sort()]
    return replace(
        problem, swaps=frame(SWAPS, swaps), markets=frame(MARKETS, towns),
        items=pl.concat([completed(problem.items, ITEMS), completed(light, ITEMS)]),
        lots=pl.concat([completed(problem.lots, LOTS), completed(cash, LOTS)]),
        access=pl.concat([completed(problem.access, ACCESS), frame(ACCESS, ways)]),
        fleet=pl.concat([completed(problem.fleet, FLEET), completed(frame(FLEET, vans), FLEET)]),
    )  # fmt: skip


def _broad(households: int) -> float:
    """Return the seconds of 5% of the needs and one road changed, to the last answer."""
    problem = validate(substituted(district(households)))
    old = prepare(problem, solve(problem))
    more = pl.when(pl.int_range(pl.len()) % 20 == 0).then(pl.col("quantity") + 1)
    needs = problem.needs.with_columns(more.otherwise("quantity").alias("quantity"))
    road = changes(old)[0].problem
    begun = time.perf_counter()
    try:
        for answer in answers(old, replace(road, needs=needs)):
            _say(f"broad {answer.reach.value}: {time.perf_counter() - begun:.1f} s")
    except Rebuilt as broad:
        plan = solve(replace(road, needs=needs))
        _say(f"broad: made anew ({broad.rebuild.why.value}), {plan.lines.height} lines")
    return round(time.perf_counter() - begun, 1)


def changes(old: Published) -> list[Change]:
    """One road cut, one township's new report, one lot lost."""
    problem, lines = old.problem, old.lines.filter(pl.col("state") == "firm")
    town = lines["township"].unique().sort()[5]
    mine = lines.filter(pl.col("township") == town)
    store = (
        mine.group_by("warehouse").agg(pl.col("quantity").sum()).sort("quantity")["warehouse"][-2]
    )
    points = mine["point"].unique().implode()
    shut = (pl.col("warehouse") == store) & pl.col("point").is_in(points)
    other = lines["township"].unique().sort()[7]
    here = (pl.col("township") == other) & (pl.col("tier") == 1)
    more = pl.when(here).then(pl.col("quantity") + 1).otherwise("quantity").alias("quantity")
    lots = lines.group_by("lot").agg(pl.col("quantity").sum()).sort("quantity", "lot")["lot"]
    lot = lots[len(lots) // 2]
    return [
        Change("road", replace(problem, access=problem.access.filter(~shut))),
        Change("township", replace(problem, needs=problem.needs.with_columns(more)), (other,)),
        Change("lot", replace(problem, lots=problem.lots.filter(pl.col("lot") != lot))),
    ]


def _measured(old: Published, change: Change, rounds: int) -> tuple[Timed, Timed, Answer]:
    firsts, lasts = [], []
    last: Answer | None = None
    for _ in range(rounds):
        begun = time.perf_counter(), time.process_time()
        patch = between(old, change.problem, change.townships or None)
        assert isinstance(patch, Patch)
        for n, answer in enumerate(answers(old, change.problem, Wish(whole=None), patch)):
            last = answer
            spent = Timed(time.perf_counter() - begun[0], time.process_time() - begun[1])
            if not n:
                firsts.append(spent)
        lasts.append(spent)
    assert last is not None
    return _middle(firsts), _middle(lasts), last


def _middle(times: list[Timed]) -> Timed:
    return Timed(median(t.clock for t in times), median(t.cpu for t in times))


def _scratch(problem: Problem) -> dict[str, object]:
    plan, spent = _timed(lambda: solve(problem))
    return {"scratch_s": round(spent.clock, 1), "scratch_cpu_s": round(spent.cpu, 1),
            "scratch": {g.name: g.value for g in plan.goals}}  # fmt: skip


def _options(old: Published) -> float:
    """Return the slowest of many questions, in milliseconds."""
    desk = Desk(old)
    rows = old.needs.gather_every(max(old.needs.height // ASKED, 1)).to_dicts()
    worst = 0.0
    for row in rows:
        ask = Ask(row["point"], row["township"], row["item"], row["basic"], 3, row["day"],
                  row["daily"], row["survival"], 1, 2000, tuple(row["groups"]))  # fmt: skip
        begun = time.perf_counter()
        desk.options(ask)
        worst = max(worst, (time.perf_counter() - begun) * 1000)
    return worst


def _timed(call: Callable[[], T]) -> tuple[T, Timed]:
    begun = time.perf_counter(), time.process_time()
    result = call()
    return result, Timed(time.perf_counter() - begun[0], time.process_time() - begun[1])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
