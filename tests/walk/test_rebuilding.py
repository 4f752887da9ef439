"""Rebuilding over the graph: a case a house, milestones, the subsidy, the frost list."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from api.usecases.audits.tasks import Wanted, findings, run_audits
from api.usecases.cases.lists import cases
from api.usecases.cases.propose import propose
from api.usecases.context import Context
from api.usecases.rebuild.houses import before_frost, houses, open_cases
from api.usecases.rebuild.progress import choose_route, record, stay
from graphcore.casework.rebuilding import SEQUENCE, Proof
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, WrongState
from graphcore.domain.rebuilding import Milestone, Route
from tests.support.walked import dispatcher
from tests.support.winters import county

PAPERS = SEQUENCE[Route.SELF_BUILD][:6]


@pytest.fixture
def opened(ctx: Context) -> Context:
    propose(ctx, dispatcher(), on=date(2026, 7, 2))
    assert open_cases(ctx, dispatcher()) > 0
    return ctx


def one(ctx: Context, damage: str = "collapsed") -> dict[str, str]:
    rows = houses(ctx, dispatcher()).filter(pl.col("damage") == damage)
    return dict(rows.row(0, named=True))


def through(ctx: Context, rebuild: str, steps: tuple[Milestone, ...]) -> str:
    told = ""
    for what in steps:
        proof = Proof(date(2026, 8, 1), "记录1号", ("ZP-1",))
        told = record(ctx, county(ctx), rebuild, what, proof).aid_case or told
    return told


def test_each_damaged_house_gets_one_case(opened: Context) -> None:
    rows = houses(opened, dispatcher())
    assert set(rows["damage"]) == {"collapsed", "severe"}
    assert rows["rebuild"].is_unique().all()
    assert open_cases(opened, dispatcher()) == 0


def test_the_countys_approval_approves_the_subsidy_and_moving_in_ends_the_cold(
    opened: Context,
) -> None:
    mine = one(opened)
    case = through(opened, mine["rebuild"], PAPERS)
    row = cases(opened, dispatcher(), benefit="rebuilding").filter(pl.col("id") == case)
    assert row["state"].to_list() == ["approved"]
    assert mine["household"] in before_frost(opened, dispatcher())["household"]
    through(opened, mine["rebuild"], SEQUENCE[Route.SELF_BUILD][6:])
    assert mine["household"] not in before_frost(opened, dispatcher())["household"]


def test_the_raised_route_raises_the_subsidy(opened: Context) -> None:
    mine = one(opened)
    before = cases(opened, dispatcher(), benefit="rebuilding").filter(
        pl.col("household") == mine["household"]
    ).row(0, named=True)  # fmt: skip
    choose_route(opened, county(opened), mine["rebuild"], Route.RAISED, "无力自建")
    through(opened, mine["rebuild"], PAPERS)
    after = cases(opened, dispatcher()).filter(pl.col("id") == before["id"]).row(0, named=True)
    most = max(1500, before["raised_permille"])
    assert after["amount_fen"] == before["amount_fen"] * most // before["raised_permille"]


def test_public_housing_comes_without_a_subsidy_and_its_route_is_fixed_by_approval(
    opened: Context,
) -> None:
    mine = one(opened)
    choose_route(opened, county(opened), mine["rebuild"], Route.PUBLIC_HOUSING, "无力自建")
    assert through(opened, mine["rebuild"], PAPERS) == ""
    with pytest.raises(WrongState):
        choose_route(opened, county(opened), mine["rebuild"], Route.SELF_BUILD, "改主意")
    through(opened, mine["rebuild"], (Milestone.ALLOTTED, Milestone.MOVED_IN))


def test_a_warm_place_to_stay_takes_a_household_off_the_list(opened: Context) -> None:
    mine = one(opened)
    stay(opened, county(opened), mine["rebuild"], "租房", date(2027, 6, 30))
    assert mine["household"] not in before_frost(opened, dispatcher())["household"]


def test_a_township_records_progress_at_home_and_approves_nothing(opened: Context) -> None:
    mine = one(opened)
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), mine["township"])
    proof = Proof(date(2026, 8, 1), "记录1号", ("ZP-1",))
    for what in PAPERS[:-1]:
        record(opened, clerk, mine["rebuild"], what, proof)
    with pytest.raises(Forbidden):
        record(opened, clerk, mine["rebuild"], Milestone.APPROVED, proof)
    other = next(
        r for r in houses(opened, dispatcher()).to_dicts() if r["township"] != mine["township"]
    )
    with pytest.raises(Forbidden):
        record(opened, clerk, other["rebuild"], Milestone.ASSESSED, proof)
    assert set(houses(opened, clerk)["township"]) == {mine["township"]}


def test_nobody_is_cold_in_july_who_is_in_september(opened: Context) -> None:
    run_audits(opened, dispatcher())
    assert findings(opened, dispatcher(), Wanted(rule="rebuild.frost")) == []
