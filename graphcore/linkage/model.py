"""A frozen model: how often true and random pairs are at each level; versioned JSON with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.linkage.levels import Comparison, Level, Scheme

FORMAT = 1
LEAST, MOST = 1e-12, 1 - 1e-12
_DIGITS = 6  # significant digits kept: what differs behind them is the order of additions

Weights = Mapping[str, Mapping[str, tuple[float, float]]]
"""Field → level → (m, u)."""


@dataclass(frozen=True, slots=True)
class Model:
    """``weights`` of every level of the scheme, and what they were learnt from."""

    scheme: str
    version: int
    weights: Weights
    left: int
    right: int

    @property
    def digest(self) -> str:
        """Hex sha256 of the model's content."""
        return hashlib.sha256(_canonical(self).encode()).hexdigest()


def frozen(scheme: Scheme, weights: Weights, left: int, right: int) -> Model:
    """Return a model with its figures rounded, so that a repeated training gives the same bytes."""
    kept = {
        field: {code: (_rounded(m), _rounded(u)) for code, (m, u) in levels.items()}
        for field, levels in weights.items()
    }
    return Model(scheme.name, scheme.version, kept, left, right)


def _rounded(value: float) -> float:
    return float(f"{min(MOST, max(LEAST, value)):.{_DIGITS}g}")


def _canonical(model: Model) -> str:
    return json.dumps(_as_dict(model), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _as_dict(model: Model) -> dict[str, Any]:
    weights = {
        f: {c: {"m": m, "u": u} for c, (m, u) in x.items()} for f, x in model.weights.items()
    }
    return {
        "format": FORMAT, "scheme": model.scheme, "version": model.version,
        "trained_on": {"left": model.left, "right": model.right}, "weights": weights,
    }  # fmt: skip


def write_model(model: Model, path: Path) -> None:
    """Write the model as JSON with its digest."""
    told = {**_as_dict(model), "sha256": model.digest}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_model(path: Path, scheme: Scheme) -> Model:
    """Read a frozen model.

    Raises:
        InputError: it does not load, was changed by hand, is of another version, or is not fully
            trained for the scheme.
    """
    return _checked(path.read_text(encoding="utf-8"), scheme, path.name)


def shipped_model(scheme: Scheme) -> Model:
    """Return the model that comes with the product.

    That of Chinese records was learnt from generated lists; others are the figures set by hand.
    """
    if not scheme.shipped:
        by_hand = {c.field: {x.code: (x.m, x.u) for x in c.levels} for c in scheme.comparisons}
        return frozen(scheme, by_hand, 0, 0)
    name = f"{scheme.name}-{scheme.version}.json"
    text = resources.files("graphcore.linkage").joinpath("models", name).read_text("utf-8")
    return _checked(text, scheme, name)


def _checked(text: str, scheme: Scheme, name: str) -> Model:
    try:
        told = json.loads(text)
        weights = {
            f: {c: (float(x["m"]), float(x["u"])) for c, x in levels.items()}
            for f, levels in told["weights"].items()
        }
        rows = told["trained_on"]
        model = Model(
            told["scheme"], int(told["version"]), weights, int(rows["left"]), int(rows["right"])
        )
        digest, form = told["sha256"], told["format"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unfit(name, say("不是比对模型文件")) from error
    if form != FORMAT or model.scheme != scheme.name or model.version != scheme.version:
        raise _unfit(name, say("与本版本的比对方法不符"))
    if digest != model.digest:
        raise _unfit(name, say("内容与其校验值不符"))
    require_trained(scheme, model.weights, name)
    return model


def _unfit(name: str, why: object) -> InputError:
    return InputError(say("比对模型 {name} 不能使用：{why}。", name=name, why=why),
                      say("请删除该文件后重新比对，模型会重新训练。"), field="model")  # fmt: skip


def require_trained(scheme: Scheme, weights: Weights, name: str) -> None:
    """Refuse weights that lack a level of the scheme.

    Raises:
        InputError: not fully trained.
    """
    for comparison in scheme.comparisons:
        for level in comparison.levels:
            m, u = weights.get(comparison.field, {}).get(level.code, (0.0, 0.0))
            if not (0 < m <= 1 and 0 < u <= 1):
                raise not_trained(comparison, level, name)


def not_trained(comparison: Comparison, level: Level, name: str) -> InputError:
    """Return the error about a level that nothing was learnt of."""
    return InputError(
        say("比对模型 {name} 没有训练完整：{field}（{level}）。",
            name=name, field=comparison.words, level=level.words),
        say("请检查两表的该列是否填写，或改用随产品提供的模型（不加 --train）。"), field="model",
    )  # fmt: skip
