"""Bind: every row of a file onto the world's change set, or onto the list of what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from api.usecases.context import Context
from api.usecases.intake.placing import place_rows
from api.usecases.intake.world import Look, make_world
from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.forms import BINDERS, RANK
from graphcore.casework.intake.world import World
from graphcore.domain.event import canonical_json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.rows import RowProblem, Severity
from graphcore.exchange.forms.catalogue import Form
from graphcore.exchange.mapping import TableMapping
from graphcore.exchange.reader import ParsedFile, ParsedSheet

DISTRICT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Source:
    """One row's own record: who it is across files, and what it said (keyed digest)."""

    id: str
    form: str
    sheet: str
    row: int
    external: str
    subject: str
    digest: str
    place: str
    fresh: bool  # new, changed or returned: to be written


@dataclass
class Bound:
    """A file bound onto a world."""

    world: World
    sources: dict[str, Source] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    bad: dict[tuple[str, int], tuple[Form, Cells]] = field(default_factory=dict)
    rows: int = 0
    unchanged: int = 0


def bind_file(ctx: Context, file: ParsedFile, seen: Look, mapping: TableMapping | None) -> Bound:
    """Bind all sheets, those that others build on first."""
    bound = Bound(make_world(ctx, seen, _district(ctx, file, seen, mapping)))
    problems: list[RowProblem] = []
    for sheet in sorted(file.sheets, key=lambda s: RANK[s.form.code]):
        problems += sheet.problems
        placed = place_rows(sheet, bound.world, mapping)
        problems += placed.problems
        _keep_bad(bound, sheet, sheet.refused)
        _keep_bad(bound, sheet, placed.refused)
        problems += _bind_rows(bound, file, sheet, placed.table, seen)
        bound.rows += sheet.table.height + sheet.refused.height
    bound.problems = tuple(sorted(problems, key=lambda p: (p.sheet, p.row, p.column)))
    return bound


def _district(ctx: Context, file: ParsedFile, seen: Look, mapping: TableMapping | None) -> str:
    """The district that is served: configured, known, or the one whose townships come in."""
    if ctx.district:
        return ctx.district
    if len(seen.districts) == 1:
        return seen.districts[0]
    codes = [
        str(code)[:DISTRICT_DIGITS]
        for sheet in file.sheets
        if sheet.form.code == "townships"
        for code in sheet.table["code"]
    ]
    return codes[0] if codes else (mapping.place_prefix if mapping else "")


def _keep_bad(bound: Bound, sheet: ParsedSheet, refused: pl.DataFrame) -> None:
    for cells in refused.iter_rows(named=True):
        bound.bad[sheet.sheet, int(cells["_row"])] = (sheet.form, cells)


def _bind_rows(
    bound: Bound, file: ParsedFile, sheet: ParsedSheet, table: pl.DataFrame, seen: Look
) -> Sequence[RowProblem]:
    problems = []
    for cells in table.iter_rows(named=True):
        try:
            _bind_row(bound, file, sheet, cells, seen)
        except RowUnplaced as error:
            row = int(cells["_row"])
            header = sheet.headers.get(error.column, error.column)
            problems.append(RowProblem(
                sheet.sheet, row, header, error.what, error.advice, Severity.ERROR, "unplaced"
            ))  # fmt: skip
            bound.bad[sheet.sheet, row] = (sheet.form, cells)
    return problems


def _bind_row(bound: Bound, file: ParsedFile, sheet: ParsedSheet, cells: Cells, seen: Look) -> None:
    form, world = sheet.form, bound.world
    external = own_key(form, cells, world)
    key = derived(Kind.SOURCE, form.code, external or f"{file.name}/{sheet.sheet}/{cells['_row']}")
    digest = world.index(form.code, canonical_json({k: v for k, v in cells.items() if k != "_row"}))
    before = seen.sources.get(key)
    same = before is not None and before["digest"] == digest
    subject = str(before["subject"]) if before and same else BINDERS[form.code](cells, world)
    back = before is not None and before["absent_since"] != ""
    place = str(cells.get(form.place) or "") if form.place else ""
    bound.sources[key] = Source(
        key, form.code, sheet.sheet, int(cells["_row"]), external, subject, digest, place,
        not same or back,
    )  # fmt: skip
    bound.unchanged += same


def own_key(form: Form, cells: Cells, world: World) -> str:
    """What makes the row the same row in another file: its own id columns, as a keyed digest.

    "" where the row has none: then file, sheet and row at its first import stand in.
    """
    values = [cells.get(name) for name in form.key]
    if "household" in form.key and cells.get("household"):
        values = [cells.get(n) for n in form.key if n not in ("id_number", "head")]
    if not any(values):
        return ""
    return world.index(f"row/{form.code}", "\x1f".join(str(v or "") for v in values))
