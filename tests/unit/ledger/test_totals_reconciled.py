"""Totals beside their rows: the difference is shown, neither side changes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.ledger.reconcile import BASED, Under, named, reconcile
from graphcore.casework.ledger.versions import STANDING
from graphcore.domain.tables import frame

_S, _I = pl.String(), pl.Int64()


def under(**rows: list[dict[str, Any]]) -> Under:
    schemas: dict[str, dict[str, Any]] = {
        "households": {"id": _S, "township": _S, "state": _S, "persons": _I},
        "dwellings": {"id": _S, "household": _S, "damage": _S, "rooms_collapsed": _I,
                      "rooms_severe": _I, "rooms_minor": _I},
        "entries": {"id": _S, "household": _S, "persons_in_need": _I},
        "stays": {"id": _S, "household": _S, "persons": _I, "checked_out_at": _I},
        "casualties": {"id": _S, "township": _S, "kind": _S, "closed_on": _S},
    }  # fmt: skip
    homes = [{"id": "h1", "township": "t1", "state": "safe", "persons": 4}]
    given = {"households": homes} | rows
    return Under(**{name: frame(s, given.get(name, [])) for name, s in schemas.items()})


def figure(name: str, **rows: list[dict[str, Any]]) -> list[tuple[int, list[str]]]:
    found = named(under(**rows)).filter(pl.col("figure") == name)
    return [(r["named"], r["rows"]) for r in found.iter_rows(named=True)]


def test_a_ledger_row_makes_a_household_affected_whatever_the_roster_says() -> None:
    entry = {"id": "e1", "household": "h1", "persons_in_need": 3}
    assert figure("affected_households", entries=[entry]) == [(1, ["h1"])]
    assert figure("affected_persons", entries=[entry]) == [(4, ["h1"])]
    assert figure("emergency_persons", entries=[entry]) == [(3, ["e1"])]


def test_an_entry_of_nobody_affects_nobody() -> None:
    none = {"id": "e1", "household": "h1", "persons_in_need": 0}
    assert figure("affected_households", entries=[none]) == []


@pytest.mark.parametrize(("damage", "lasting"), [("severe", 4), ("minor", 0)])
def test_transitional_relief_is_for_who_lost_the_house(damage: str, lasting: int) -> None:
    house = {"id": "d1", "household": "h1", "damage": damage}
    assert sum(n for n, _ in figure("transitional_persons", dwellings=[house])) == lasting


def test_a_household_that_came_twice_was_relocated_once() -> None:
    stays = [{"id": "s1", "household": "h1", "persons": 2, "checked_out_at": 9},
             {"id": "s2", "household": "h1", "persons": 4, "checked_out_at": 0}]  # fmt: skip
    assert figure("relocated_concentrated", stays=stays) == [(4, ["s2"])]
    assert figure("relocated_concentrated_now", stays=stays) == [(4, ["s2"])]


def test_who_was_found_is_missing_no_more_and_the_missing_are_never_dead() -> None:
    lost = [{"id": "c1", "township": "t1", "kind": "missing", "closed_on": ""},
            {"id": "c2", "township": "t1", "kind": "missing", "closed_on": "2026-07-02"}]  # fmt: skip
    assert figure("missing", casualties=lost) == [(1, ["c1"])]
    assert figure("dead", casualties=lost) == []


def test_a_difference_comes_with_its_rows_and_an_untold_figure_has_none() -> None:
    told = frame(STANDING, [{"township": "t1", "collapsed_rooms": 5}])
    house = {"id": "d1", "household": "h1", "damage": "collapsed", "rooms_collapsed": 3}
    rows = {r["figure"]: r for r in reconcile(told, named(under(dwellings=[house]))).to_dicts()}
    rooms, houses = rows["collapsed_rooms"], rows["collapsed_households"]
    assert (rooms["difference"], rooms["rows"]) == (2, ["d1"])
    assert (houses["reported"], houses["named"], houses["difference"]) == (None, 1, None)
    assert set(rows) == set(BASED)


def test_rows_of_a_township_that_never_reported_are_shown() -> None:
    house = {"id": "d1", "household": "h1", "damage": "collapsed"}
    table = reconcile(frame(STANDING, []), named(under(dwellings=[house])))
    assert table.filter(pl.col("figure") == "collapsed_households")["named"].to_list() == [1]
