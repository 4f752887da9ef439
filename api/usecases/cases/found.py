"""The case that an act is about."""

from __future__ import annotations

from typing import Any

from graphcore.domain.errors import NotFound
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit


def case_of(unit: ReadUnit, case: str) -> dict[str, Any]:
    """Return the AidCase row.

    Raises:
        NotFound: no such case.
    """
    rows = unit.nodes("AidCase", [case])
    if rows.is_empty():
        raise NotFound(say("没有个案 {case}。", case=case),
                       say("请用 doudi cases list 查看个案编号。"))  # fmt: skip
    return dict(rows.row(0, named=True))
