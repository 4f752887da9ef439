"""An order of goals: kept with the plan, reported, recounted; the published plan kept to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from api.usecases.context import Context
from api.usecases.make_plan import make_plan, propose
from api.usecases.planning.aims import stored_order
from api.usecases.planning.floors import stored_texts
from api.usecases.requests import request_plan
from api.usecases.show import plan_view
from graphcore.domain.errors import InputError
from graphcore.domain.event import Json
from tests.support.plans import change, faults, in_force, nodes
from tests.support.walked import dispatcher
from tests.walk.conftest import OPTIONS

ASKED = replace(OPTIONS, goals=("lateness", "weighted_coverage=2%"), give_up=("full_need=5%",))


def test_a_plan_keeps_the_order_it_was_asked_for_and_verifies(planned: Context) -> None:
    plan = make_plan(planned, dispatcher(), ASKED)
    view = plan_view(planned, dispatcher(), plan)
    assert view.aims[:4] == [
        "survival_floor", "lateness", "weighted_coverage=2%", "full_need=5%",
    ]  # fmt: skip
    places = [int(str(g["number"])) for g in view.goals]
    assert places == sorted(places)
    assert {g["name"]: g["give_up"] for g in view.goals}["weighted_coverage"] == "2%"
    assert faults(planned) == set()
    body = json.loads(nodes(planned, "Event").sort("seq")["canonical"][-1])["body"]
    assert json.loads(body["aims"]) == view.aims


def test_the_same_order_again_gives_the_same_plan(ctx: Context) -> None:
    first = propose(ctx, dispatcher(), ASKED, lambda _s, _x: None)
    order = stored_order({"aims": first.aims})
    same = replace(OPTIONS, goals=tuple(order.texts()))
    again = propose(ctx, dispatcher(), same, lambda _s, _x: None)
    assert again.lines.drop("line").equals(first.lines.drop("line"))


def test_on_unchanged_data_hardly_anything_of_the_published_plan_moves(planned: Context) -> None:
    """A plan in whole units is not quite a linear optimum, and the goals above come first."""
    plan = make_plan(planned, dispatcher(), OPTIONS)
    keep = next(g for g in plan_view(planned, dispatcher(), plan).goals if g["name"] == "keep")
    assert keep["outcome"] == "proven"
    assert float(str(keep["value"])) <= 0.01
    assert float(str(keep["bound"])) <= 0.01


def test_the_first_plan_has_nothing_to_keep_to(planned: Context) -> None:
    names = {g["name"] for g in plan_view(planned, dispatcher()).goals}
    assert "keep" not in names


def test_a_goal_that_nobody_falls_under_is_refused_before_anything_is_saved(ctx: Context) -> None:
    with pytest.raises(InputError, match="没有任何需求"):
        make_plan(ctx, dispatcher(), replace(OPTIONS, goals=("coverage:township=000000",)))
    assert nodes(ctx, "Plan").is_empty()


def test_a_tampered_order_is_found(planned: Context) -> None:
    change(planned, "Plan", id=in_force(planned)["id"], aims='["survival_floor", "cost"]')
    assert "plan.rules.goal_order" in faults(planned)


FLOORS = ("全部乡镇/瓶装水=10%",)


def test_floors_are_kept_with_the_plan_and_judged_again(planned: Context) -> None:
    make_plan(planned, dispatcher(), replace(OPTIONS, floors=FLOORS))
    row = in_force(planned)
    assert stored_texts(row) == FLOORS == tuple(plan_view(planned, dispatcher()).floors)
    assert faults(planned) == set()
    body = json.loads(nodes(planned, "Event").sort("seq")["canonical"][-1])["body"]
    assert json.loads(body["floors"]) == list(FLOORS)
    change(planned, "Plan", id=row["id"], floors=json.dumps(["全部乡镇=100%"], ensure_ascii=False))
    assert "plan.rules.floor" in faults(planned)


def test_a_floor_asked_for_over_a_queue_is_checked_before_it_queues(planned: Context) -> None:
    asked: dict[str, Json] = {"floors": ["无此乡镇=10%"]}
    with pytest.raises(InputError, match="不在名录中"):
        request_plan(planned, dispatcher(), asked, "key-000001")
    job = request_plan(planned, dispatcher(), {"floors": list(FLOORS)}, "key-000002").job
    assert job.options["floors"] == list(FLOORS)
