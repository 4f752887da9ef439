"""A sheet as it was found: cells by place, before anybody says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Raw: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""A cell as the file holds it; ``""`` where empty."""

Span: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (first row, first column), (last row, last column), 0-based, inclusive."""

Place: TypeAlias = tuple[int, int]
"""Row and column, 0-based."""


@dataclass(slots=True)
class Grid:
    """One sheet. ``rows[0]`` is the spreadsheet's row 1; rows may differ in length.

    ``unsolved`` are formulas without a stored result, ``broken`` cells that hold an Excel error,
    ``repeated`` cells whose value was filled in from a merged range.
    """

    sheet: str
    rows: list[list[Raw]]
    merged: tuple[Span, ...] = ()
    hidden_rows: frozenset[int] = frozenset()  # 0-based
    unsolved: frozenset[Place] = frozenset()
    broken: frozenset[Place] = frozenset()
    repeated: set[Place] = field(default_factory=set)

    def cell(self, row: int, column: int) -> Raw:
        """Return a cell, ``""`` outside the sheet."""
        if not 0 <= row < len(self.rows):
            return ""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max(map(len, self.rows), default=0)


def fill_merged(grid: Grid) -> None:
    """Give every cell of a merged range the value of its first cell, and remember which."""
    for (top, left), (bottom, right) in grid.merged:
        value = grid.cell(top, left)
        if value == "":
            continue
        last = min(bottom, len(grid.rows) - 1)
        for row in range(top, last + 1):
            cells = grid.rows[row]
            for column in range(left, min(right, len(cells) - 1) + 1):
                if cells[column] == "" and (row, column) != (top, left):
                    cells[column] = value
                    grid.repeated.add((row, column))
