"""Report → ledger: files of the district's offices become nodes, all or nothing a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.intake import absence, binding, refusal, saving
from api.usecases.intake.world import Look, look
from api.usecases.transport.receive import Signature
from api.usecases.transport.sheet import is_receipts, receive_parsed
from graphcore.casework.intake.forms import RANK
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Conflict, RowsRefused
from graphcore.domain.rows import RowProblem
from graphcore.domain.text import say
from graphcore.exchange.mapping import TableMapping, load_mapping
from graphcore.exchange.reader import ParsedFile, read_file

ATTEMPTS = 5  # of one file, where other writers keep changing what its rows build on


class FileState(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    PARTLY = "partly"  # good rows only, on request
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read and what to do with bad rows. ``bad_rows_to``: folder for rows to correct."""

    form: str | None = None
    mapping: Path | None = None
    keep_good_rows: bool = False
    bad_rows_to: Path | None = None


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What one file did."""

    name: str
    file: str
    state: FileState
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    absent: int = 0
    problems: tuple[RowProblem, ...] = field(default=())


def import_files(
    ctx: Context,
    actor: Actor,
    paths: Sequence[Path],
    options: ImportOptions = ImportOptions(),
    progress: Progress | None = None,
) -> list[FileOutcome]:
    """Import files, those that others build on first; each is one transaction.

    Raises:
        FileRefused: a file that is not opened at all.
        RowsRefused: a file with bad rows, where good rows are not to be kept; files before it in
            the order stay imported, nothing of this one is, but its bad rows are on the list of
            the unserved.
    """
    authorise(actor, Operation.IMPORT_FILES, ctx.district)
    mapping = load_mapping(options.mapping) if options.mapping else None
    parsed = []
    for n, path in enumerate(paths):
        _tell(progress, "import.read", n / len(paths))
        parsed.append((path, read_file(path, form=options.form, mapping=mapping)))
    parsed.sort(key=lambda pair: (_rank(pair[1]), pair[1].name))
    outcomes = []
    for n, (path, file) in enumerate(parsed):
        _tell(progress, "import.write", n / len(parsed))
        if is_receipts(file):
            outcomes.append(_receipts(ctx, actor, file))
            continue
        outcomes.append(_import_one(ctx, actor, path, file, mapping, options))
    _tell(progress, "import.write", 1.0)
    return outcomes


def _receipts(ctx: Context, actor: Actor, file: ParsedFile) -> FileOutcome:
    """Record a filled-in receipt sheet; each row must name who signed."""
    done = receive_parsed(ctx, actor, file, Signature(""))
    rows = sum(sheet.table.height for sheet in file.sheets)
    state = FileState.IMPORTED if done.receipts else FileState.UNCHANGED
    return FileOutcome(
        file.name, "", state, rows, created=len(done.receipts), updated=done.cargo,
        unchanged=rows - done.cargo,
    )  # fmt: skip


def _tell(progress: Progress | None, step: str, share: float) -> None:
    if progress is not None:
        progress(step, share)


def _rank(file: ParsedFile) -> int:
    return min((RANK[s.form.code] for s in file.sheets), default=len(RANK))


def _import_one(
    ctx: Context,
    actor: Actor,
    path: Path,
    file: ParsedFile,
    mapping: TableMapping | None,
    options: ImportOptions,
) -> FileOutcome:
    for _ in range(ATTEMPTS):
        seen = look(ctx, file, mapping)
        try:
            return _apply(ctx, actor, path, file, seen, mapping, options)
        except saving.Moved:
            continue
    raise Conflict(say("导入 {name} 时数据不断被他人修改。", name=file.name), say("请稍后重试。"))


def _apply(
    ctx: Context,
    actor: Actor,
    path: Path,
    file: ParsedFile,
    seen: Look,
    mapping: TableMapping | None,
    options: ImportOptions,
) -> FileOutcome:
    bound = binding.bind_file(ctx, file, seen, mapping)
    if bound.bad and not options.keep_good_rows:
        refusal.record(ctx, actor, file, bound, seen)
        raise RowsRefused(
            say("{name} 有 {count} 行有误，整个文件未导入。", name=file.name, count=len(bound.bad)),
            bound.problems,
            say("请按逐行说明改正后重新导入；或加 --keep-good-rows 先导入无误的行。"),
        )
    gone = absence.find(bound, seen)
    seq = saving.save(ctx, actor, file, bound, seen, gone)
    created, updated = bound.world.changes.counts
    state = FileState.PARTLY if bound.bad else FileState.IMPORTED
    if seq is None:
        state = FileState.UNCHANGED
    if bound.bad and options.bad_rows_to:
        refusal.write_bad_rows(file, bound, options.bad_rows_to / f"{path.stem}-待改正.xlsx")
    return FileOutcome(
        file.name, seen.file, state, bound.rows, created, updated, bound.unchanged,
        len(bound.bad), len(gone), bound.problems,
    )  # fmt: skip
