from __future__ import annotations

import polars as pl

from graphcore.domain.campaign import WinterNeed
from graphcore.exchange.forms.lifecycle import FOUND_WORDS
from seeds.generate.district import District, generate


def test_everybody_without_household_papers_or_address_is_found_somewhere(
    district: District,
) -> None:
    rows = district["found_persons"]
    assert set(rows["kind"]) == set(FOUND_WORDS)
    assert (rows["place"] != "").all()
    alone = rows.filter(pl.col("kind").is_in(["no_papers", "no_address"]))
    assert alone.select((pl.col("persons") == 1) & (pl.col("id_number") == "")).to_series().all()


def test_residents_of_an_institution_are_counted_and_not_named(district: District) -> None:
    homes = district["found_persons"].filter(pl.col("kind") == "institution")
    assert homes.filter((pl.col("name") == "") & (pl.col("institution") != "")).equals(homes)
    assert (homes["persons"] > 10).all()


def test_whoever_lost_the_house_is_asked_unless_nobody_has_looked(district: District) -> None:
    lost = district.truth.households.filter(
        pl.col("damage").is_in(["collapsed", "severe"]) & (pl.col("state") != "unknown")
    )
    assert set(lost["code"]) <= set(district["winter_survey"]["household"])


def test_each_surveyed_household_lacks_something_and_every_need_is_met_with(
    district: District,
) -> None:
    needs = district["winter_survey"]["needs"]
    assert (needs.list.len() > 0).all()
    assert set(needs.explode(empty_as_null=False)) == {n.value for n in WinterNeed}


def test_a_few_stand_on_two_villages_lists_and_one_village_in_four_asks_alike(
    district: District,
) -> None:
    rows = district["winter_survey"]
    assert 0 < rows.height - rows["household"].n_unique() < 10
    asked = rows.filter(pl.col("amount").is_not_null())
    assert asked["amount"].n_unique() == 1
    assert 0.1 < asked.height / rows.height < 0.5


def test_declared_relatives_are_surveyed_and_the_watched_hold_no_other_status(
    district: District,
) -> None:
    assert set(district["cadre_ties"]["household"]) <= set(district["winter_survey"]["household"])
    watched = set(district["poverty_watch"]["household"])
    assert watched
    assert not watched & set(district["groups"]["household"])


def test_the_smallest_district_has_them_too() -> None:
    small = generate(24, 2, 3)
    for form in ("found_persons", "winter_survey", "cadre_ties", "poverty_watch"):
        assert small[form].height > 0, form
