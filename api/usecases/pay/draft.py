"""Draft a batch: declare count, total and funds first; block the money; then write the lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.casework.cases import CaseState
from graphcore.casework.payments import (
    LIVE,
    BatchState,
    Fund,
    PayState,
    approvers,
    draw,
    free_for,
    set_aside,
    used,
)
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Conflict, InputError, NotFound
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

_AGREED = (CaseState.APPROVED.value, CaseState.OFFERED.value, CaseState.CLOSED.value)
PAID_FOR = {"payment": pl.String(), "batch": pl.String(), "state": pl.String(),
             "amount_fen": pl.Int64(), "decided_at": pl.Int64(), "paid_on": pl.String(),
             "aid_case": pl.String(), "benefit": pl.String()}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What a batch would pay, before anything is written."""

    benefit: str
    lines: pl.DataFrame  # case, household, township, amount_fen, decided_at
    no_account: pl.DataFrame  # cases whose household has no account yet
    shared: pl.DataFrame  # cases whose account another household has too: for a person to review
    drawn: dict[str, int]  # fund → fen
    approvers: tuple[str, ...]  # ranks that must sign, in order; "" = any
    seq: int  # where the chain stood

    @property
    def total_fen(self) -> int:
        """Sum of the lines."""
        return int(self.lines["amount_fen"].sum())

    @property
    def signatures(self) -> int:
        """How many different officers must sign."""
        return len(self.approvers)

    @property
    def short_fen(self) -> int:
        """Money that is not there; 0 if the funds suffice."""
        return self.total_fen - sum(self.drawn.values())


def dry_run(ctx: Context, actor: Actor, benefit: str, township: str = "") -> Draft:
    """Return what a batch of a benefit's approved, unpaid cases would pay. Nothing is written.

    Raises:
        Forbidden: the actor may not pay.
        NotFound: no such benefit.
        NoRuleInForce: the signatures needed have no value today.
    """
    authorise(actor, Operation.PAY, ctx.district)
    if benefit not in ctx.rulebook.benefits:
        known = "、".join(ctx.rulebook.benefits)
        raise NotFound(say("没有救助项目 {benefit}。", benefit=benefit),
                       say("可用代码：{codes}。", codes=known))  # fmt: skip
    return ctx.store.read(lambda unit: _draft(ctx, unit, benefit, township))


def _draft(ctx: Context, unit: ReadUnit, benefit: str, township: str) -> Draft:
    due = _due(unit, benefit, township)
    accounts = payable_accounts(unit)
    often = accounts.group_by("digest").len().filter(pl.col("len") > 1)["digest"].implode()
    lines = due.join(accounts, on="household", how="left")
    missing, payable = lines.filter(pl.col("digest").is_null()), lines.drop_nulls("digest")
    total = int(payable["amount_fen"].sum())
    rule = ctx.rulebook.benefits[benefit]
    names = frozenset({benefit, rule.name})
    ranks = ctx.rulebook.within(ctx.district).at("pay.signatures", day_of(ctx.clock())).value
    head = unit.rows("intake.head", district=ctx.district)
    return Draft(
        benefit, payable.drop("digest"), missing.drop("digest"),
        payable.filter(pl.col("digest").is_in(often)).drop("digest"),
        draw(free_for(funds_left(unit), aside(unit), benefit), names, total), approvers(ranks, total, payable.height),
        int(cast("int", head[0]["seq"])) if head else 0,
    )  # fmt: skip


def payable_accounts(unit: ReadUnit) -> pl.DataFrame:
    """Return household and digest of accounts that may be paid to.

    Not those whose holder died, nor of children whose guardian nobody has approved.
    """
    waiting = unit.nodes("Guardianship").filter(pl.col("state") == "open")["household"].implode()
    return unit.nodes("BankAccount").filter(
        (pl.col("stopped_at").fill_null(0) == 0) & ~pl.col("household").is_in(waiting)
    ).select("household", "digest")  # fmt: skip


def _due(unit: ReadUnit, benefit: str, township: str) -> pl.DataFrame:
    """Approved cases with an amount and without a live payment."""
    live = unit.table("pay.paid_for", PAID_FOR).filter(
        pl.col("state").is_in([s.value for s in LIVE])
    )
    rows = unit.nodes("AidCase").filter(
        (pl.col("benefit") == benefit) & pl.col("state").is_in(_AGREED)
        & (pl.col("amount_fen") > 0) & pl.col("township").str.starts_with(township)
    )  # fmt: skip
    return rows.join(live, left_on="id", right_on="aid_case", how="anti").select(
        pl.col("id").alias("case"), "household", "township", "amount_fen", "decided_at"
    ).sort("township", "case")  # fmt: skip


def funds_left(unit: ReadUnit) -> list[Fund]:
    """Return the funds with what is left of each, in the order in which they are drawn on."""
    whole = [
        Fund(r["id"], r["amount_fen"], tuple(r["benefits"] or ()), r["received_on"] or "")
        for r in unit.nodes("FundSource").iter_rows(named=True)
    ]  # fmt: skip
    order = sorted(whole, key=lambda f: f.rank)
    drawn: dict[str, dict[str, int]] = {}
    for r in unit.rows("pay.spent"):
        drawn.setdefault(str(r["batch"]), {})[str(r["fund"])] = int(cast("int", r["fen"]))
    back = unit.nodes("Payment").filter(~pl.col("state").is_in([s.value for s in LIVE]))
    failed = dict(back.group_by("batch").agg(pl.col("amount_fen").sum()).iter_rows())
    spent = used(drawn, failed, [f.id for f in order])
    return [replace(f, left_fen=f.left_fen - spent.get(f.id, 0)) for f in order]


