"""The receipt sheet that export wrote for signing, filled in and read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.transport.receive import Received, Signature, receive_signed
from graphcore.casework.receipt import NotAsSigned, Signed, steps
from graphcore.domain.actor import Actor
from graphcore.domain.errors import RowsRefused
from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Text, say
from graphcore.exchange.parsed import ParsedFile, ParsedSheet
from graphcore.exchange.reader import read_file

FORM = "receipts"


@dataclass
class _Rows:
    """What a file's rows say: signatures by who signed, and what cannot be."""

    by_signer: dict[str, list[Signed]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    bad: int = 0


def is_receipts(file: ParsedFile) -> bool:
    """Whether a file holds receipt sheets."""
    return any(s.form.code == FORM for s in file.sheets)


def receive_file(ctx: Context, actor: Actor, path: Path, sign: Signature) -> Received:
    """Record a filled-in receipt sheet: all of its rows or none. The same sheet again does nothing.

    A row without figures is not signed for yet and stays open. ``sign.by`` stands in where a row
    names nobody.

    Raises:
        Forbidden: the actor may not record receipts, or not for a township of the sheet.
        FileRefused: the file is not opened at all.
        RowsRefused: rows that cannot be; says which and why.
    """
    authorise(actor, Operation.SIGN_RECEIPT)
    return receive_parsed(ctx, actor, read_file(path, form=FORM), sign)


def receive_parsed(ctx: Context, actor: Actor, file: ParsedFile, sign: Signature) -> Received:
    """Record a sheet that has been read; see `receive_file`."""
    found = _Rows()
    for sheet in file.sheets:
        found.problems += [p for p in sheet.problems if p.severity is Severity.ERROR]
        found.bad += sheet.refused.height
        _read(ctx, sheet, sign, found)
    if found.bad:
        raise RowsRefused(
            say("{name} 有 {count} 行有误，没有登记任何签收。", name=file.name, count=found.bad),
            tuple(found.problems), say("请按逐行说明改正后重新导入。"),
        )  # fmt: skip
    return receive_signed(ctx, actor, found.by_signer, sign.level)


def _read(ctx: Context, sheet: ParsedSheet, sign: Signature, found: _Rows) -> None:
    table = sheet.table.filter(
        pl.any_horizontal(pl.col("received", "damaged", "declined").is_not_null())
    )
    keys = table["cargo"].to_list()
    cargo = {r["id"]: r for r in ctx.store.read(lambda u: u.nodes("Cargo", keys)).to_dicts()}
    for row in table.iter_rows(named=True):
        wrong = _row(row, cargo.get(row["cargo"]), sign, found)
        if wrong is not None:
            header = sheet.headers.get(wrong[0], wrong[0])
            found.problems.append(RowProblem(
                sheet.sheet, int(row["_row"]), header, wrong[1], wrong[2], Severity.ERROR, "receipt"
            ))  # fmt: skip
            found.bad += 1


def _row(
    row: dict[str, Any], cargo: dict[str, Any] | None, sign: Signature, found: _Rows
) -> tuple[str, Text, Text] | None:
    """Keep what a row signs for; return the column, what is wrong and what to do, if it cannot be."""
    if cargo is None:
        return ("cargo", say("没有此编号的签收行。"),
                say("请使用由 doudi export --format trips 导出的签收表；车次重排后须重新导出。"))  # fmt: skip
    signed = Signed(
        row["cargo"], row["received"] or 0, row["damaged"] or 0, row["declined"] or 0
    )  # fmt: skip
    by = (row["signed_by"] or "").strip() or sign.by
    if not by:
        return ("signed_by", say("没有写明由谁签收。"), say("请填写签收人，或用 --by 写明。"))
    try:
        steps(cargo, signed, sign.level)
    except NotAsSigned as error:
        return ("received", error.what, error.advice)
    found.by_signer.setdefault(by, []).append(signed)
    return None
