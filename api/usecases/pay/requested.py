"""Payments' writes over the wire: a repeated request has one effect."""

from __future__ import annotations

from dataclasses import dataclass

from api.access import Operation
from api.usecases.context import Context
from api.usecases.pay.allot import allot
from api.usecases.pay.bank import find, sign
from api.usecases.pay.draft import commit, dry_run
from api.usecases.requests import keyed
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Conflict
from graphcore.domain.event import Json
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.idempotency import Outcome


@dataclass(frozen=True, slots=True)
class Declared:
    """A batch as its asker declares it after a dry run: what, where, how many, how much in fen."""

    benefit: str
    township: str
    payments: int
    total_fen: int


def draft_once(ctx: Context, actor: Actor, told: Declared, key: str) -> Outcome:
    """Block the money of a declared batch and write its lines, once for each key of the actor.

    Raises:
        As `dry_run` and `commit`.
        Conflict: count or total is not what is due now.
        KeyReused: the key came with another body before.
    """
    batch = ctx.mint.mint(Kind.BATCH)

    def effect(inner: Context) -> None:
        plan = dry_run(inner, actor, told.benefit, told.township)
        if (plan.lines.height, plan.total_fen) != (told.payments, told.total_fen):
            raise Conflict(say("应发的笔数或总额与申报的不同。"), say("请重新试算后再生成批次。"))
        commit(inner, actor, plan, batch)

    body: dict[str, Json] = {"benefit": told.benefit, "township": told.township,
                             "payments": told.payments, "total_fen": told.total_fen}  # fmt: skip
    return keyed(ctx, actor, Operation.PAY, key, body, batch, effect)


def sign_once(ctx: Context, actor: Actor, batch: str, rank: str, key: str) -> tuple[int, bool]:
    """Sign a batch once for each key of the actor; return signatures left, and whether replayed.

    Raises:
        As `sign`.
        KeyReused: the key came with another body before.
    """
    done = keyed(ctx, actor, Operation.DECIDE_CASE, key, {"batch": batch, "rank": rank}, batch,
                 lambda inner: sign(inner, actor, batch, rank))  # fmt: skip
    row = ctx.store.read(lambda unit: find(unit, batch))
    return max(0, int(row["ranks"]) - len(row["signed_by"] or [])), done.replayed


@dataclass(frozen=True, slots=True)
class SetAside:
    """Money of a fund for a benefit, in fen, and the record that it rests on."""

    fund: str
    benefit: str
    amount_fen: int
    evidence: str


def allot_once(ctx: Context, actor: Actor, told: SetAside, key: str) -> Outcome:
    """Set money aside once for each key of the actor.

    Raises:
        As `allot`.
        KeyReused: the key came with another body before.
    """
    made = ctx.mint.mint(Kind.ALLOTMENT)
    what = (told.fund, told.benefit, told.amount_fen, told.evidence)
    return keyed(ctx, actor, Operation.DECIDE_CASE, key, {"allot": list(what)}, made,
                 lambda inner: allot(inner, actor, *what, made))  # fmt: skip