def aside(unit: ReadUnit) -> dict[str, dict[str, int]]:
    """Return fund → benefit → fen that are set aside for it and not drawn yet."""
    allotted: dict[str, dict[str, int]] = {}
    for fund, benefit, fen in unit.nodes("FundAllotment").select(
        "fund", "benefit", "amount_fen"
    ).iter_rows():  # fmt: skip
        mine = allotted.setdefault(fund, {})
        mine[benefit] = mine.get(benefit, 0) + fen
    of = dict(unit.nodes("PayBatch").select("id", "benefit").iter_rows()) if allotted else {}
    given: dict[str, dict[str, int]] = {}
    for r in unit.rows("pay.spent") if allotted else []:
        mine = given.setdefault(str(r["fund"]), {})
        benefit = str(of.get(str(r["batch"]), ""))
        mine[benefit] = mine.get(benefit, 0) + int(cast("int", r["fen"]))
    return set_aside(allotted, given)


def draft_batch(ctx: Context, actor: Actor, benefit: str, township: str = "") -> str:
    """Declare a batch, block its money and write its lines, all at once; return its id.

    Raises:
        As `dry_run`; InputError: nothing to pay, or the funds do not suffice.
        Conflict: the cases or the funds changed meanwhile.
    """
    return commit(ctx, actor, dry_run(ctx, actor, benefit, township))


def commit(ctx: Context, actor: Actor, plan: Draft, batch: str = "") -> str:
    """Block the money of a dry run and write its lines, if nothing has moved since.

    The batch's id is ``batch`` where the caller made one.

    Raises:
        Forbidden: the actor may not pay.
        InputError: nothing to pay, or the funds do not suffice.
        Conflict: the cases or the funds changed since the dry run.
    """
    authorise(actor, Operation.PAY, ctx.district)
    if plan.lines.is_empty():
        raise InputError(
            say("没有可发放的个案。"), say("请先批准个案，并导入发放账户。"), field="benefit"
        )
    if plan.short_fen > 0:
        raise InputError(
            say("可用资金不足，还差 {yuan} 元。", yuan=f"{plan.short_fen / 100:,.2f}"),
            say("请导入新到的资金，或分乡镇分批发放。"), field="funds",
        )  # fmt: skip
    at, batch = ctx.clock(), batch or ctx.mint.mint(Kind.BATCH)
    payments = ctx.mint.many(Kind.PAYMENT, plan.lines.height)

    def write(unit: WriteUnit) -> str:
        head = unit.rows("intake.head", district=ctx.district)
        if head and int(cast("int", head[0]["seq"])) != plan.seq:
            raise Conflict(say("个案或资金刚有变动。"), say("请重新试算后再生成批次。"))
        _write_batch(ctx, unit, actor, plan, batch, at)
        _write_lines(unit, plan, batch, payments)
        unit.append(EventDraft("pay.drafted", actor.id, at, {
            "batch": batch, "benefit": plan.benefit, "payments": plan.lines.height,
            "amount_fen": plan.total_fen, "funds": dict(sorted(plan.drawn.items())),
        }))  # fmt: skip
        return batch

    return ctx.store.write(ctx.district, write)


def _write_batch(
    ctx: Context, unit: WriteUnit, actor: Actor, plan: Draft, batch: str, at: int
) -> None:
    newest = unit.rows("pay.newest", district=ctx.district)
    number = int(cast("int", newest[0]["number"])) + 1 if newest else 1
    unit.create("PayBatch", pl.DataFrame([{
        "id": batch, "district": ctx.district, "number": number, "benefit": plan.benefit,
        "state": BatchState.DRAFT.value, "payments": plan.lines.height,
        "amount_fen": plan.total_fen, "ranks": plan.signatures, "approvers": list(plan.approvers),
        "signed_by": [], "created_at": at,
        "created_by": actor.id, "signed_at": 0, "sent_at": 0, "version": 1,
    }], schema_overrides=dict.fromkeys(("signed_by", "approvers"), pl.List(pl.String()))))  # fmt: skip
    unit.link("SPENDS", "PayBatch", "FundSource", pl.DataFrame([
        {"from": batch, "to": fund, "fen": fen} for fund, fen in sorted(plan.drawn.items())
    ]))  # fmt: skip


def _write_lines(unit: WriteUnit, plan: Draft, batch: str, payments: list[str]) -> None:
    rows = plan.lines.with_columns(
        pl.Series("id", payments), pl.lit(batch).alias("batch"), pl.lit("").alias("answer"),
        pl.lit(PayState.PENDING.value).alias("state"), pl.lit("").alias("paid_on"),
        pl.lit(1).alias("version"),
    )  # fmt: skip
    unit.create("Payment", rows.drop("case"))
    source = pl.col("id").alias("from")
    unit.link("PAYS", "Payment", "AidCase", rows.select(source, pl.col("case").alias("to")))
    unit.link("PAID_IN", "Payment", "PayBatch", rows.select(source, pl.col("batch").alias("to")))
