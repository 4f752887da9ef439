from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from graphcore.casework.subjects import People, named
from graphcore.store.values import label_schema

DAY = date(2026, 7, 1)
TOWN, VILLAGE = "990101100000", "990101100201"


def nodes(label: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = label_schema(label)
    return pl.DataFrame([{c: r.get(c) for c in schema} for r in rows], schema=schema)


def counted(
    home: dict[str, Any] | None = None, persons: list[dict[str, Any]] = [],  # noqa: B006
    statuses: list[dict[str, Any]] = [], dwellings: list[dict[str, Any]] = [],  # noqa: B006
) -> dict[str, Any]:  # fmt: skip
    base = {"id": "H-1", "village": VILLAGE, "township": TOWN, "state": "safe", "persons": 3}
    people = People(
        nodes("Household", base | (home or {})),
        nodes("Person", *({"household": "H-1", **p} for p in persons)),
        nodes("HardshipStatus", *({"household": "H-1", **s} for s in statuses)),
        nodes("Dwelling", *({"household": "H-1", **d} for d in dwellings)),
        pl.DataFrame({"township": [TOWN], "intensity": [70]}),
    )
    return named(people, DAY).row(0, named=True)


def test_a_household_is_counted_at_home_with_its_townships_intensity() -> None:
    row = counted()
    assert (row["point"], row["point_kind"], row["intensity"]) == (VILLAGE, "village", 70)
    assert (row["relocated"], row["cut_off"], row["anonymous"]) == (False, False, False)


@pytest.mark.parametrize(
    ("state", "in_need", "said"),
    [("safe", 0, "safe"), ("safe", 1, "in_need"), ("unknown", 2, "in_need"),
     (None, None, "unknown"), ("unknown", 0, "unknown")],
)  # fmt: skip
def test_persons_in_need_make_a_household_in_need_and_unknown_stays_unknown(
    state: str | None, in_need: int | None, said: str
) -> None:
    assert counted({"state": state, "persons_in_need": in_need})["state"] == said


@pytest.mark.parametrize(("told", "members", "persons"), [(3, 2, 3), (3, 4, 4), (None, 0, 1)])
def test_a_household_has_as_many_persons_as_anybody_told_and_at_least_one(
    told: int | None, members: int, persons: int
) -> None:
    people = [{"id": f"P-{n}", "age_band": "adult"} for n in range(members)]
    assert counted({"persons": told}, people)["persons"] == persons


def test_members_are_counted_by_age_band() -> None:
    bands = ["infant", "child", "child", "adult", "elder"]
    row = counted(persons=[{"id": f"P-{n}", "age_band": b} for n, b in enumerate(bands)])
    assert (row["infants"], row["children"], row["elders"], row["persons"]) == (1, 2, 1, 5)


@pytest.mark.parametrize(
    ("damage", "roofless"), [("collapsed", 3), ("severe", 3), ("minor", 0), ("none", 0)]
)
def test_who_has_no_roof_follows_the_damage_class(damage: str, roofless: int) -> None:
    row = counted(dwellings=[{"id": "D-1", "damage": damage}])
    assert (row["damage"], row["roofless"]) == (damage, roofless)


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [("2026-07-01", "", True), ("2026-07-02", "", False), ("", "2026-07-01", True),
     ("", "2026-06-30", False), (None, None, True)],
)  # fmt: skip
def test_a_hardship_group_counts_on_its_days_only(
    start: str | None, end: str | None, valid: bool
) -> None:
    status = {"id": "HS-1", "group": "disabled", "valid_from": start, "valid_to": end}
    assert counted(statuses=[status])["groups"] == (["disabled"] if valid else [])
