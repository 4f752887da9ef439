"""Rosters over real data: made, judged, approved, given out, reported on; verified at every step."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from api.cli.rosterwords import roster_words
from api.usecases.context import Context
from api.usecases.roster.approve import approve_roster
from api.usecases.roster.explain import Question, explain_roster
from api.usecases.roster.export import export_roster
from api.usecases.roster.make import RosterOptions, make_roster
from api.usecases.roster.progress import report_progress
from api.usecases.roster.view import RosterView, roster_view
from api.usecases.verify import verify
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, NotFound, StalePlan, WrongState
from graphcore.domain.forces import Progress
from tests.support.plans import nodes
from tests.support.walked import FLOOD_DAY, dispatcher, officer

OPTIONS = RosterOptions(first_on=FLOOD_DAY, seed=3)


@pytest.fixture
def drafted(planned: Context) -> tuple[Context, str]:
    """The district with a plan in force and a draft roster."""
    return planned, make_roster(planned, dispatcher(), OPTIONS)


@pytest.fixture
def rostered(drafted: tuple[Context, str]) -> tuple[Context, RosterView]:
    """The district with an approved roster."""
    ctx, key = drafted
    approve_roster(ctx, officer(), key)
    return ctx, roster_view(ctx, dispatcher(), key)


def rules(ctx: Context) -> set[str]:
    """What verify finds, by rule."""
    return {f.rule for f in verify(ctx, dispatcher())}


def change(ctx: Context, label: str, **row: Any) -> None:
    """Change one node behind the product's back."""
    ctx.store.write(ctx.district, lambda unit: unit.update(label, pl.DataFrame([row])))


def test_a_roster_sends_people_to_tasks_of_the_plan(drafted: tuple[Context, str]) -> None:
    ctx, key = drafted
    view = roster_view(ctx, dispatcher(), key)
    assert view.roster["state"] == "draft"
    assert {g["outcome"] for g in view.goals} == {"proven"}
    kinds = set(view.tasks.filter(pl.col("plan") == view.roster["plan"])["kind"])
    assert {"unload", "visit"} <= kinds
    assert view.going.height > 20
    derived = view.tasks.filter(pl.col("plan") != "")
    assert derived["cites"].str.contains("示例").all()
    assert rules(ctx) == set()


def test_the_same_data_and_seed_give_the_same_roster(planned: Context) -> None:
    columns = ["volunteer", "slot", "day_on", "shift", "minutes"]
    first, second = (
        roster_view(planned, dispatcher(), make_roster(planned, dispatcher(), OPTIONS))
        for _ in range(2)
    )
    assert first.orders.select(columns).equals(second.orders.select(columns))
    assert second.roster["number"] == first.roster["number"] + 1


def test_only_a_named_officer_approves(drafted: tuple[Context, str]) -> None:
    ctx, key = drafted
    with pytest.raises(Forbidden):
        approve_roster(ctx, dispatcher(), key)
    approve_roster(ctx, officer("officer-9"), key)
    row = roster_view(ctx, dispatcher()).roster
    assert (row["state"], row["approved_by"]) == ("approved", "officer-9")
    with pytest.raises(WrongState):
        approve_roster(ctx, officer(), key)
    assert rules(ctx) == set()


def test_a_draft_made_before_somebody_dropped_out_is_not_approved(
    drafted: tuple[Context, str],
) -> None:
    ctx, key = drafted
    who = roster_view(ctx, dispatcher(), key).going["volunteer"][0]
    change(ctx, "Volunteer", id=who, readiness="absent")
    with pytest.raises(StalePlan):
        approve_roster(ctx, officer(), key)


