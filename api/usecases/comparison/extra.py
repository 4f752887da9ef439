"""The comparison's libraries are an extra: imported where used, missed with advice."""

from __future__ import annotations

import importlib
from types import ModuleType

from graphcore.domain.errors import SettingsError
from graphcore.domain.text import say

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
