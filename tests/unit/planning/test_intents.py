"""A gift is bound by its own words and those of the project that it names."""

from __future__ import annotations

import json

import polars as pl
import pytest

from api.usecases.planning.intents import NOTHING, intent, worded

L = pl.List(pl.String())
PROJECT = {"id": "PJ-1", "code": "P1", "name": "暖冬", "only_townships": ["T1", "T2"],
           "only_groups": [], "only_needs": [], "items": ["quilt"], "from_on": "2026-07-01",
           "to_on": "2026-07-03"}  # fmt: skip
LISTS = dict.fromkeys(("only_townships", "only_groups", "only_needs", "items"), L)


def gift(**said: object) -> dict[str, object]:
    row = {"id": "DN-1", "only_townships": [], "only_groups": [], "only_needs": [],
           "project": "PJ-1", "redirect_consent": False, "surplus": False, **said}  # fmt: skip
    gifts = pl.DataFrame([row], schema_overrides={k: v for k, v in LISTS.items() if k in row})
    return worded(gifts, pl.DataFrame([PROJECT], schema_overrides=LISTS)).row(0, named=True)


@pytest.mark.parametrize(
    ("own", "bound"), [([], ["T1", "T2"]), (["T2", "T3"], ["T2"]), (["T3"], [NOTHING])]
)
def test_own_words_narrow_the_projects(own: list[str], bound: list[str]) -> None:
    assert gift(only_townships=own)["only_townships"] == bound


def test_what_only_one_side_says_holds() -> None:
    found = gift(only_needs=["water"])
    assert (found["only_needs"], found["only_things"]) == (["water"], ["quilt"])
    assert (found["from_on"], found["to_on"], found["project_name"]) == (
        "2026-07-01", "2026-07-03", "暖冬",
    )  # fmt: skip


def test_without_a_project_only_own_words_hold() -> None:
    found = gift(project="", only_townships=["T9"])
    assert (found["only_townships"], found["only_things"]) == (["T9"], [])
    assert (found["from_on"], found["project_name"]) == ("", "")


def test_consent_to_redirect_frees_from_the_projects_days() -> None:
    found = gift(redirect_consent=True)
    assert (found["from_on"], found["to_on"]) == ("", "")


def test_the_projects_words_are_part_of_what_a_commit_compares() -> None:
    said = json.loads(intent(gift()))
    assert said["only_things"] == ["quilt"]
    assert said["to_on"] == "2026-07-03"
    assert intent(gift()) != intent(gift(project=""))
