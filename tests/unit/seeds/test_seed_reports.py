from __future__ import annotations

import polars as pl
import pytest

from seeds.generate.district import District

HOUSES = [
    ("collapsed_households", "collapsed"), ("severe_households", "severe"), ("minor_households", "minor"),
]  # fmt: skip


def last(district: District) -> dict[str, dict[str, int]]:
    table = district["reports"].filter(pl.col("phase") == "follow_up")
    return {row["township"]: row for row in table.iter_rows(named=True)}


@pytest.mark.parametrize(("figure", "damage"), HOUSES)
def test_damaged_houses_add_up_with_the_house_ledger(
    district: District, figure: str, damage: str
) -> None:
    houses = district["houses"].filter(pl.col("damage") == damage)
    counted = dict(houses.group_by("township").agg(pl.len()).iter_rows())
    assert {t: r[figure] for t, r in last(district).items() if r[figure]} == counted


@pytest.mark.parametrize("kind", ["collapsed", "severe", "minor"])
def test_rooms_add_up_with_the_house_ledger(district: District, kind: str) -> None:
    told = sum(r[f"{kind}_rooms"] for r in last(district).values())
    assert told == district["houses"][f"rooms_{kind}"].sum()


def test_affected_households_are_those_in_need_the_unregistered_and_those_found(
    district: District,
) -> None:
    roster, ledger = district["roster"], district["ledger"]
    need = roster.filter(pl.col("state") == "in_need")
    outside = ledger.filter(pl.col("household") == "")
    told = last(district).values()
    named = [need, outside, district["found_persons"]]
    assert sum(r["affected_households"] for r in told) == sum(t.height for t in named)
    assert sum(r["affected_persons"] for r in told) == sum(int(t["persons"].sum()) for t in named)


def test_people_at_shelters_are_those_checked_in(district: District) -> None:
    inside = district["stays"].filter(pl.col("checked_out_at").is_null())
    told = last(district).values()
    assert sum(r["relocated_concentrated_now"] for r in told) == inside["persons"].sum() > 0
    assert all(r["relocated_concentrated_now"] <= r["relocated_concentrated"] for r in told)


def test_emergency_relief_is_what_the_ledger_asks_for(district: District) -> None:
    told = sum(r["emergency_persons"] for r in last(district).values())
    assert told == district["ledger"]["persons_in_need"].sum()


def test_most_townships_reported_three_times_and_the_quiet_ones_twice(district: District) -> None:
    counts = district["reports"].group_by("township").len()["len"]
    assert sorted(set(counts)) == [2, 3]
    assert (counts == 3).sum() > (counts == 2).sum()


@pytest.mark.parametrize("kind", ["dead", "missing", "injured"])
def test_the_lost_are_those_registered_by_name(district: District, kind: str) -> None:
    named = district["casualties"].filter(pl.col("kind") == kind)
    assert sum(r[kind] for r in last(district).values()) == named.height > 0


def test_the_first_report_saw_no_more_than_the_follow_up(district: District) -> None:
    first = district["reports"].filter(pl.col("phase") == "first")
    for row in first.iter_rows(named=True):
        later = last(district)[row["township"]]
        assert row["reported_at"] < later["reported_at"]
        assert all(
            row[f] <= later[f] for f in row if f.endswith(("persons", "households", "rooms"))
        )


def test_one_place_has_two_sources_and_one_count_is_of_a_whole_township(district: District) -> None:
    counts = district["headcounts"]
    assert counts.group_by("place").agg(pl.col("source").n_unique())["source"].max() == 2
    assert counts["place"].is_in(district["townships"]["name"].implode()).any()


def test_some_counts_names_absorb_and_some_are_of_people_without_names(district: District) -> None:
    need = district["roster"].filter(pl.col("state") == "in_need")
    named = dict(need.group_by("village").agg(pl.col("persons").sum()).iter_rows())
    known = [
        named.get(r["place"], 0) - r["persons"]
        for r in district["headcounts"].iter_rows(named=True)
    ]
    assert max(known) >= 0
    assert min(known) < 0
