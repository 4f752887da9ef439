from __future__ import annotations

import polars as pl
import pytest

from graphcore.policy import rulebook
from seeds.generate.district import District
from seeds.generate.moments import DAY
from seeds.generate.stockplan import PLAN

BUREAU = "青田县应急管理局"


def test_every_item_of_the_stock_plan_is_in_the_rulebook() -> None:
    items = set(rulebook.load().items()["item"])
    assert {spec.item for spec in PLAN} <= items


def test_items_are_written_by_their_own_names_and_units(district: District) -> None:
    rules = rulebook.load()
    for name, unit in district["lots"].select("item", "unit").unique().iter_rows():
        code = rules.item_named(name)
        assert code is not None
        assert rules.item_name(code, "zh") == name
        assert rules.unit_of(code) == unit


def test_there_are_expired_held_late_and_foreign_lots(district: District) -> None:
    lots = district["lots"]
    today = DAY.isoformat()
    assert ((lots["expires_on"] != "") & (lots["expires_on"] < today)).any()
    assert set(lots["hold"]) == {"none", "inspection", "frozen", "damaged"}
    assert (lots["arrives_on"] > today).any()
    assert {BUREAU, "丽水市应急管理局", "青田县红十字会"} <= set(lots["authority"])


def test_ownership_and_dispatch_are_separate_powers(district: District) -> None:
    lots = district["lots"]
    assert lots.filter((pl.col("owner") == BUREAU) & (pl.col("authority") != BUREAU)).height > 0
    assert lots.filter((pl.col("owner") != BUREAU) & (pl.col("authority") == BUREAU)).height > 0


def test_special_diet_food_is_there_only_as_a_restricted_gift(district: District) -> None:
    gifts = district["lots"].filter(pl.col("item") == "特殊膳食食品").join(
        district["donations"], left_on="donation", right_on="code")  # fmt: skip
    assert gifts.height == 1
    assert gifts["only_groups"].list.len().min() >= 1  # type: ignore[operator]
    assert not gifts["redirect_consent"].any()


@pytest.mark.parametrize("kind", ["goods", "money"])
def test_gifts_come_with_and_without_intent(district: District, kind: str) -> None:
    gifts = district["donations"].filter(pl.col("kind") == kind)
    named = (gifts["only_townships"] != "") | (gifts["only_groups"].list.len() > 0)
    assert named.any()
    assert not named.all()
    assert set(gifts["redirect_consent"]) >= {False, None}


def test_every_gift_in_kind_is_a_lot_of_its_own_size(district: District) -> None:
    gifts = district["donations"].filter(pl.col("kind") == "goods")
    joined = gifts.join(district["lots"], left_on="code", right_on="donation")
    assert joined.height == gifts.height
    assert (joined["quantity"] == joined["quantity_right"]).all()
    assert (joined["item"] == joined["item_right"]).all()


def test_boats_carriers_and_aircraft_stand_where_their_ways_start(district: District) -> None:
    seats = dict(district["townships"].select("code", "name").iter_rows())
    starts = {
        (seats[a], mode) for a, modes in district["roads"].select("a", "modes").iter_rows()
        for mode in modes if mode != "truck"
    }  # fmt: skip
    home = dict(district["warehouses"].select("code", "township").iter_rows())
    stands = {(home[w], m) for w, m in district["fleet"].select("warehouse", "mode").iter_rows()}
    assert len({mode for _, mode in starts}) == 3
    assert starts <= stands


def test_donors_and_organisations_say_that_they_are_made_up(district: District) -> None:
    assert district["donations"]["donor"].str.ends_with("（合成）").all()
    assert district["organizations"]["name"].str.ends_with("（合成）").all()
