"""The comparison of two small tables: outcomes, households, and what does not change them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from graphcore.domain.errors import InputError
from graphcore.linkage.han import HAN
from graphcore.linkage.link import Links, Options, duplicates, link, standing
from graphcore.linkage.model import shipped_model
from seeds.twolists.lists import TwoLists, two_lists
from tests.support.linked import Row, table


@pytest.fixture(scope="module")
def lists() -> TwoLists:
    return two_lists(300, 3_000, 2, 11)


@pytest.fixture(scope="module")
def found(lists: TwoLists) -> Links:
    return link(lists.left, lists.right)


def matched(links: Links) -> set[tuple[str, str]]:
    rows = links.pairs.filter(pl.col("outcome") == "matched")
    return set(rows.select("left", "right").iter_rows())


def test_matches_are_right_and_most_are_found(lists: TwoLists, found: Links) -> None:
    truth = set(lists.truth.iter_rows())
    assert matched(found) <= truth
    assert len(matched(found)) >= 0.95 * len(truth)


def test_what_is_not_matched_is_mostly_left_to_a_person(lists: TwoLists, found: Links) -> None:
    truth = set(lists.truth.iter_rows())
    seen = set(found.pairs.select("left", "right").iter_rows())
    assert len(seen & truth) >= 0.99 * len(truth)
    assert found.pairs.filter(pl.col("outcome") == "review")["left"].n_unique() <= 0.04 * 300


def test_households_are_right(lists: TwoLists, found: Links) -> None:
    homes = set(lists.households.iter_rows())
    sure = found.households.filter(pl.col("through") != "door")
    assert set(sure.select("left", "right").iter_rows()) <= homes
    assert found.households.height >= 0.95 * len(homes)


def test_each_record_is_matched_once(found: Links) -> None:
    rows = found.pairs.filter(pl.col("outcome") == "matched")
    assert rows["left"].is_unique().all()
    assert rows["right"].is_unique().all()


def test_the_fields_weights_and_the_prior_add_up_to_the_weight(found: Links) -> None:
    parts = found.pairs.select(pl.sum_horizontal("^w_.*$")).to_series()
    rest = found.pairs["weight"] - parts
    assert rest.max() - rest.min() < 0.01  # type: ignore[operator]


def test_the_order_of_rows_changes_nothing(lists: TwoLists, found: Links) -> None:
    again = link(lists.left.sample(fraction=1, shuffle=True, seed=3), lists.right.reverse())
    assert_frame_equal(again.pairs, found.pairs)
    assert_frame_equal(again.households, found.households)


def test_swapping_the_tables_swaps_the_links(lists: TwoLists, found: Links) -> None:
    model = shipped_model(HAN)
    back = link(lists.right, lists.left, Options(scheme=HAN, model=model))
    assert {(b, a) for a, b in matched(back)} == matched(found)


def test_training_repeats_itself_to_the_byte(lists: TwoLists) -> None:
    first, second = (link(lists.left, lists.right, Options(learn=True, seed=5)) for _ in range(2))
    assert first.model.digest == second.model.digest
    assert_frame_equal(first.pairs, second.pairs)


A_NUMBER, B_NUMBER = "990032195906151431", "990010196904028890"
HOME = {"township": "阜山乡", "village": "周垟村", "address": "11组126号", "phone": "10075495325"}
KNOWN = {"name": "王小明", "number": A_NUMBER, **HOME}


def outcome(left: Row, *right: Row) -> list[tuple[str, str, str]]:
    links = link(table(left), table(*right), Options(scheme=HAN, model=shipped_model(HAN)))
    return list(links.pairs.select("right", "outcome", "reason").iter_rows())


def test_equal_valid_numbers_and_compatible_names_are_sure() -> None:
    assert outcome({"name": "王晓明", "number": A_NUMBER}, KNOWN) == [("0", "matched", "sure")]


def test_equal_numbers_with_another_name_are_for_a_person() -> None:
    assert outcome(KNOWN, {**KNOWN, "name": "李红梅"}) == [("0", "review", "names_differ")]


def test_two_valid_numbers_that_differ_are_for_a_person() -> None:
    assert outcome(KNOWN, {**KNOWN, "number": B_NUMBER}) == [("0", "review", "numbers_differ")]


def test_a_number_that_two_registered_people_have_is_not_sure() -> None:
    rows = outcome(KNOWN, KNOWN, {**KNOWN, "id": "1"})
    assert {(kind, why) for _, kind, why in rows} == {("review", "close"), ("review", "taken")}


def test_relatives_behind_one_door_are_a_household_not_a_person() -> None:
    mother = {**HOME, "name": "李秀英", "number": B_NUMBER, "household": "F1", "id": "m"}
    links = link(table(KNOWN), table(mother), Options(scheme=HAN, model=shipped_model(HAN)))
    assert links.pairs.is_empty()
    assert links.households.select("left", "right", "through").row(0) == ("0", "F1", "relatives")


def test_households_that_split_or_have_a_new_head_are_told() -> None:
    left = table({**KNOWN, "household": "A", "head": True},
                 {**HOME, "name": "李秀英", "number": B_NUMBER, "household": "B", "head": True})  # fmt: skip
    right = table({**KNOWN, "household": "F", "head": False},
                  {**HOME, "name": "李秀英", "number": B_NUMBER, "household": "F", "head": True})  # fmt: skip
    model = Options(scheme=HAN, model=shipped_model(HAN))
    assert set(link(left, right, model).households["change"]) == {"split"}
    assert set(link(right, left, model).households["change"]) == {"merged"}
    alone = link(left.head(1), right.head(1), model)
    assert alone.households["change"].to_list() == ["head"]


def test_one_table_is_searched_for_duplicates_without_its_own_pairs() -> None:
    people = table(
        KNOWN, {**KNOWN, "name": "王晓明"}, {**KNOWN, "name": "李秀英", "number": B_NUMBER}
    )
    links = duplicates(people, Options(scheme=HAN, model=shipped_model(HAN)))
    assert matched(links) == {("0", "1")}


def test_tables_without_anything_to_tell_people_apart_are_refused() -> None:
    with pytest.raises(InputError, match="共同列"):
        link(table({"name": "王伟"}), table({"number": A_NUMBER}))


def test_ids_that_repeat_are_refused() -> None:
    with pytest.raises(InputError, match="重复"):
        link(table({**KNOWN, "id": "1"}, {**KNOWN, "id": "1"}), table(KNOWN))


def test_what_a_person_decided_is_not_asked_again() -> None:
    other = {**KNOWN, "name": "李红梅"}
    pair = pl.DataFrame({"left": ["0"], "right": ["0"]})
    how = Options(scheme=HAN, model=shipped_model(HAN))
    apart = link(table(KNOWN), table(other), replace(how, apart=pair))
    same = link(table(KNOWN), table(other), replace(how, together=pair))
    assert apart.pairs.is_empty()
    assert same.pairs.select("outcome", "reason").row(0) == ("matched", "decided_same")


def test_a_decision_about_records_that_are_gone_changes_nothing() -> None:
    pair = pl.DataFrame({"left": ["7"], "right": ["0"]})
    how = Options(scheme=HAN, model=shipped_model(HAN), together=pair)
    assert matched(link(table(KNOWN), table(KNOWN), how)) == {("0", "0")}


def test_new_rows_are_compared_with_a_standing_register(lists: TwoLists, found: Links) -> None:
    with standing(lists.right) as register:
        again = register.link(lists.left)
        some = register.link(lists.left.head(50))
    assert_frame_equal(again.pairs, found.pairs)
    assert matched(some) <= {(a, b) for a, b in lists.truth.iter_rows()}
    assert some.pairs.height > 40
