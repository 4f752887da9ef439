"""Small real Excel files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter

Row: TypeAlias = Sequence[Any]


def book(path: Path, *sheets: tuple[str, Sequence[Row]]) -> Path:
    """Write a workbook of (sheet name, rows) and return its path."""
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return path


TOWNSHIPS = ("乡镇", [["乡镇代码", "乡镇名称", "区县名称"], ["990101100000", "清河镇", "示范区"],
                      ["990101101000", "石桥乡", "示范区"]])  # fmt: skip
VILLAGES = ("村", [["村代码", "村名称", "乡镇"], ["990101100201", "河东村", "清河镇"],
                   ["990101100202", "河西村", "清河镇"], ["990101101201", "石桥村", "石桥乡"]])  # fmt: skip
DISASTER = ("灾害", [["灾害编号", "灾害名称", "灾害种类", "发生时间"],
                     ["ZH1", "示范洪水", "洪涝", "2026-07-01 02:00"]])  # fmt: skip
ROSTER_HEAD = ["户编号", "村（社区）", "户主姓名", "家庭人口", "核查状态"]


def places(folder: Path) -> Path:
    """The two townships, three villages and the flood that other files build on."""
    return book(folder / "01-基本情况.xlsx", TOWNSHIPS, VILLAGES, DISASTER)


def roster(path: Path, *rows: Row) -> Path:
    """A roster with the given rows."""
    return book(path, ("底册", [ROSTER_HEAD, *rows]))
