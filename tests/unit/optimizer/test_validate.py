"""Numbers that no plan can be made from are refused, in words, at the bound."""

from __future__ import annotations

import pytest

from graphcore.domain.errors import ProblemInvalid
from optimizer.classes import classify
from optimizer.validate import MOST_DAYS, MOST_GRAMS, MOST_MINUTES, MOST_UNITS, validate
from tests.support.districts import ITEM_ROWS, Row, lot, need, two_villages, van, way


@pytest.mark.parametrize(("days", "ok"), [(0, False), (1, True), (MOST_DAYS, True), (367, False)])
def test_days(days: int, ok: bool) -> None:
    _expect(ok, "days", days=days)


@pytest.mark.parametrize(
    ("change", "ok"),
    [
        ({"quantity": 1}, True), ({"quantity": 0}, False), ({"quantity": -3}, False),
        ({"quantity": MOST_UNITS}, True), ({"quantity": MOST_UNITS + 1}, False),
        ({"day": 1}, True), ({"day": 2}, False), ({"day": -1}, False),
        ({"tier": 0}, False), ({"tier": 9}, True), ({"weight": -1}, False), ({"weight": 0}, True),
        ({"item": "unknown"}, False), ({"quantity": None}, False),
    ],
)  # fmt: skip
def test_needs(change: Row, ok: bool) -> None:
    row = need("li", "li", "tent", 6) | change
    _expect(ok, f"needs.{next(iter(change))}", needs=(row,))


@pytest.mark.parametrize(("quantity", "ok"), [(0, True), (-1, False), (MOST_UNITS + 1, False)])
def test_lots(quantity: int, ok: bool) -> None:
    _expect(ok, "lots.quantity", lots=(lot("L1", "tent", quantity),))


@pytest.mark.parametrize(("grams", "ok"), [(0, True), (-1, False), (MOST_GRAMS + 1, False)])
def test_items(grams: int, ok: bool) -> None:
    items = tuple(r | {"weight_g": grams} if r["item"] == "tent" else r for r in ITEM_ROWS)
    _expect(ok, "items.weight_g", items=items)


@pytest.mark.parametrize(("minutes", "ok"), [(0, True), (MOST_MINUTES, True), (14_401, False)])
def test_minutes(minutes: int, ok: bool) -> None:
    _expect(ok, "access.minutes", access=(way("depot", "li", minutes),))


@pytest.mark.parametrize(("kg", "ok"), [(0, True), (-1, False)])
def test_fleet(kg: int, ok: bool) -> None:
    _expect(ok, "fleet.capacity_kg", fleet=(van(0, kg),))


def test_double_keys() -> None:
    row = need("li", "li", "tent", 6)
    _expect(False, "needs.need", needs=(row, row))
    _expect(False, "lots.lot", lots=(lot("L1", "tent", 1), lot("L1", "tent", 2)))
    _expect(False, "fleet.warehouse", fleet=(van(0), van(0)))


def test_a_point_lies_in_one_township() -> None:
    rows = (need("a", "li", "tent", 1), need("b", "li", "tent", 1, township="T-wang"))
    _expect(False, "needs.township", needs=rows)


def test_a_refusal_says_where_and_what_to_do() -> None:
    world = two_villages().replace(needs=(need("N-7", "li", "tent", 0),))
    with pytest.raises(ProblemInvalid, match="N-7") as caught:
        validate(world.problem)
    assert "quantity" in str(caught.value.what)
    assert caught.value.advice is not None


def _expect(ok: bool, field: str, **change: object) -> None:
    world = two_villages().replace(**change)
    if ok:
        assert validate(world.problem).days == world.days
        return
    with pytest.raises(ProblemInvalid) as caught:
        validate(world.problem)
    assert caught.value.field == field


@pytest.mark.parametrize(("sets", "ok"), [(62, True), (63, False)])
def test_donors_name_at_most_so_many_different_sets(sets: int, ok: bool) -> None:
    names = [f"G{k}" for k in range(sets)]
    lots = tuple(lot(f"L{n}", "tent", 1, only_groups=[n]) for n in names)
    needs = (need("li", "li", "tent", 6, groups=[names[-1], names[0], "other"]),)
    world = two_villages().replace(needs=needs, lots=lots)
    if not ok:
        with pytest.raises(ProblemInvalid, match="63"):
            classify(validate(world.problem))
        return
    mask = classify(validate(world.problem)).classes["mask"].to_list()
    assert mask[0].bit_count() == 2
