"""Rows that were refused: people unserved until somebody settles the row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from api.usecases.context import Context
from api.usecases.intake.binding import Bound, own_key
from api.usecases.intake.rows import file_row, frame_of
from api.usecases.intake.world import Look
from graphcore.casework.intake.binding import Cells
from graphcore.casework.intake.world import World
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.rows import Severity
from graphcore.exchange import report
from graphcore.exchange.forms.catalogue import Form
from graphcore.exchange.reader import ParsedFile
from graphcore.store.port import WriteUnit


def record(ctx: Context, actor: Actor, file: ParsedFile, bound: Bound, seen: Look) -> None:
    """Keep the refusal itself: the file's name and digest, and its bad rows."""
    source = file_row(ctx, actor, file, bound, seen.file, "refused")
    rows = rows_of(file, bound, seen.file)

    def write(unit: WriteUnit) -> None:
        unit.upsert("SourceFile", source)
        unit.upsert("RefusedRow", rows)
        unit.append(EventDraft(
            "import.refused", actor.id, bound.world.at,
            {"file": seen.file, "rows": bound.rows, "refused": len(bound.bad)},
        ))  # fmt: skip

    if bound.world.district:
        ctx.store.write(bound.world.district, write)


def rows_of(file: ParsedFile, bound: Bound, key: str) -> pl.DataFrame:
    """Return the bad rows as RefusedRow nodes: where, how many people, which faults; no names."""
    codes: dict[tuple[str, int], set[str]] = {}
    for problem in bound.problems:
        if problem.severity is Severity.ERROR:
            codes.setdefault((problem.sheet, problem.row), set()).add(problem.code)
    rows: list[Mapping[str, object]] = []
    for (sheet, row), (form, cells) in sorted(bound.bad.items()):
        rows.append({
            "id": refused_id(bound.world, file.name, sheet, row, own_key(form, cells, bound.world)),
            "file": key, "sheet": sheet, "row": row, "form": form.code,
            "place": _place(bound.world, cells.get(form.place)) if form.place else "",
            "persons": people_in(form, cells),
            "codes": sorted(codes.get((sheet, row), ())), "at": bound.world.at, "settled": False,
        })  # fmt: skip
    return frame_of("RefusedRow", rows)


def _place(world: World, told: object) -> str:
    """Return the place that a row names if it is one: a shifted column may hold a person's name."""
    known = {**world.existing("Village"), **world.existing("Township"),
             **world.changes.created.get("Village", {}), **world.changes.created.get("Township", {})}  # fmt: skip
    text = str(told or "")
    return text if text in known or text in {str(p["name"]) for p in known.values()} else ""


def people_in(form: Form, cells: Cells) -> int:
    """Return how many people a row speaks of: the count it gives, at least the one it names."""
    told = int(cells.get(form.persons) or 0) if form.persons else 0
    names_somebody = any(field.personal for field in form.fields)
    return max(told, int(names_somebody or bool(form.persons)))


def refused_id(world: World, name: str, sheet: str, row: int, external: str) -> str:
    """Identifier under which a corrected row finds its refusal again."""
    return derived(Kind.REFUSED, world.district, external or f"{name}/{sheet}/{row}")


def write_bad_rows(file: ParsedFile, bound: Bound, out: Path) -> None:
    """Write the bad rows, with what is wrong, as a file to correct and import again."""
    out.parent.mkdir(parents=True, exist_ok=True)
    report.write_bad_rows(file, out, frozenset(bound.bad), bound.problems)
