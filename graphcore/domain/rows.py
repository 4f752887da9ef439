"""What intake says of one row or cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graphcore.domain.text import Text


class Severity(StrEnum):
    """Whether a problem keeps the row out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in one cell: where, what, and what to do.

    ``row`` is the row number as the spreadsheet shows it (1-based, 0 for the whole sheet),
    ``column`` the header as the user wrote it. Neither text holds the cell's personal content.
    """

    sheet: str
    row: int
    column: str
    what: Text
    advice: Text
    severity: Severity = Severity.ERROR
    code: str = ""
