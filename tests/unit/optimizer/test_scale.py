"""Counties and items side by side, with workers that are objects of this process."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import ProblemInvalid, SettingsError, SolverError
from graphcore.domain.tables import NEEDS, empty
from optimizer.blocks import columns
from optimizer.check import check
from optimizer.classes import classify
from optimizer.order import USUAL, Aims
from optimizer.problem import Limits, Problem, Solution
from optimizer.scale import solver
from optimizer.scale.cluster import Place
from optimizer.scale.counties import County, gather, merged
from optimizer.scale.part import Part, Report
from optimizer.scale.solve import (
    Together,
    divisible,
    solve_at,
    solve_counties,
    solve_side_by_side,
)
from optimizer.scale.workers import MOST_LOSSES, Here, Parts, map_over
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.provinces import cut, province

BLOCKS = Limits(work=100_000_000, simplex_columns=0)


@cache
def small(seed: int = 1) -> Problem:
    return province(seed, households=120, townships=4, warehouses=2, items=3, days=1)


@cache
def in_two_parts() -> Solution:
    return solve_side_by_side(Here(2), small(), BLOCKS)


@cache
def in_counties() -> Together:
    counties = [County(name, needs) for name, needs in cut(small().needs, 2)]
    return solve_counties(Here(2), small(), counties, BLOCKS)


class Losing(Here):
    """Loses a worker right before its n-th call of a kind."""

    def __init__(self, workers: int, worker: int, call: int, kind: str = "tell") -> None:
        super().__init__(workers)
        self._who, self._left, self._kind = worker, call, kind

    def send(self, worker: int, method: str, *given: object) -> object:
        if worker == self._who and method == self._kind:
            self._left -= 1
            if self._left == 0:
                self.lose(worker)
        return super().send(worker, method, *given)


def same(one: Solution, two: Solution) -> bool:
    tables = ("lines", "shortfalls", "left_out")
    return one.goals == two.goals and all(
        getattr(one, name).equals(getattr(two, name)) for name in tables
    )


@pytest.mark.parametrize("workers", [1, 3])
def test_the_plan_is_the_same_whatever_the_number_of_workers(workers: int) -> None:
    assert same(in_two_parts(), solve_side_by_side(Here(workers), small(), BLOCKS))


@pytest.fixture
def few_columns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Begin with two sends of each pool; return what parts took in on the way, call by call."""
    in_two_parts()  # kept for all tests, so never made under these numbers
    monkeypatch.setattr(columns, "FEW", 0)
    monkeypatch.setattr(columns, "EACH", 1)
    monkeypatch.setattr(solver, "MANY", 1.0)
    taken = list[int]()
    real = Part.take_in

    def counted(part: Part, mu: float) -> tuple[Report, int]:
        report, fresh = real(part, mu)
        taken.append(fresh)
        return report, fresh

    monkeypatch.setattr(Part, "take_in", counted)
    return taken


def test_parts_take_in_missing_columns_on_the_way(few_columns: list[int]) -> None:
    part, whole = solve_side_by_side(Here(2), small(), BLOCKS), in_two_parts()
    assert sum(few_columns) > 0
    assert max(part.gaps.values()) <= 3e-5
    for one, other in zip(part.goals[:4], whole.goals[:4], strict=True):
        assert one.bound == pytest.approx(other.bound, rel=1e-4, abs=1e-4)
    assert not check(small(), part)


@pytest.mark.parametrize("call", [40, 200])
def test_a_worker_lost_after_columns_were_taken_in_changes_nothing(
    few_columns: list[int], call: int
) -> None:
    whole = solve_side_by_side(Here(2), small(), BLOCKS)
    assert same(whole, solve_side_by_side(Losing(2, 1, call), small(), BLOCKS))
    assert sum(few_columns) > 0


@settings(max_examples=2, deadline=None)
@given(worker=st.integers(0, 1), call=st.integers(1, 300))
def test_a_lost_worker_costs_its_own_parts_only(worker: int, call: int) -> None:
    problem = small()
    counties = [County(name, needs) for name, needs in cut(problem.needs, 2)]
    engine = Losing(2, worker, call)
    made = solve_counties(engine, problem, counties, BLOCKS)
    assert made.goals == in_counties().goals
    assert made.rebuilt == (2, 1)[worker]  # of three items, dealt to two workers


