"""Sign a batch, write the bank's file, answer the file that the bank returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from graphcore.casework.payments import (
    STOPPED,
    Answer,
    BatchState,
    Known,
    PayState,
    Returned,
    answers,
)
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.privacy import RecordKind
from graphcore.domain.text import say
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.reader import open_book
from graphcore.store.port import ReadUnit, WriteUnit

PAYMENT = Reason("payment")
_PAYEES = Seen("pay.file", ("account_name", "payee_account"), (RecordKind.PAYMENT,))

HEADER = ("支付编号", "户名", "账号", "开户银行", "金额（元）", "结果", "原因", "入账日期")
RESULTS = {
    PayState.PAID: ("成功", "已付", "支付成功", "入账成功", "交易成功"),
    PayState.FAILED: ("失败", "支付失败", "交易失败", "户名不符", "账号不存在", "未成功"),
    PayState.REVERSED: ("退回", "退汇", "冲正", "已退回"),
}
FEN = 100
_WITHIN = 20  # rows in which the header must stand


@dataclass(frozen=True)
class Answered:
    """What a returned file did."""

    rows: tuple[Answer, ...]
    silent: tuple[str, ...]  # payments of the batch that the file does not name
    states: dict[str, int]  # payments of the batch by state, afterwards


def sign(ctx: Context, actor: Actor, batch: str, rank: str = "") -> int:
    """Sign a batch; return how many signatures are still missing. Nobody signs twice.

    Ranks sign from the lowest up; ``rank`` is the officer's, left out it is taken for the next.

    Raises:
        Forbidden: the actor may not sign.
        NotFound: no such batch.
        WrongState: it is signed already, by enough officers or by this one.
    """
    authorise(actor, Operation.DECIDE_CASE, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> int:
        row = find(unit, batch)
        names = list(row["signed_by"] or [])
        if row["state"] != BatchState.DRAFT.value or actor.id in names:
            raise WrongState(say("第 {number} 批已签批，或您已签过。", number=row["number"]),
                             say("需要几人签批由金额和笔数决定，每人只签一次。"))  # fmt: skip
        due = list(row["approvers"] or [])[len(names) :]
        if rank and due and due[0] not in ("", rank):
            raise WrongState(say("此批下一个应由“{rank}”签批。", rank=due[0]),
                             say("请按级别从低到高依次签批。"))  # fmt: skip
        names.append(actor.id)
        left = max(0, int(row["ranks"]) - len(names))
        unit.update("PayBatch", pl.DataFrame([{
            "id": row["id"], "signed_by": names, "signed_at": at, "version": row["version"] + 1,
            "state": (BatchState.DRAFT if left else BatchState.SIGNED).value,
        }]))  # fmt: skip
        unit.append(
            EventDraft(
                "pay.signed",
                actor.id,
                at,
                {"batch": row["id"], "left": left, "rank": due[0] if due else ""},
            )
        )
        return left

    return ctx.store.write(ctx.district, write)


def find(unit: ReadUnit, batch: str) -> dict[str, Any]:
    """Return a batch by id or number.

    Raises:
        NotFound: no such batch.
    """
    rows = unit.nodes("PayBatch")
    found = rows.filter((pl.col("id") == batch) | (pl.col("number").cast(pl.String()) == batch))
    if found.is_empty():
        raise NotFound(
            say("没有发放批次 {batch}。", batch=batch), say("请用 doudi pay list 查看。")
        )
    return dict(found.row(0, named=True))


def bank_file(ctx: Context, actor: Actor, batch: str, out: Path, reason: Reason = PAYMENT) -> Path:
    """Write the file that a bank takes; that accounts left the system is recorded.

    Raises:
        Forbidden: the actor may not take personal data out.
        WrongState: the batch is not signed.
    """
    authorise(actor, Operation.EXPORT_PERSONAL, ctx.district)
    authorise(actor, Operation.PAY, ctx.district)
    row = ctx.store.read(lambda unit: find(unit, batch))
    if row["state"] == BatchState.DRAFT.value:
        raise WrongState(say("第 {number} 批还没有签批完毕。", number=row["number"]),
                         say("请先由负责人签批。"))  # fmt: skip
    payments, banks = ctx.store.read(lambda unit: _lines(unit, str(row["id"])))
    told = look(ctx, actor, reason, payments["household"], _PAYEES)
    table = _table(payments, banks, told)
    out.parent.mkdir(parents=True, exist_ok=True)
    title = f"救助资金发放第{row['number']}批"
    write_workbook(out, [Sheet(title, title, table)])
    _sent(ctx, actor, row)
    return out


def _lines(unit: ReadUnit, batch: str) -> tuple[pl.DataFrame, dict[str, str]]:
    payments = (
        unit.nodes("Payment")
        .filter((pl.col("batch") == batch) & (pl.col("answer").fill_null("") != STOPPED))
        .sort("township", "id")
    )
    return payments, dict(unit.nodes("BankAccount").select("household", "bank").iter_rows())


def _table(
    payments: pl.DataFrame, banks: dict[str, str], told: dict[str, dict[str, str]]
) -> pl.DataFrame:
    rows = [
        (p["id"], (to := told.get(p["household"], {})).get("account_name", ""),
         to.get("payee_account", ""), banks.get(p["household"]) or "",
         f"{p['amount_fen'] / FEN:.2f}", "", "", "")
        for p in payments.iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String()), orient="row")


def _sent(ctx: Context, actor: Actor, row: dict[str, Any]) -> None:
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        now = find(unit, str(row["id"]))
        if now["state"] == BatchState.SIGNED.value:
            unit.update("PayBatch", pl.DataFrame([{
                "id": now["id"], "state": BatchState.SENT.value, "sent_at": at,
                "version": now["version"] + 1,
            }]))  # fmt: skip
        unit.append(EventDraft("pay.file_written", actor.id, at, {
            "batch": row["id"], "payments": row["payments"]}))  # fmt: skip

    ctx.store.write(ctx.district, write)


def returned(ctx: Context, actor: Actor, batch: str, path: Path) -> Answered:
    """Answer a bank's returned file; raises as `answered`, and InputError: no sheet has the header."""
    authorise(actor, Operation.PAY, ctx.district)
    return answered(ctx, actor, batch, read_returned(path))


