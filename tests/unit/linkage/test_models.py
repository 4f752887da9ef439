"""Frozen models: what is written is read, what was changed is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphcore.domain.errors import InputError
from graphcore.linkage.han import HAN
from graphcore.linkage.latin import LATIN
from graphcore.linkage.model import frozen, read_model, shipped_model, write_model
from graphcore.linkage.training import NAME, _weights


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = shipped_model(HAN)
    write_model(model, tmp_path / "model.json")
    assert read_model(tmp_path / "model.json", HAN) == model


@pytest.mark.parametrize("change", [
    lambda told: told["weights"]["name"]["exact"].update(m=0.5),
    lambda told: told["weights"]["name"].pop("exact"),
    lambda told: told.update(version=99),
    lambda told: told.update(scheme="latin"),
    lambda told: told.pop("sha256"),
])  # fmt: skip
def test_a_model_that_was_changed_is_refused(tmp_path: Path, change: object) -> None:
    path = tmp_path / "model.json"
    write_model(shipped_model(HAN), path)
    told = json.loads(path.read_text())
    assert callable(change)
    change(told)
    path.write_text(json.dumps(told))
    with pytest.raises(InputError, match=r"model\.json"):
        read_model(path, HAN)


def test_a_model_that_is_not_fully_trained_is_refused(tmp_path: Path) -> None:
    weights = {f: dict(x) for f, x in shipped_model(HAN).weights.items() if f != "phone"}
    path = tmp_path / "model.json"
    write_model(frozen(HAN, weights, 10, 10), path)
    with pytest.raises(InputError, match="没有训练完整"):
        read_model(path, HAN)


def test_a_field_whose_main_level_was_never_met_is_not_trained() -> None:
    comparison = HAN.by_field["phone"]
    learnt = [{"label_for_charts": x.code} for x in comparison.levels]
    with pytest.raises(InputError, match=NAME):
        _weights(comparison, learnt)


def test_levels_that_were_hardly_met_keep_the_figures_set_by_hand() -> None:
    comparison = HAN.by_field["sex"]
    learnt = [{"label_for_charts": "exact", "m_probability": 0.99, "u_probability": 0.5},
              {"label_for_charts": "other", "m_probability": 1e-6}]  # fmt: skip
    made = _weights(comparison, learnt)
    assert made["other"][1] == comparison.levels[1].u
    assert made["other"][0] == pytest.approx(0.01, rel=0.02)


def test_every_scheme_has_a_model_that_fits_it() -> None:
    for scheme in (HAN, LATIN):
        model = shipped_model(scheme)
        assert {f: set(x) for f, x in model.weights.items()} == {
            c.field: {x.code for x in c.levels} for c in scheme.comparisons
        }
