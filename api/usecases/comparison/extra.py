"""The comparison's libraries are an extra: imported where used, missed with advice."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl

from graphcore.domain.errors import SettingsError
from graphcore.domain.text import say

if TYPE_CHECKING:
    from graphcore.linkage.decide import Thresholds
    from graphcore.linkage.link import Links

_MODULES = frozenset({"duckdb", "splink", "opencc", "pypinyin", "sqlglot"})


def linking() -> ModuleType:
    """Return `graphcore.linkage.link`.

    Raises:
        SettingsError: the extra is not installed.
    """
    try:
        return importlib.import_module("graphcore.linkage.link")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _MODULES:
            raise
        raise SettingsError(
            say("比对所需的组件没有安装。"),
            say("请运行：{command}", command="uv sync --inexact --extra linkage"), field="linkage",
        ) from error  # fmt: skip


def compared(
    module: Any, left: pl.DataFrame, right: pl.DataFrame, thresholds: Thresholds, **decided: Any
) -> Links:
    """Compare two tables of Chinese records by the shipped model.

    Args:
        module: What `linking` returns.
        left: The ledger's side.
        right: The register's side.
        thresholds: From which weight on a pair is matched or reviewed.
        decided: ``together`` and ``apart``, pairs that a person has judged; none = the method alone.
    """
    from graphcore.linkage.han import HAN  # noqa: PLC0415 -- part of the extra
    from graphcore.linkage.model import shipped_model  # noqa: PLC0415

    how = module.Options(scheme=HAN, model=shipped_model(HAN), thresholds=thresholds, **decided)
    made: Links = module.link(left, right, how)
    return made