def test_the_next_roster_takes_the_place_of_the_last(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, old = rostered
    new = approve_roster(ctx, officer(), make_roster(ctx, dispatcher(), OPTIONS))
    states = dict(nodes(ctx, "Roster").select("id", "state").iter_rows())
    assert states == {old.roster["id"]: "superseded", new: "approved"}
    assert rules(ctx) == set()


def test_of_two_drafts_the_second_to_be_approved_is_stale(planned: Context) -> None:
    first, second = (make_roster(planned, dispatcher(), OPTIONS) for _ in range(2))
    approve_roster(planned, officer(), first)
    with pytest.raises(StalePlan):
        approve_roster(planned, officer(), second)


def test_who_confirmed_stays_and_who_declined_is_not_asked_again(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    yes, no = view.going.filter(~pl.col("claim") & ~pl.col("cut_off")).unique(
        "volunteer", maintain_order=True).head(2).iter_rows(named=True)  # fmt: skip
    report_progress(ctx, dispatcher(), yes["id"], Progress.CONFIRMED)
    report_progress(ctx, dispatcher(), no["id"], Progress.DECLINED)
    again = roster_view(ctx, dispatcher(), make_roster(ctx, dispatcher(), OPTIONS)).orders
    kept = again.filter((pl.col("volunteer") == yes["volunteer"]) & (pl.col("slot") == yes["slot"]))
    assert kept["claim"].to_list() == [True]
    same = (pl.col("volunteer") == no["volunteer"]) & (pl.col("day_on") == no["day_on"])
    assert again.filter(same & (pl.col("shift") == no["shift"])).is_empty()


@pytest.mark.parametrize(
    ("steps", "fits"),
    [
        (["confirmed", "arrived", "done"], True), (["arrived", "done"], True),
        (["missed", "arrived", "done"], True), (["done"], False), (["declined", "arrived"], False),
        (["arrived", "declined"], False), (["confirmed", "confirmed"], False),
    ],
)  # fmt: skip
def test_progress_follows_its_order(
    rostered: tuple[Context, RosterView], steps: list[str], fits: bool
) -> None:
    ctx, view = rostered
    order = view.going.filter(~pl.col("cut_off"))["id"][0]
    *first, last = (Progress(s) for s in steps)
    for step in first:
        report_progress(ctx, dispatcher(), order, step)
    if fits:
        report_progress(ctx, dispatcher(), order, last)
        assert rules(ctx) == set()
    else:
        with pytest.raises(WrongState):
            report_progress(ctx, dispatcher(), order, last)


def test_a_draft_gives_no_orders(drafted: tuple[Context, str]) -> None:
    ctx, key = drafted
    order = roster_view(ctx, dispatcher(), key).going["id"][0]
    with pytest.raises(WrongState):
        report_progress(ctx, dispatcher(), order, Progress.ARRIVED)


def test_a_coordinator_sees_and_reports_the_own_organisations_people_only(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    own, other = view.going["organization"].unique().sort().to_list()[:2]
    actor = Actor("coordinator", frozenset({Role.ORGANIZATION}), ctx.district, own)
    seen = roster_view(ctx, actor)
    assert set(seen.orders["organization"]) == {own}
    assert set(seen.volunteers["organization"]) == {own}
    assert seen.openings.is_empty()
    theirs = view.going.filter(pl.col("organization") == other)["id"][0]
    with pytest.raises(NotFound):
        report_progress(ctx, actor, theirs, Progress.ARRIVED)
    report_progress(ctx, actor, seen.going["id"][0], Progress.ARRIVED)


def test_a_coordinator_of_nobody_sees_nobody(rostered: tuple[Context, RosterView]) -> None:
    ctx, _ = rostered
    actor = Actor("stray", frozenset({Role.ORGANIZATION}), ctx.district)
    seen = roster_view(ctx, actor)
    assert seen.orders.is_empty()
    assert seen.volunteers.is_empty()


def test_a_township_sees_who_comes_there(rostered: tuple[Context, RosterView]) -> None:
    ctx, view = rostered
    town = view.going["township"].unique().sort()[0]
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), town[:9])
    seen = roster_view(ctx, clerk)
    assert set(seen.orders["township"]) == {town}
    assert seen.orders.height < view.orders.height


def test_names_leave_on_the_own_organisations_sheet_only_and_that_is_an_event(
    rostered: tuple[Context, RosterView], tmp_path: Path
) -> None:
    ctx, view = rostered
    path = export_roster(ctx, dispatcher(), "", tmp_path / "roster.xlsx", roster_words())
    book = openpyxl.load_workbook(path)
    orders = [s for s in book if s.title.startswith("派遣单")]
    arrivals = [s for s in book if s.title.startswith("到岗表")]
    assert len(orders) == view.going["organization"].n_unique()
    assert len(arrivals) == view.going["township"].n_unique()
    named = [row[6].value for s in orders for row in s.iter_rows(min_row=3)]
    masked = [row[5].value for s in arrivals for row in s.iter_rows(min_row=3)]
    assert len(named) == len(masked) == view.going.height
    assert all("*" in str(name) for name in masked)
    assert not any("*" in str(name) for name in named)
    with pytest.raises(Forbidden):
        export_roster(ctx, officer(), "", tmp_path / "x.xlsx", roster_words())
    assert nodes(ctx, "Event")["type"].to_list().count("roster.exported") == 1


def test_every_opening_is_explained(rostered: tuple[Context, RosterView]) -> None:
    ctx, view = rostered
    for task in view.openings["task"].unique().sort().head(5):
        story = explain_roster(ctx, dispatcher(), Question(task))
        text = "".join(str(s) for section in story.sections for s in section.sentences)
        assert "还缺" in text


def test_somebody_who_is_not_sent_is_told_which_rule_stands_in_the_way(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    slot = view.slots.filter(pl.col("certificate") == "first_aid_card").row(0, named=True)
    plain = view.volunteers.filter(
        (pl.col("certificates").list.len() == 0) & (pl.col("readiness") == "ready")
    )["id"][0]
    story = explain_roster(ctx, dispatcher(), Question(plain, slot["task"]))
    told = [(str(row[0]), str(row[1])) for s in story.sections for row in s.rows]
    assert ("证书", "不符合") in told
    assert {rule for rule, _ in told} >= {
        "技能",
        "证书",
        "成年",
        "路途",
        "班次",
        "同一时间",
        "休息",
        "工时",
    }


def test_nobody_is_named_in_a_story(rostered: tuple[Context, RosterView]) -> None:
    ctx, view = rostered
    who = view.going["volunteer"][0]
    record = ctx.store.read(lambda unit: unit.nodes("PersonalRecord", [who])).row(0, named=True)
    name = str(ctx.vault.open(who, record["wrapped_key"], record["ciphertext"])["name"])
    story = explain_roster(ctx, dispatcher(), Question(who))
    assert name not in str(story)


@pytest.mark.parametrize(("shift", "found"), [(-1, True), (0, False)])
def test_verify_finds_a_certificate_that_ran_out_the_day_before(
    rostered: tuple[Context, RosterView], shift: int, found: bool
) -> None:
    ctx, view = rostered
    order = view.going.filter(~pl.col("claim")).row(0, named=True)
    mates = view.going.filter(pl.col("slot") == order["slot"])
    day = date.fromisoformat(order["day_on"])
    change(ctx, "Slot", id=order["slot"], certificate="diver")
    for who in mates["volunteer"]:
        last = (day + timedelta(days=shift)).isoformat()
        change(ctx, "Volunteer", id=who, certificates=[f"diver={last}"])
    assert ("roster.able" in rules(ctx)) is found


def test_verify_finds_somebody_sent_to_two_places_at_once(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    first = view.going.row(0, named=True)
    same = view.going.filter(
        (pl.col("begins_at") == first["begins_at"]) & (pl.col("volunteer") != first["volunteer"])
    ).row(0, named=True)
    change(ctx, "Assignment", id=same["id"], volunteer=first["volunteer"])
    assert "roster.twice" in rules(ctx)


def test_verify_finds_somebody_left_alone_in_a_cut_off_place(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    order = view.going.row(0, named=True)
    mates = view.going.filter(
        (pl.col("place") == order["place"]) & (pl.col("begins_at") == order["begins_at"])
    )["id"].to_list()
    for key in mates:
        change(ctx, "Assignment", id=key, cut_off=True)
    assert len(mates) > 1
    assert "roster.alone" not in rules(ctx)
    for key in mates[1:]:
        report_progress(ctx, dispatcher(), key, Progress.DECLINED)
    assert "roster.alone" in rules(ctx)


def test_verify_finds_progress_that_nobody_recorded(rostered: tuple[Context, RosterView]) -> None:
    ctx, view = rostered
    change(ctx, "Assignment", id=view.going["id"][0], progress="done")
    assert "roster.signed" in rules(ctx)


def test_verify_judges_a_stored_roster_by_every_rule(
    rostered: tuple[Context, RosterView],
) -> None:
    ctx, view = rostered
    change(ctx, "Assignment", id=view.going["id"][0], hours=1)
    assert any(r.startswith("roster.rules.") for r in rules(ctx))


def test_without_volunteers_there_is_no_roster(planned: Context) -> None:
    keys = nodes(planned, "Volunteer")["id"].to_list()
    planned.store.write(planned.district, lambda unit: unit.delete("Volunteer", keys))
    with pytest.raises(NotFound):
        make_roster(planned, dispatcher(), OPTIONS)
