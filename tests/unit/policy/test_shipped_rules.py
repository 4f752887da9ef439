"""What the shipped rules must have, whatever their figures."""

from __future__ import annotations

from datetime import date

import pytest

from graphcore.domain.household import BasicNeed, HardshipGroup, MedicalFact, Stage
from graphcore.policy.model import Dated, Status
from graphcore.policy.rulebook import load

RULES = load()
DAY = date(2026, 7, 1)


def figures() -> list[tuple[str, Dated]]:
    layer = RULES.layers[0]
    sections = (layer.parameters, layer.needs, layer.referrals)
    return [(name, v) for s in sections for name, rule in s.items() for v in rule.values]


def test_no_figure_poses_as_statutory_without_a_text() -> None:
    for name, figure in figures():
        assert figure.cites, name
        if figure.status is not Status.ILLUSTRATIVE:
            assert not figure.cites.startswith("示例"), name


def test_every_illustrative_figure_says_so_or_names_its_reference() -> None:
    for name, figure in figures():
        if figure.status is Status.ILLUSTRATIVE:
            assert "示例" in figure.cites or "参考" in figure.cites, name


@pytest.mark.parametrize("stage", list(Stage))
def test_each_stage_has_a_rule_for_each_basic_need(stage: Stage) -> None:
    served = {
        RULES.catalogue[rule.item].basic for rule in RULES.needs.values()
        if stage.value in rule.stages
    }  # fmt: skip
    assert served == set(BasicNeed)


def test_the_survival_floor_covers_water_food_medicine_and_warm_shelter() -> None:
    floor = {code for code, item in RULES.catalogue.items() if item.survival}
    assert {"water", "instant_food", "rice", "infant_formula", "insulin", "oxygen_cylinder",
            "tent", "quilt", "heating_pack"} <= floor  # fmt: skip
    assert all(RULES.catalogue[code].daily for code in ("water", "rice", "instant_food"))


def test_every_item_is_used_by_a_rule() -> None:
    used = {rule.item for rule in RULES.needs.values()}
    used |= {rule.use for rule in RULES.substitutions.values()} | set(RULES.bundles)
    assert used == set(RULES.catalogue)


def test_every_medical_fact_has_a_referral() -> None:
    assert {rule.fact for rule in RULES.referrals.values()} == set(MedicalFact)


def test_all_groups_of_the_source_text_come_first_and_weigh_more() -> None:
    groups = {g.value for g in HardshipGroup}
    assert set(RULES.at("tier.priority_groups", DAY).value) == groups
    weights = RULES.at("weight.groups", DAY).value
    assert set(weights) == groups
    assert min(weights.values()) > 1000
