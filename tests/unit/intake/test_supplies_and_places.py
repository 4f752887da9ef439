from __future__ import annotations

import pytest

from graphcore.casework.intake import places, reporting, supplies
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from tests.support.intake import TOWNSHIP, VILLAGE, row, small_world

LOT = derived(Kind.LOT, "990101", "L1")


def stocked(quantity: int = 10, **lot: object) -> World:
    world = small_world()
    supplies.warehouse(row("warehouses", code="W1", name="中心库", township=TOWNSHIP), world)
    supplies.lot(
        row("lots", code="L1", warehouse="W1", item="帐篷", quantity=quantity, **lot), world
    )
    return world


def recounted(on_hand: int, reserved: int, counted: int) -> World:
    before: dict[str, Properties] = {LOT: {"id": LOT, "on_hand": on_hand, "reserved": reserved}}
    world = small_world(StockLot=before)
    supplies.warehouse(row("warehouses", code="W1", name="中心库", township=TOWNSHIP), world)
    supplies.lot(row("lots", code="L1", warehouse="W1", item="帐篷", quantity=counted), world)
    return world


def test_a_new_lot_is_a_movement_from_the_supplier() -> None:
    (move,) = stocked().changes.created["Movement"].values()
    assert (move["source"], move["target"], move["quantity"]) == ("supplier", "warehouse", 10)


def test_the_same_count_moves_nothing() -> None:
    assert "Movement" not in recounted(10, 4, 10).changes.created


def test_a_lower_count_is_a_loss_down_to_what_is_reserved() -> None:
    (move,) = recounted(10, 4, 4).changes.created["Movement"].values()
    assert (move["source"], move["target"], move["quantity"]) == ("warehouse", "lost", 6)


def test_a_count_below_what_is_reserved_is_refused() -> None:
    with pytest.raises(RowUnplaced, match="quantity"):
        recounted(10, 4, 3)


def test_reserved_units_are_never_overwritten_by_a_count() -> None:
    world = recounted(10, 4, 12)
    assert world.changes.updated["StockLot"][LOT].get("reserved") is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"warehouse": "W9", "item": "帐篷"}, "warehouse"),
        ({"warehouse": "W1", "item": "飞毯"}, "item"),
        ({"warehouse": "W1", "item": "帐篷", "donation": "D9"}, "donation"),
    ],
)
def test_a_lot_that_names_what_is_not_there_is_refused(cells: dict[str, str], column: str) -> None:
    world = stocked()
    with pytest.raises(RowUnplaced, match=column):
        supplies.lot(row("lots", code="L2", quantity=1, **cells), world)


def test_a_designated_donation_keeps_its_intent() -> None:
    world = small_world()
    key = supplies.donation(
        row("donations", code="D1", donor="某公司", kind="goods", item="帐篷", quantity=5,
            only_townships="清河镇", only_groups=["disabled"]), world)  # fmt: skip
    made = world.changes.created["Donation"][key]
    assert made["only_townships"] == [TOWNSHIP]
    assert made["only_groups"] == ["disabled"]
    assert made["designated"] is True
    assert made["redirect_consent"] is False


def test_a_donation_to_a_township_nobody_knows_is_refused() -> None:
    cells = row(
        "donations", code="D1", donor="某公司", kind="goods", only_townships="清河镇、无名镇"
    )
    with pytest.raises(RowUnplaced, match="only_townships"):
        supplies.donation(cells, small_world())


def test_an_undesignated_donation_is_free() -> None:
    world = small_world()
    key = supplies.donation(
        row("donations", code="D1", donor="甲", kind="money", amount=100), world
    )
    assert world.changes.created["Donation"][key]["designated"] is False


def test_a_village_belongs_to_its_township() -> None:
    world = small_world()
    assert places.township_of(world, VILLAGE) == TOWNSHIP
    assert places.township_of(world, TOWNSHIP) == TOWNSHIP


def test_a_disaster_starts_in_the_emergency_stage_and_keeps_its_stage_later() -> None:
    world = small_world()
    cells = row("disaster", code="X1", name="洪涝", hazard="flood", occurred_at=1)
    key = places.disaster(cells, world)
    assert world.changes.created["Disaster"][key]["stage"] == "emergency"
    later = small_world(Disaster={key: {"id": key, "stage": "transitional"}})
    places.disaster(cells, later)
    assert "stage" not in later.changes.updated["Disaster"][key]


