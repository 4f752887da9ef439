"""Options for one new need, asked of a small district with a plan in force."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.planning.changes import ChangeKind, Told, state_change
from api.usecases.replanning.asked import Question, Shelf, options
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound
from tests.support.plans import in_force, lines, nodes
from tests.support.walked import dispatcher


def served(ctx: Context) -> dict[str, object]:
    """The first firm line of the plan in force."""
    return lines(ctx, str(in_force(ctx)["id"]), "firm").sort("id").row(0, named=True)


def test_a_new_need_of_a_household_has_ranked_options_with_effects(planned: Context) -> None:
    shelf = Shelf()
    people = nodes(planned, "Need").filter(pl.col("item") == "medicine_kit")["subject"].sort()
    every = [
        options(planned, dispatcher(), Question("medicine_kit", 2, household=home), shelf)
        for home in people if home.startswith("H-")
    ]  # fmt: skip
    found = max(every, key=len)
    assert found
    assert all(o.met <= 2 for o in found)
    requests = [o.request for o in found]
    assert requests == sorted(requests)
    best = found[0]
    assert {"survival_floor", "weighted_coverage"} <= {g.name for g in best.goals}
    assert any(g.bound is not None for g in best.goals)


def test_nothing_is_written_and_the_index_is_kept_until_something_is(planned: Context) -> None:
    shelf, row = Shelf(), served(planned)
    asked = Question(str(row["item"]), 1, household=str(row["subject"]))
    before = nodes(planned, "Event").height
    first = options(planned, dispatcher(), asked, shelf)
    index = shelf.index
    assert options(planned, dispatcher(), asked, shelf) == first
    assert shelf.index is index
    assert nodes(planned, "Event").height == before
    lot = nodes(planned, "StockLot").filter(pl.col("id") == row["lot"])["code"][0]
    state_change(planned, dispatcher(), Told(ChangeKind.LOT_LOST, lot))
    options(planned, dispatcher(), asked, shelf)
    assert shelf.index is not index


def test_a_village_without_any_need_yet_is_reached_too(planned: Context) -> None:
    known = set(nodes(planned, "Need")["point"])
    rest = [v for v in nodes(planned, "Village")["code"].to_list() if v not in known]
    quiet = rest[0] if rest else sorted(known)[0]
    found = options(planned, dispatcher(), Question("帐篷", 1, point=quiet))
    assert all(o.met == 1 for o in found)


def test_what_cannot_be_asked_is_refused(planned: Context) -> None:
    with pytest.raises(NotFound):
        options(planned, dispatcher(), Question("没有的物资", 1, point="x"))
    with pytest.raises(NotFound):
        options(planned, dispatcher(), Question("帐篷", 1, point="没有的村"))
    with pytest.raises(NotFound):
        options(planned, dispatcher(), Question("帐篷", 1, household="没有的户"))
    with pytest.raises(InputError):
        options(planned, dispatcher(), Question("帐篷", 0, point="x"))
    with pytest.raises(InputError):
        options(planned, dispatcher(), Question("帐篷", 1, point="x", day=30))
    with pytest.raises(Forbidden):
        options(planned, Actor("p", frozenset({Role.PLATFORM}), ""), Question("帐篷", 1))


def test_before_any_plan_there_is_nothing_to_ask(ctx: Context) -> None:
    with pytest.raises(NotFound):
        options(ctx, dispatcher(), Question("帐篷", 1, point="x"))