def result_of(said: str) -> PayState | None:
    """Return what a bank's word says of a payment; None if it says neither."""
    return next((state for state, words in RESULTS.items() if said in words), None)


def answered(ctx: Context, actor: Actor, batch: str, rows: list[Returned]) -> Answered:
    """Answer a bank's returned rows one by one, whatever they hold.

    A row that cannot be understood makes its payment *unknown*, to be looked into; it is never
    taken for paid. Reading the same file again changes nothing.

    Raises:
        Forbidden: the actor may not pay.
        NotFound: no such batch.
        WrongState: no file of the batch was written yet.
    """
    authorise(actor, Operation.PAY, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> Answered:
        one = find(unit, batch)
        if one["state"] not in (BatchState.SENT.value, BatchState.ANSWERED.value):
            raise WrongState(say("第 {number} 批还没有送交银行。", number=one["number"]),
                             say("请先用 doudi pay file 生成银行文件。"))  # fmt: skip
        mine = unit.nodes("Payment").filter(pl.col("batch") == one["id"])
        known = {
            p["id"]: Known(p["amount_fen"], PayState(p["state"]), p["paid_on"])
            for p in mine.iter_rows(named=True)
        }
        found, silent = answers(known, rows)
        changed = _changed(mine, found, rows)
        if changed.height:
            unit.update("Payment", changed)
        unit.update("PayBatch", pl.DataFrame([{
            "id": one["id"], "state": BatchState.ANSWERED.value, "version": one["version"] + 1}]))  # fmt: skip
        unit.append(EventDraft("pay.answered", actor.id, at, {
            "batch": one["id"], "rows": len(rows), "changed": changed.height,
            "look": sum(a.look for a in found)}))  # fmt: skip
        after = unit.nodes("Payment").filter(pl.col("batch") == one["id"])
        return Answered(
            tuple(found), tuple(silent), dict(after.group_by("state").len().iter_rows())
        )

    return ctx.store.write(ctx.district, write)


def _changed(mine: pl.DataFrame, found: list[Answer], rows: list[Returned]) -> pl.DataFrame:
    """Return the payments whose state a row changes; of several rows the last one counts."""
    by_row = {r.row: r for r in rows}
    told = {a.payment: a for a in found if a.state is not None}
    updates = [
        {"id": p["id"], "state": told[p["id"]].state, "version": p["version"] + 1,
         "answer": str(told[p["id"]].told), "paid_on": by_row[told[p["id"]].row].paid_on}
        for p in mine.iter_rows(named=True)
        if p["id"] in told and told[p["id"]].state != p["state"]
    ]  # fmt: skip
    return pl.DataFrame(updates)


def read_returned(path: Path) -> list[Returned]:
    """Read a bank's file: our own columns, filled in; other columns and order do not matter.

    Raises:
        FileRefused: the file is not opened at all.
        InputError: no sheet has a column 支付编号 and a column 结果.
    """
    for grid in open_book(path).grids:
        for top, cells in enumerate(grid.rows[:_WITHIN]):
            heads = {_plain(c): n for n, c in enumerate(cells) if _plain(c)}
            if "支付编号" in heads and "结果" in heads:
                body = enumerate(grid.rows[top + 1 :], start=top + 2)
                return [r for n, row in body if (r := _row(n, row, heads)) is not None]
    raise InputError(
        say("这份文件里没有“支付编号”和“结果”两列。"),
        say("请使用 doudi pay file 生成的文件，由银行填写结果后交回。"), field="file",
    )  # fmt: skip


def _row(number: int, cells: list[Any], heads: dict[str, int]) -> Returned | None:
    def cell(*names: str) -> str:
        where = next((heads[n] for n in names if n in heads), -1)
        return _plain(cells[where]) if 0 <= where < len(cells) else ""

    payment, said = cell("支付编号"), cell("结果")
    if not payment:
        return None
    return Returned(number, payment, _fen(cell("金额（元）", "金额")), result_of(said), cell("原因"),
                    cell("入账日期")[:10])  # fmt: skip


def _plain(value: object) -> str:
    return str(value if value is not None else "").strip()


def _fen(text: str) -> int | None:
    try:
        return round(float(text.replace(",", "")) * FEN) if text else None
    except ValueError:
        return None
