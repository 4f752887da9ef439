"""Options for one new need, carried out: the plan keeps every rule, and the goals are as foretold."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.tables import LINES, NEEDS, SHORTFALLS, frame
from optimizer.check import check
from optimizer.problem import Problem, Solution
from optimizer.replan.options import Ask, Desk, Option
from optimizer.replan.published import prepare
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.districts import districts

CALM = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def asked(problem: Problem, row: int, quantity: int, tier: int) -> Ask:
    """A need like one that is there, of other people."""
    like = problem.needs.row(row % problem.needs.height, named=True)
    return Ask(
        like["point"], like["township"], like["item"], like["basic"], quantity, like["day"],
        like["daily"], like["survival"], tier, 1500, tuple(like["groups"]),
    )  # fmt: skip


def carried_out(
    problem: Problem, plan: Solution, desk: Desk, ask: Ask, option: Option
) -> tuple[Problem, Solution]:
    """The problem with the need in it, and the plan with the option done."""
    mine = {
        "need": "N-new", "subject": "H-new", "anonymous": False, "point": ask.point,
        "township": ask.township, "item": ask.item, "basic": ask.basic, "day": ask.day,
        "daily": ask.daily, "quantity": ask.quantity, "survival": ask.survival, "tier": ask.tier,
        "weight": ask.weight, "groups": list(ask.groups),
    }  # fmt: skip
    needs = pl.concat([problem.needs, frame(NEEDS, [mine])])
    lines, shorts = plan.lines.to_dicts(), plan.shortfalls.to_dicts()
    kid = dict(desk.old.lines.select("line", "kid").iter_rows())
    for taken in option.taken:
        left = taken.units
        for line in lines:
            same = (line["lot"], line["point"], line["state"], line["swap"]) == (
                option.lot, taken.point, "firm", "",
            )  # fmt: skip
            if (
                left
                and same
                and kid[line["line"]] == taken.kid
                and ((line["warehouse"], line["mode"], line["day"]) == taken.van)
            ):
                units = min(left, line["quantity"])
                line["quantity"] -= units
                line["covers"] -= units
                left -= units
                shorts.append(short(line, units, f"SF-{line['line']}"))
        assert left == 0
    line = {
        "line": "A-new", "lot": option.lot, "item": option.item, "warehouse": option.warehouse,
        "township": ask.township, "point": ask.point, "subject": "H-new", "need": "N-new",
        "day": option.day, "due_day": ask.day, "quantity": option.units, "mode": option.mode,
        "state": "request" if option.request else "firm", "reason": "survival_floor",
        "need_item": ask.item, "covers": option.met, "swap": option.swap,
    }  # fmt: skip
    lines.append(line)
    lacking = ask.quantity - (0 if option.request else option.met)
    if lacking:
        shorts.append(short(line, lacking, "SF-new"))
    place = {step.name: step.number for step in desk.board.steps}
    goals = tuple(
        GoalResult(place[g.name], g.name, g.after, g.bound or 0.0, Outcome.BOUNDED, g.unit)
        for g in option.goals
    )
    done = Solution(
        frame(LINES, [r for r in lines if r["quantity"]]), frame(SHORTFALLS, shorts),
        plan.left_out, goals, by_clock=False,
    )  # fmt: skip
    return replace(problem, needs=needs), done


def short(line: dict[str, object], units: int, name: str) -> dict[str, object]:
    """A shortfall of what a line served."""
    same = {c: line[c] for c in ("need", "subject", "township", "point")}
    same["item"] = line["need_item"]
    return {"shortfall": name, **same, "day": line["due_day"], "quantity": units, "tier": 1,
            "reason": "priority", "detail": "{}"}  # fmt: skip


@CALM
@given(districts(), st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([1, 2]))
def test_an_option_that_is_carried_out_does_what_it_says(
    problem: Problem, row: int, quantity: int, tier: int
) -> None:
    problem = validate(problem)
    assume(problem.needs.height)
    plan = solve(problem)
    desk = Desk(prepare(problem, plan))
    ask = asked(problem, row, quantity, tier)
    known = {g.name for g in plan.goals}
    for option in desk.options(ask)[:6]:
        told, done = carried_out(problem, plan, desk, ask, option)
        assert {g.name for g in option.goals} <= known
        assert [(v.rule, v.ref, str(v.what)) for v in check(validate(told), done)] == []
        for goal in option.goals:
            if goal.bound is not None:
                assert goal.after <= goal.bound + 1e-6, goal


@settings(CALM, max_examples=6)
@given(districts(), st.integers(0, 10_000), st.integers(1, 8))
def test_no_plan_for_the_new_need_passes_the_first_bound(
    problem: Problem, row: int, quantity: int
) -> None:
    problem = validate(problem)
    assume(problem.needs.height)
    plan = solve(problem)
    desk = Desk(prepare(problem, plan))
    ask = asked(problem, row, quantity, 1)
    options = desk.options(ask)
    assume(options and options[0].goals[0].bound is not None)
    told, _ = carried_out(problem, plan, desk, ask, options[0])
    best = solve(told)
    if best.goals[0].name == options[0].goals[0].name:
        assert best.goals[0].value <= options[0].goals[0].bound + 1e-6  # type: ignore[operator]


@settings(CALM, max_examples=5)
@given(districts(), st.integers(0, 10_000), st.integers(1, 8))
def test_nobody_of_the_same_rank_is_asked_to_wait(
    problem: Problem, row: int, quantity: int
) -> None:
    problem = validate(problem)
    assume(problem.needs.height)
    desk = Desk(prepare(problem, solve(problem), None))
    ask = asked(problem, row, quantity, 1)
    rank = (not ask.survival, ask.tier, -ask.weight)
    kinds = {r["kid"]: r for r in desk.board.kinds.to_dicts()}
    for option in desk.options(ask):
        for taken in option.taken:
            kind = kinds[taken.kid]
            assert (not kind["survival"], kind["tier"], -kind["weight"]) > rank
