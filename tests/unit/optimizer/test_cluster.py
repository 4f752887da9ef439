"""Workers in processes of their own, on a Ray cluster of this machine."""

from __future__ import annotations

import sys

import pytest

from graphcore.domain.errors import SettingsError
from optimizer.scale.cluster import Place, cluster
from tests.support.apart import alone
from tests.support.on_ray import killed_and_compared


@pytest.mark.slow
def test_a_killed_process_costs_its_own_parts_and_the_plan_is_that_of_one_process() -> None:
    told = alone(killed_and_compared)
    assert told["rebuilt"] == 1  # of three items, the second worker has one
    assert told["lines"]
    assert told["same_goals"]
    assert told["same_lines"]
    assert told["shared_out"]
    assert told["error"]
    assert told["same_error"]  # what a task raises is raised as it was


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError) as caught, cluster(Place(1)):
        pass
    assert "doudi[cluster]" in str(caught.value.advice)