def test_a_county_whose_worker_is_lost_is_done_again() -> None:
    problem = small()
    counties = [County(name, needs) for name, needs in cut(problem.needs, 2)]
    made = solve_counties(Losing(2, 0, 1, "run"), problem, counties, BLOCKS)
    assert made.goals == in_counties().goals
    pairs = zip(made.counties, in_counties().counties, strict=True)
    assert all(a.lines.equals(b.lines) for a, b in pairs)  # type: ignore[union-attr,arg-type]


class Short(Here):
    """Loses its worker at every call."""

    def send(self, worker: int, method: str, *given: object) -> object:
        self.lose(worker)
        return super().send(worker, method, *given)


def test_workers_that_keep_getting_lost_end_the_solve() -> None:
    with pytest.raises(SolverError, match=str(MOST_LOSSES)):
        Parts(Short(), len, ["a"])
    with pytest.raises(SolverError, match=str(MOST_LOSSES)):
        map_over(Short(), len, ["a"])


def test_the_judge_finds_nothing_and_gaps_are_certified() -> None:
    plan = in_two_parts()
    assert check(small(), plan) == []
    assert plan.gaps
    assert max(plan.gaps.values()) <= 1e-3


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_parts_reach_what_one_piece_reaches(seed: int) -> None:
    problem = small(seed)
    one, two = solve(problem, BLOCKS), solve_side_by_side(Here(2), problem, BLOCKS)
    assert check(problem, two) == []
    for a, b in zip(one.goals, two.goals, strict=True):
        assert a.name == b.name
        assert b.bound == pytest.approx(a.bound, rel=1e-4, abs=1e-4)
        if a.number == 1:  # the floors below it are quanta of a concave program's plan
            break


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), counties=st.integers(1, 6))
def test_the_classes_of_counties_are_the_classes_of_the_whole(seed: int, counties: int) -> None:
    problem = validate(small(seed))
    bare = replace(problem, needs=empty(NEEDS))
    told = [gather((County(name, rows), bare)) for name, rows in cut(problem.needs, counties)]
    together, whole = merged(told[::-1]).classes, classify(problem)
    for name in ("classes", "zones", "points", "ways", "lots", "groups", "limits"):
        assert getattr(together, name).equals(getattr(whole, name)), name


def test_files_of_counties_give_the_plan_of_their_frames(tmp_path: object) -> None:
    problem = small()
    files = []
    for county in [County(name, needs) for name, needs in cut(problem.needs, 2)]:
        path = f"{tmp_path}/{county.name}.arrow"
        assert isinstance(county.needs, pl.DataFrame)
        county.needs.write_ipc(path)
        files.append(County(county.name, path, str(tmp_path)))
    two = solve_counties(Here(), problem, files, BLOCKS)
    for a, b in zip(in_counties().counties, two.counties, strict=True):
        assert pl.read_ipc(b.lines).equals(a.lines)  # type: ignore[arg-type]
        assert pl.read_ipc(b.shortfalls).equals(a.shortfalls)  # type: ignore[arg-type]


def test_line_ids_of_like_counties_differ() -> None:
    lines = in_two_parts().lines
    assert not lines["line"].is_duplicated().any()


def test_a_point_in_two_counties_is_refused_by_name() -> None:
    problem = small()
    (_, needs), *_ = cut(problem.needs, 2)
    other = needs.with_columns(need=pl.col("need") + "x")
    with pytest.raises(ProblemInvalid, match=str(needs["point"].min())):
        solve_counties(Here(), problem, [County("A", needs), County("B", other)], BLOCKS)


def test_what_counties_cannot_be_cut_for_is_not_divided() -> None:
    problem = small()
    some = in_two_parts().lines.head(1)
    floor = pl.DataFrame({"floor": ["f"]})
    assert divisible(problem, USUAL)
    assert divisible(replace(problem, pinned=some.clear()), USUAL)
    assert not divisible(replace(problem, pinned=some), USUAL)
    assert not divisible(replace(problem, floors=floor), USUAL)
    assert not divisible(problem, Aims(USUAL.order, some))


def test_a_small_problem_needs_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert same(solve_at(Place(2), small(), BLOCKS), solve(small(), BLOCKS))
    monkeypatch.setattr("optimizer.scale.solve.WORTH", small().needs.height)
    with pytest.raises(SettingsError):
        solve_at(Place(2), small(), BLOCKS)
