"""Plans looked into: compared, re-planned for a reason, contradictions, odd numbers, prices."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from api.usecases.accept_request import accept_request
from api.usecases.compare import compare
from api.usecases.context import Context
from api.usecases.contradictions import contradictions
from api.usecases.explain_case import explain
from api.usecases.fairness import as_dict, fairness
from api.usecases.make_plan import make_plan
from api.usecases.relief import Relief, relief
from api.usecases.replan_why import replan_why
from api.usecases.show import plan_view
from api.usecases.story import Story
from graphcore.domain.errors import InputError, RowsRefused
from graphcore.domain.text import say
from optimizer.whatif import Effect
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.walked import dispatcher
from tests.walk.conftest import OPTIONS


def text(story: Story) -> str:
    return "\n".join(str(s) for section in story.sections for s in section.sentences)


def whys(ctx: Context) -> set[str]:
    return {w.code for w in replan_why(ctx, dispatcher(), plan_view(ctx, dispatcher()))}


def test_a_plan_compared_with_itself_says_that_nothing_differs(planned: Context) -> None:
    said = text(compare(planned, dispatcher(), "1", "1"))
    assert "0 户得到更多，0 户得到更少" in said
    assert "两个计划在各目标上相同" in said


def test_households_counted_as_losing_are_those_whose_lines_shrank(planned: Context) -> None:
    make_plan(planned, dispatcher(), replace(OPTIONS, goals=("cost",)))
    old, new = (plan_view(planned, dispatcher(), n) for n in ("1", "2"))
    served = [
        v.lines.filter(pl.col("state") == "firm").group_by("subject", "need", "due_day").agg(
            pl.col("covers").sum()) for v in (old, new)
    ]  # fmt: skip
    both = served[0].join(served[1], on=["subject", "need", "due_day"], how="left", suffix="_new")
    less = both.filter(pl.col("covers_new").fill_null(0) < pl.col("covers"))
    story = compare(planned, dispatcher(), "1", "2")
    rows = next(s.rows for s in story.sections if str(s.heading) == "各乡镇")
    losing = sum(int(str(lost)) + int(str(mixed)) for _, _, lost, mixed in rows)
    assert losing == less["subject"].n_unique() > 0
    assert "开始分出高下：后一计划较好" in text(story)  # cost comes first in its order


def test_nothing_speaks_for_a_new_plan_on_unchanged_data(planned: Context) -> None:
    assert whys(planned) == set()


def test_a_refused_request_opens_a_new_plan(planned: Context) -> None:
    row = lines(planned, str(in_force(planned)["id"]), "request").sort("id").row(0, named=True)
    accept_request(planned, dispatcher(), str(row["id"]), accepted=False, reason="另有安排")
    assert whys(planned) == {"refused"}


@pytest.mark.parametrize(("due", "late"), [("2026-07-01", False), ("2026-06-30", True)])
def test_an_overdue_pledge_leaves_the_plan_and_opens_a_new_one(
    planned: Context, due: str, late: bool
) -> None:
    plan = str(in_force(planned)["id"])
    used = lines(planned, plan, "firm")["lot"].unique()
    lots = nodes(planned, "StockLot").filter(
        pl.col("id").is_in(used.implode()) & (pl.col("donation") != "")
    )
    lot = lots.sort("id").row(0, named=True)
    change(planned, "Donation", id=lot["donation"], received_on="")
    change(planned, "StockLot", id=lot["id"], arrives_on=due)
    assert ("overdue" in whys(planned)) is late
    make_plan(planned, dispatcher(), OPTIONS)
    again = lines(planned, str(in_force(planned)["id"]))
    assert (lot["id"] in set(again["lot"])) is not late
    assert faults(planned) == set()


def test_changed_data_open_a_new_plan(planned: Context) -> None:
    lot = nodes(planned, "StockLot").sort("id")["id"][0]
    change(planned, "StockLot", id=lot, on_hand=10_000)
    assert "data" in whys(planned)


def test_a_donors_condition_that_nobody_can_meet_is_named_with_its_set(ctx: Context) -> None:
    gift = nodes(ctx, "Donation").filter(pl.col("kind") == "goods").sort("id")["id"][0]
    change(ctx, "Donation", id=gift, only_townships=["000000000000"], only_groups=[],
           redirect_consent=False)  # fmt: skip
    lot = nodes(ctx, "StockLot").filter(pl.col("donation") == gift).row(0, named=True)
    said = text(contradictions(ctx, dispatcher()))
    assert f"批次 {lot['code']} 只限 000000000000" in said
    assert "去掉或放宽其中任何一条" in said


def test_a_floor_is_tested_before_it_is_asked_for(ctx: Context) -> None:
    town = nodes(ctx, "Township")["code"].sort()[0]
    assert "至少 100000 件" in text(contradictions(ctx, dispatcher(), [f"water:{town}:100000"]))
    with pytest.raises(InputError):
        contradictions(ctx, dispatcher(), ["water"])


def test_units_mixed_up_are_caught_with_row_and_suggestion(ctx: Context) -> None:
    fleet = nodes(ctx, "Fleet").filter(pl.col("mode") == "truck").sort("id")["id"][0]
    change(ctx, "Fleet", id=fleet, capacity_kg=5)
    with pytest.raises(RowsRefused) as refused:
        make_plan(ctx, dispatcher(), OPTIONS)
    (problem,) = refused.value.problems
    assert problem.row > 1
    assert problem.sheet
    assert "5000 千克" in str(problem.what)
    assert nodes(ctx, "Plan").is_empty()
    assert make_plan(ctx, dispatcher(), replace(OPTIONS, as_is=True))


def test_a_line_tells_what_else_its_goods_and_its_need_could_have_had(planned: Context) -> None:
    key = str(lines(planned, str(in_force(planned)["id"]), "firm").sort("id")["id"][0])
    headings = [str(s.heading) for s in explain(planned, dispatcher(), key).sections]
    assert headings[0] == "为什么这样安排"
    assert "这户为什么不用别的批次（逐一调换，其他不动）" in headings


def test_the_price_of_fairness_is_that_of_the_plans_own_goals(planned: Context) -> None:
    before = nodes(planned, "Event").height
    price = fairness(planned, dispatcher())
    bound = {g["name"]: g["bound"] for g in plan_view(planned, dispatcher()).goals}
    assert price.all.points[0].coverage == pytest.approx(bound["weighted_coverage"], abs=1e-6)
    assert as_dict(price)["moved"] is False
    assert nodes(planned, "Event").height == before


def measure(cost: int | None, gained: int, full: int = 0) -> Relief:
    return Relief(say("措施"), Effect(1, full, gained, 0, ()), by_clock=False, cost_fen=cost)


def test_measures_are_ranked_by_cost_for_each_household_that_gains() -> None:
    free, cheap, dear = measure(0, 1), measure(1000, 10), measure(1000, 5)
    unknown, idle = measure(None, 100), measure(0, 0)
    ranked = sorted([idle, unknown, dear, cheap, free], key=lambda r: r.rank)
    assert ranked[:3] == [free, cheap, dear]
    assert cheap.per_household_fen == 100
    assert unknown.per_household_fen is None


def test_what_is_bought_costs_as_far_as_it_is_used(planned: Context) -> None:
    bought = [r for r in relief(planned, dispatcher(), most=8) if str(r.what).startswith("为")]
    assert bought
    for r in bought:
        assert r.cost_fen
        assert sum(n for _, n in r.effect.places) == r.effect.gained
