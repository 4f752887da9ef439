"""What the register and the roads say decides who may be sent: each rule at its bound, on a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.roster.approve import approve_roster
from api.usecases.roster.make import RosterOptions, make_roster
from api.usecases.roster.progress import report_progress
from api.usecases.roster.view import RosterView, roster_view
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import NotFound, ProblemInvalid
from graphcore.domain.forces import Progress
from graphcore.store.open import open_embedded
from tests.support.small_forces import DAY, fill_forces
from tests.support.small_world import DISTRICT, WHEAT, context, fill

pytestmark = pytest.mark.slow

VILLAGE = f"{WHEAT}200"
MAKER = Actor("maker", frozenset({Role.DISPATCHER}), DISTRICT)
OFFICER = Actor("officer", frozenset({Role.APPROVER}), DISTRICT)
NEXT_DAY = "2027-01-16"


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    """The small world with its forces; it is 16:00 in China on the day."""
    with closing(open_embedded(tmp_path / "store")) as store:
        store.migrate()
        made = context(store)
        fill(made)
        fill_forces(made)
        yield made


def change(ctx: Context, label: str, *rows: dict[str, Any]) -> None:
    """Change nodes, or add them."""
    ctx.store.write(DISTRICT, lambda unit: unit.upsert(label, pl.DataFrame(list(rows))))


def rostered(ctx: Context, days: int = 1, first_on: str = DAY) -> RosterView:
    """Make a roster; return it."""
    return roster_view(ctx, MAKER, make_roster(ctx, MAKER, RosterOptions(days, first_on)))


def sent(ctx: Context, **asked: Any) -> set[tuple[str, str]]:
    """Who is sent to which task."""
    return set(rostered(ctx, **asked).going.select("volunteer", "task").iter_rows())


def cut_the_village_off(ctx: Context, *, walk: int = 30) -> None:
    """Task TK-1 lies in a village whose road is cut; people can walk there."""
    change(ctx, "Task", {"id": "TK-1", "place": VILLAGE})
    road = {"a": VILLAGE, "b": WHEAT, "repaired_on": "", "version": 1}
    change(
        ctx, "Road",
        road | {"id": "RD-1", "code": "R1", "minutes": 10, "modes": ["truck"], "state": "cut"},
        road | {"id": "RD-2", "code": "R2", "minutes": walk, "modes": ["foot"], "state": "open"},
    )  # fmt: skip


ALL = {("VT-0", "TK-1"), ("VT-2", "TK-1"), ("VT-3", "TK-2")}


def test_whoever_is_ready_and_able_is_sent(ctx: Context) -> None:
    assert sent(ctx) == ALL


@pytest.mark.parametrize(("until", "people"), [(DAY, ALL), ("2027-01-14", {("VT-0", "TK-1")})])
def test_an_organisation_is_called_upon_as_long_as_its_registration_holds(
    ctx: Context, until: str, people: set[tuple[str, str]]
) -> None:
    change(ctx, "Organization", {"id": "O-2", "valid_to": until})
    assert sent(ctx) == people


@pytest.mark.parametrize(
    ("readiness", "people"), [("standby", ALL), ("absent", {("VT-0", "TK-1")})]
)
def test_an_organisation_that_cannot_be_called_upon_sends_nobody(
    ctx: Context, readiness: str, people: set[tuple[str, str]]
) -> None:
    change(ctx, "Organization", {"id": "O-2", "readiness": readiness})
    assert sent(ctx) == people


@pytest.mark.parametrize(("start", "end", "comes"), [
    (DAY, DAY, True), (NEXT_DAY, "", False), ("", "2027-01-14", False), ("", "", True),
])  # fmt: skip
def test_days_offered_are_kept(ctx: Context, start: str, end: str, comes: bool) -> None:
    change(ctx, "Volunteer", {"id": "VT-3", "from_on": start, "to_on": end})
    assert (("VT-3", "TK-2") in sent(ctx)) is comes


@pytest.mark.parametrize(("until", "comes"), [(DAY, True), ("2027-01-14", False)])
def test_a_certificate_is_valid_until_its_last_day(ctx: Context, until: str, comes: bool) -> None:
    change(ctx, "Slot", {"id": "SL-2", "certificate": "physician", "wanted": 1})
    change(ctx, "Volunteer", {"id": "VT-3", "certificates": [f"physician={until}"]})
    view = rostered(ctx)
    assert (("VT-3", "TK-2") in view.going.select("volunteer", "task").rows()) is comes
    reason = view.openings.filter(pl.col("slot") == "SL-2")["reason"].to_list()
    assert reason == ([] if comes else ["certificate"])


def test_a_shift_that_is_over_is_not_staffed(ctx: Context) -> None:
    change(ctx, "Task", {"id": "TK-1", "shift": "morning"})
    assert sent(ctx) == {("VT-3", "TK-2")}
    change(ctx, "Task", {"id": "TK-2", "shift": "morning"})
    with pytest.raises(NotFound):
        rostered(ctx, first_on="2027-01-17")


def test_a_cancelled_task_is_not_staffed(ctx: Context) -> None:
    change(ctx, "Task", {"id": "TK-1", "state": "cancelled"})
    assert sent(ctx) == {("VT-3", "TK-2")}


def test_nobody_goes_alone_to_a_cut_off_village(ctx: Context) -> None:
    cut_the_village_off(ctx)
    alone = rostered(ctx)
    assert alone.going.filter(pl.col("task") == "TK-1").is_empty()
    change(ctx, "Volunteer", {"id": "VT-1", "readiness": "ready"})
    there = rostered(ctx).going.filter(pl.col("task") == "TK-1")
    assert there["cut_off"].all()
    assert there["volunteer"].sort().to_list() == ["VT-0", "VT-1"]


@pytest.mark.parametrize("adult", [True, False])
def test_a_minor_is_not_sent_to_a_cut_off_village(ctx: Context, adult: bool) -> None:
    cut_the_village_off(ctx)
    change(ctx, "Task", {"id": "TK-1", "adults_only": False})
    change(ctx, "Volunteer", {"id": "VT-1", "readiness": "ready", "adult": adult})
    assert ({v for v, t in sent(ctx) if t == "TK-1"} == {"VT-0", "VT-1"}) is adult


@pytest.mark.parametrize(("walk", "comes"), [(120, True), (121, False)])
def test_a_way_is_no_longer_than_the_rule_allows(ctx: Context, walk: int, comes: bool) -> None:
    cut_the_village_off(ctx, walk=walk)
    change(ctx, "Volunteer", {"id": "VT-1", "readiness": "ready"})
    assert ({v for v, t in sent(ctx) if t == "TK-1"} == {"VT-0", "VT-1"}) is comes


def test_a_village_whose_road_is_repaired_tomorrow_is_cut_off_today_only(ctx: Context) -> None:
    cut_the_village_off(ctx)
    change(ctx, "Road", {"id": "RD-1", "repaired_on": NEXT_DAY})
    change(ctx, "Task", {"id": "TK-1", "day_on": NEXT_DAY})
    there = rostered(ctx, days=2).going.filter(pl.col("task") == "TK-1")
    assert there.select("volunteer", "cut_off", "minutes").rows() == [("VT-0", False, 10)]


@pytest.mark.parametrize(("rest", "comes"), [(5, True), (6, False)])
def test_who_worked_until_three_in_the_night_rests_before_eight(
    ctx: Context, rest: int, comes: bool
) -> None:
    change(ctx, "Volunteer", {"id": "VT-3", "rest_hours": rest, "shifts": ["morning", "night"]})
    change(ctx, "Task", {"id": "TK-2", "shift": "night"})
    view = rostered(ctx)
    approve_roster(ctx, OFFICER, view.roster["id"])
    order = view.going.filter(pl.col("volunteer") == "VT-3")["id"][0]
    report_progress(ctx, MAKER, order, Progress.CONFIRMED)
    change(ctx, "Task", {"id": "TK-1", "day_on": NEXT_DAY, "shift": "morning"})
    change(ctx, "Slot", {"id": "SL-1", "skill": "medical", "wanted": 1})
    view = rostered(ctx, first_on=NEXT_DAY)
    assert ("VT-3" in view.going["volunteer"].to_list()) is comes


def test_equipment_goes_with_somebody_who_can_work_it(ctx: Context) -> None:
    change(ctx, "Task", {"id": "TK-1", "equipment": "boat"})
    assert ("VT-0", "TK-1") not in sent(ctx)
    change(ctx, "Volunteer", {"id": "VT-0", "skills": ["carrying=1", "operate_boat=1"]})
    view = rostered(ctx)
    assert ("VT-0", "TK-1") in view.going.select("volunteer", "task").rows()
    assert view.gear.select("equipment", "piece", "task").rows() == [("EQ-1", 1, "TK-1")]


def test_a_team_that_stays_together_goes_whole_or_not_at_all(ctx: Context) -> None:
    team = {"id": "TM-1", "code": "D1", "name": "一队", "organization": "O-2", "township": WHEAT,
            "readiness": "ready", "together": True, "version": 1}  # fmt: skip
    change(ctx, "Team", team)
    change(ctx, "Volunteer", {"id": "VT-2", "team": "TM-1"}, {"id": "VT-3", "team": "TM-1"})
    assert sent(ctx) == {("VT-0", "TK-1")}
    change(ctx, "Team", {"id": "TM-1", "together": False})
    assert sent(ctx) == ALL


def test_a_promise_is_kept_whatever_rule_it_breaks(ctx: Context) -> None:
    claim = {"id": "CM-1", "volunteer": "VT-0", "task": "TK-2", "slot": "SL-2", "withdrawn": False,
             "version": 1}  # fmt: skip
    change(ctx, "Claim", claim)
    assert ("VT-0", "TK-2") in sent(ctx)
    change(ctx, "Claim", {"id": "CM-1", "withdrawn": True})
    assert ("VT-0", "TK-2") not in sent(ctx)


def test_figures_in_wrong_units_are_refused_before_solving(ctx: Context) -> None:
    change(ctx, "Slot", {"id": "SL-1", "wanted": 20_000})
    with pytest.raises(ProblemInvalid):
        rostered(ctx)
