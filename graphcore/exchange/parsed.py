"""What reading gives: a file's sheets as typed rows, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graphcore.domain.rows import RowProblem
from graphcore.exchange.forms.catalogue import Form


@dataclass(frozen=True, slots=True)
class ParsedSheet:
    """One sheet that was read with one form.

    ``table`` and ``refused`` have ``_row`` (the row number that the spreadsheet shows) and every
    field of the form, typed as `Type` says. ``refused`` are the rows with an error, with those of
    their cells that could be read. ``headers`` maps field → header as the user wrote it.
    """

    form: Form
    sheet: str
    headers: Mapping[str, str]
    table: pl.DataFrame
    refused: pl.DataFrame
    problems: tuple[RowProblem, ...] = ()
    header_rows: tuple[int, int] = (1, 1)  # first and last, 1-based


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file that was read; ``sha256`` is of its bytes."""

    path: Path
    name: str
    sha256: str
    sheets: tuple[ParsedSheet, ...]
