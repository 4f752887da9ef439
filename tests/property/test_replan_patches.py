"""On random districts with random changes: a patched plan keeps every rule, and what it promised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimizer.check import check
from optimizer.keep import published as loads
from optimizer.order import ORDINARY, Aims
from optimizer.problem import Problem
from optimizer.replan.keyed import among
from optimizer.replan.patch import Patch, Rebuild, between, broad
from optimizer.replan.published import Published, prepare
from optimizer.replan.solve import Answer, Reach, Rebuilt, answers
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.districts import districts

CALM = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHANGES = ("road", "opened", "lot_lost", "lot_less", "lot_more", "late", "vans", "report", "gone",
           "broad")  # fmt: skip


def published(problem: Problem) -> Published:
    """The problem solved and made ready."""
    assume(problem.needs.height)
    problem = validate(problem)
    return prepare(problem, solve(problem))


def changed(problem: Problem, what: str, seed: int) -> Problem:
    """The problem with one thing changed, as the world changes it."""
    assume(problem.needs.height)
    rng = np.random.default_rng(seed)
    lots, access, needs = problem.lots, problem.access, problem.needs
    lot = str(rng.choice(lots["lot"].to_numpy()))
    mine = pl.col("lot") == lot
    point = str(rng.choice(needs["point"].to_numpy()))
    store = str(rng.choice(lots["warehouse"].to_numpy()))
    here = (pl.col("warehouse") == store) & (pl.col("point") == point)
    way = {"warehouse": store, "point": point, "mode": "truck", "minutes": 17, "from_day": 0}
    some = (pl.col("point") == point) & (pl.col("item") == needs["item"][0])
    made = {
        "road": lambda: replace(problem, access=access.filter(~here)),
        "opened": lambda: replace(
            problem, access=pl.concat([access.filter(~here), pl.DataFrame([way], access.schema)])
        ),
        "lot_lost": lambda: replace(problem, lots=lots.filter(~mine)),
        "lot_less": lambda: replace(problem, lots=times(lots, mine, 0.3)),
        "lot_more": lambda: replace(problem, lots=times(lots, mine, 3.0)),
        "late": lambda: replace(problem, lots=lots.with_columns(
            pl.when(mine).then(pl.col("arrives_day") + 1).otherwise("arrives_day"))),
        "vans": lambda: replace(problem, fleet=problem.fleet.with_columns(
            (pl.col("capacity_kg") * float(rng.choice([0.5, 2.0]))).cast(pl.Int64))),
        "report": lambda: replace(problem, needs=times(needs, some, 2.0)),
        "gone": lambda: replace(problem, needs=needs.filter(~some)),
        "broad": lambda: replace(problem, access=access.filter(~here), needs=needs.with_columns(
            quantity=pl.col("quantity") + (pl.int_range(pl.len()) % 3 == 0).cast(pl.Int64))),
    }  # fmt: skip
    return made[what]()


def times(table: pl.DataFrame, mine: pl.Expr, factor: float) -> pl.DataFrame:
    """Quantities of some rows, multiplied."""
    more = (pl.col("quantity") * factor).cast(pl.Int64)
    return table.with_columns(pl.when(mine).then(more).otherwise("quantity").alias("quantity"))


def answered(old: Published, new: Problem) -> list[Answer]:
    """All answers, none where the plan has to be made anew."""
    try:
        return list(answers(old, new))
    except Rebuilt:
        return []


@CALM
@given(districts(), st.sampled_from(CHANGES), st.integers(0, 1000))
def test_every_answer_keeps_every_rule_and_its_bounds(
    problem: Problem, what: str, seed: int
) -> None:
    old = published(problem)
    new = changed(old.problem, what, seed)
    assume(new.needs.height)
    for answer in answered(old, new):
        aims = Aims(ORDINARY, loads(old.lines, days=new.days))
        broken = check(validate(new), answer.solution, aims)
        assert [(v.rule, v.ref, str(v.what)) for v in broken] == [], answer.reach
        for bound in answer.bounds:
            goal = next(g for g in answer.goals if g.name == bound.goal)
            better = (
                bound.bound - goal.value if goal.unit == "coverage" else goal.value - bound.bound
            )
            assert better >= -1e-6 * max(1.0, abs(goal.value)), bound


@settings(CALM, max_examples=5)
@given(districts(), st.integers(0, 1000))
def test_a_broad_change_is_answered_with_what_is_published_held(
    problem: Problem, seed: int
) -> None:
    old = published(problem)
    new = changed(old.problem, "broad", seed)
    patch = between(old, new)
    assume(isinstance(patch, Patch))
    assert isinstance(patch, Patch)
    assert broad(patch.pairs, old)
    first = next(answers(old, new, patch=patch))
    aims = Aims(ORDINARY, loads(old.lines, days=new.days))
    assert check(validate(new), first.solution, aims) == []
    old_lines = old.lines.filter(pl.col("state") == "firm").height
    assert not old_lines or first.difference.kept_share > 0


@CALM
@given(districts())
def test_no_change_gives_the_same_plan(problem: Problem) -> None:
    old = published(problem)
    (answer,) = answers(old, old.problem)
    assert answer.reach is Reach.SAME
    assert answer.difference.empty
    assert answer.solution.lines.sort("line").equals(
        solve(old.problem).lines.sort("line"), null_equal=True
    )


@CALM
@given(districts(), st.sampled_from(CHANGES), st.integers(0, 1000))
def test_lines_that_have_left_never_change(problem: Problem, what: str, seed: int) -> None:
    old = validate(problem)
    plan = solve(old)
    left = plan.lines.filter(pl.col("state") == "firm").gather_every(3)
    gone = left.group_by("lot").agg(pl.col("quantity").sum().alias("gone"))
    lots = old.lots.join(gone, on="lot", how="left", maintain_order="left").with_columns(
        pl.col("quantity") - pl.col("gone").fill_null(0)
    ).drop("gone")  # fmt: skip
    now = replace(changed(replace(old, lots=lots), what, seed), pinned=left)
    for answer in answered(prepare(old, plan), now):
        kept = answer.solution.lines.join(left, on=left.columns, how="semi")
        assert kept.height == left.height
        used = answer.solution.lines.join(left.select("line"), on="line", how="anti")
        total = used.group_by("lot").agg(pl.col("quantity").sum().alias("used"))
        over = total.join(now.lots, on="lot").filter(pl.col("used") > pl.col("quantity"))
        assert over.is_empty()  # nothing is promised twice


@CALM
@given(districts(), st.sampled_from(CHANGES), st.integers(0, 1000))
def test_lines_of_untouched_places_stay(problem: Problem, what: str, seed: int) -> None:
    old = published(problem)
    new = changed(old.problem, what, seed)
    patch = between(old, new)
    if isinstance(patch, Rebuild):
        return
    assert isinstance(patch, Patch)
    first = next(answers(old, new, patch=patch))
    stay = old.lines.filter(~among(patch.pairs)).select(first.solution.lines.columns)
    assert stay.join(first.solution.lines, on=stay.columns, how="semi").height == stay.height


@settings(CALM, max_examples=5)
@given(districts(), st.sampled_from(CHANGES), st.integers(0, 1000))
def test_the_bounds_hold_for_a_plan_made_from_scratch(
    problem: Problem, what: str, seed: int
) -> None:
    old = published(problem)
    new = changed(old.problem, what, seed)
    assume(new.needs.height)
    best = solve(validate(new))
    for answer in answered(old, new):
        first = answer.bounds[0] if answer.bounds else None
        if first is not None and first.goal == best.goals[0].name:
            assert best.goals[0].value <= first.bound + 1e-6
