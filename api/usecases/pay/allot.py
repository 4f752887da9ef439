"""Allot: a named officer sets money of a fund aside for a benefit; others draw on the rest."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.pay.draft import aside, funds_left
from api.usecases.privacy.sealing import seal
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit


def allot(
    ctx: Context, actor: Actor, fund: str, benefit: str, amount_fen: int, evidence: str,
    key: str = "",
) -> str:  # fmt: skip
    """Set ``amount_fen`` of a fund (code or id) aside for a benefit; return the allotment's id.

    The id is ``key`` where the caller made one.

    Raises:
        Forbidden: the actor may not decide on money.
        NotFound: no such fund or benefit.
        InputError: no evidence, the fund is earmarked for others, or too little of it is free.
    """
    authorise(actor, Operation.DECIDE_CASE, ctx.district)
    rule = ctx.rulebook.benefits.get(benefit)
    if rule is None:
        raise NotFound(say("没有救助项目 {benefit}。", benefit=benefit),
                       say("可用代码：{codes}。", codes="、".join(ctx.rulebook.benefits)))  # fmt: skip
    if not evidence.strip():
        raise InputError(say("必须写明依据的记录编号。"), say("请填写记录编号，不要写姓名。"),
                         field="evidence")  # fmt: skip
    at, key = ctx.clock(), key or ctx.mint.mint(Kind.ALLOTMENT)

    def write(unit: WriteUnit) -> str:
        source = _fund(unit, fund)
        _fits(unit, source, frozenset({benefit, rule.name}), amount_fen)
        unit.create("FundAllotment", pl.DataFrame([{
            "id": key, "fund": source, "benefit": benefit, "amount_fen": amount_fen,
            "officer": actor.id, "at": at,
        }]))  # fmt: skip
        unit.link("ALLOTS", "FundAllotment", "FundSource",
                  pl.DataFrame([{"from": key, "to": source}]))  # fmt: skip
        seal(ctx, unit, "FundAllotment", key, {"evidence": evidence})
        unit.append(EventDraft("pay.allotted", actor.id, at, {
            "fund": source, "benefit": benefit, "amount_fen": amount_fen}))  # fmt: skip
        return key

    return ctx.store.write(ctx.district, write)


def _fund(unit: ReadUnit, wanted: str) -> str:
    rows = unit.nodes("FundSource").filter((pl.col("id") == wanted) | (pl.col("code") == wanted))
    if rows.is_empty():
        raise NotFound(
            say("没有资金 {fund}。", fund=wanted), say("请用 doudi pay list 查看资金编号。")
        )
    return str(rows["id"][0])


def _fits(unit: ReadUnit, fund: str, names: frozenset[str], amount_fen: int) -> None:
    source = next(f for f in funds_left(unit) if f.id == fund)
    if source.benefits and not names & set(source.benefits):
        raise InputError(say("这笔资金限定用于其他救助项目。"), say("请改用没有限定或限定相符的资金。"),
                         field="fund")  # fmt: skip
    free = source.left_fen - sum(aside(unit).get(fund, {}).values())
    if amount_fen > free:
        raise InputError(
            say("这笔资金可预留的只有 {yuan} 元。", yuan=f"{max(0, free) / 100:,.2f}"),
            say("请减少金额，或先导入新到的资金。"), field="amount",
        )  # fmt: skip