def test_a_row_without_a_disaster_number_means_the_only_one() -> None:
    world = small_world()
    assert places.known_disaster(world, "") == ""
    key = places.disaster(row("disaster", code="X1", name="洪涝", hazard="flood"), world)
    assert places.known_disaster(world, "") == key
    with pytest.raises(RowUnplaced, match="disaster"):
        places.known_disaster(world, "X9")


def test_a_headcount_counts_at_its_village_and_a_report_at_its_township() -> None:
    world = small_world()
    places.headcount(row("headcounts", place=VILLAGE, persons=40, source="电话"), world)
    reporting.report(row("reports", township=TOWNSHIP, affected_persons=400), world)
    ends = {(x.rel, x.target_label, x.target) for x in world.changes.links}
    assert ends == {
        ("COUNTS_AT", "Village", VILLAGE), ("COUNTS_AT", "Township", TOWNSHIP),
        ("REPORTS_ON", "Township", TOWNSHIP),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "persons", "households"),
    [
        ({"affected_persons": 400, "affected_households": 130}, 400, 130),
        ({"affected_persons": 400, "affected_households": 130, "emergency_persons": 90}, 90, None),
    ],
)
def test_a_reports_people_are_planned_for_until_names_absorb_them(
    told: dict[str, int], persons: int, households: int | None
) -> None:
    world = small_world()
    reporting.report(row("reports", township=TOWNSHIP, collapsed_households=7, severe_households=2,
                      **told), world)  # fmt: skip
    (count,) = world.changes.created["Headcount"].values()
    assert (count["persons"], count.get("households")) == (persons, households)
    assert (count["place"], count["roofless_households"]) == (TOWNSHIP, 9)


def test_a_zero_report_counts_nobody() -> None:
    world = small_world()
    reporting.report(row("reports", township=TOWNSHIP, affected_persons=0), world)
    assert "Headcount" not in world.changes.created


def test_a_report_is_a_new_version_never_an_edit() -> None:
    world = small_world()
    for at, n in ((1, 400), (2, 450)):
        reporting.report(
            row("reports", township=TOWNSHIP, reported_at=at, affected_persons=n), world
        )
    assert len(world.changes.created["DamageReport"]) == 2


def test_money_is_a_lot_of_fen_in_the_account_under_its_donation() -> None:
    world = small_world()
    gift = row(
        "donations", code="D2", donor="甲", kind="money", amount=12_345, only_needs=["water"]
    )
    key = supplies.donation(gift, world)
    (lot,) = world.changes.created["StockLot"].values()
    assert (lot["item"], lot["on_hand"], lot["donation"]) == ("cash", 12_345, key)
    (store,) = world.changes.created["Warehouse"].values()
    assert (store["id"], store["township"]) == (lot["warehouse"], "")
    (move,) = world.changes.created["Movement"].values()
    assert (move["source"], move["target"], move["quantity"]) == ("supplier", "warehouse", 12_345)
    assert world.changes.created["Donation"][key]["designated"] is True


def test_a_gift_for_a_project_names_one_that_is_known() -> None:
    world = small_world()
    cells = row("donations", code="D1", donor="甲", kind="money", amount=100, project="P1")
    with pytest.raises(RowUnplaced, match="project"):
        supplies.donation(cells, world)
    key = supplies.project(
        row("projects", code="P1", name="暖冬", only_townships="清河镇", items="帐篷、饮用水",
            only_groups=["disabled"]), world
    )  # fmt: skip
    made = world.changes.created["Project"][key]
    assert (made["only_townships"], made["items"]) == ([TOWNSHIP], ["tent", "water"])
    given = supplies.donation(cells, world)
    gift = world.changes.created["Donation"][given]
    assert (gift["project"], gift["designated"]) == (key, True)
    with pytest.raises(RowUnplaced, match="only_groups"):
        supplies.donation(cells | {"code": "D2", "only_groups": ["orphan"]}, world)


@pytest.mark.parametrize(("to_on", "fits"), [("2026-07-01", True), ("2026-06-30", False)])
def test_a_project_ends_on_its_first_day_or_later(to_on: str, fits: bool) -> None:
    cells = row("projects", code="P1", name="暖冬", from_on="2026-07-01", to_on=to_on)
    if fits:
        assert supplies.project(cells, small_world())
    else:
        with pytest.raises(RowUnplaced, match="to_on"):
            supplies.project(cells, small_world())
