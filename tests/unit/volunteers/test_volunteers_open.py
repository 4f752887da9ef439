"""Why a slot stays open: each reason in a world where only it binds."""

from __future__ import annotations

import json

import pytest

from optimizer.volunteers.explain import explain_line, explain_open
from optimizer.volunteers.solve import solve
from tests.support.volunteers import World, slot

RED = {"volunteer": "V1", "certificate": "red", "valid_until": 0}


def reasons(world: World) -> dict[str, str]:
    return dict(solve(world.problem()).open.select("slot", "reason").iter_rows())


MEDIC = slot("medic", certificate="red")
WORLDS = {
    "nobody": World().task("T1"),
    "skill": World().person("V1", "cook").task("T1", slot("medic")),
    "certificate": World(days=2).person("V1", "medic", when="1am").plus("certificates", RED)
    .task("T1", MEDIC, day=1),
    "minor": World().person("V1", adult=False).task("T1", adults_only=True),
    "travel": World().person("V1", home="hill").task("T1"),
    "shift": World().person("V1", when="0pm").task("T1"),
    "busy": World().person("V1").task("T1").task("T2", tier=1),
    "rest": World().person("V1", rest_hours=2).task("T1").task("T2", shift="pm", tier=1),
    "hours": World().person("V1", hours_day=4).task("T1").task("T2", shift="pm", tier=1),
    "elsewhere": World().person("V1", "cook").task("T1", slot(), slot("cook", least=1)),
    "team": World().person("V1").person("V2").task("T1")
    .plus("teams", {"team": "M1", "volunteer": "V1"}, {"team": "M1", "volunteer": "V2"}),
    "equipment": World().person("V1").task("T1", equipment="boat"),
    "safety": World().person("V1").task("T1", cut_off=True),
    "crew": World().person("V1").task("T1", slot(), slot("medic", least=1)),
}  # fmt: skip


@pytest.mark.parametrize("reason", WORLDS)
def test_the_rule_that_binds_is_named(reason: str) -> None:
    assert reasons(WORLDS[reason])["T1.0"] == reason


@pytest.mark.parametrize("reason", WORLDS)
def test_every_reason_has_its_words(reason: str) -> None:
    rows = solve(WORLDS[reason].problem()).open.filter(slot="T1.0").rows(named=True)
    text = str(explain_open(rows[0]))
    assert text.startswith("还缺 1 人")
    assert "原因代码" not in text


def test_the_figures_are_counted() -> None:
    world = World().person("V1", "medic").person("V2", "cook").task("T1", slot("medic", 3, least=1))
    row = solve(world.problem()).open.row(0, named=True)
    facts = json.loads(row["detail"])
    assert (row["count"], row["starts"], row["reason"]) == (2, True, "nobody")
    assert (facts["wanted"], facts["going"], facts["left"]) == (3, 1, 2)


def test_a_line_says_why_it_is_as_it_is() -> None:
    claim = {"volunteer": "V1", "slot": "T1.0"}
    alone = World().person("V1").task("T1")
    team = {"team": "M1", "volunteer": "V1"}
    held = World().person("V1").task("T1", slot(count=2), min_crew=2).plus("claims", claim)
    said = [
        str(explain_line(solve(w.problem()).crew.row(0, named=True)))
        for w in (alone, alone.plus("claims", claim), alone.plus("teams", team), held)
    ]
    assert ["随机编号" in said[0], "保留不变" in said[1], "随团队" in said[2]] == [True] * 3
    assert "暂不出发" in said[3]
