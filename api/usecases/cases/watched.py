"""Households watched for falling back into poverty: flagged where the disaster hit, handed over."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from graphcore.casework.watch import affected, after_answer
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import NotFound
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.household import WatchState
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit


def watched(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return affected, watched households within the actor's scope, those not handed over first.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES)
    on = day_of(ctx.clock())

    def read(unit: ReadUnit) -> pl.DataFrame:
        return affected(
            unit.nodes("PovertyWatch"), unit.nodes("Household"), unit.nodes("Dwelling"), on
        )

    rows = ctx.store.read(read)
    return rows.filter(pl.col("township").str.starts_with(actor.scope))


def hand_over(
    ctx: Context, actor: Actor, keys: Sequence[str], to: WatchState, reason: str = ""
) -> int:
    """Offer households to the bureau for rural revitalisation, or record its answer; all or none.

    Raises:
        Forbidden: the actor may not hand over there.
        NotFound: one that is named is not watched.
        WrongState: one is not in the state that the act needs.
        InputError: a return without a reason.
    """
    authorise(actor, Operation.DECIDE_CASE)
    at = ctx.clock()

    def write(unit: WriteUnit) -> int:
        rows = unit.nodes("PovertyWatch", sorted(set(keys)))
        if rows.height < len(set(keys)):
            raise NotFound(
                say("所列对象有不在监测名册中的。"), say("请用 doudi cases watch 查看编号。")
            )
        for town, state in rows.select("township", "state").unique().sort("township").iter_rows():
            authorise(actor, Operation.DECIDE_CASE, str(town))
            after_answer(WatchState(state), to, reason)
        who = "offered" if to is WatchState.OFFERED else "answered"
        unit.update("PovertyWatch", rows.select(
            "id", pl.lit(to.value).alias("state"),
            pl.lit(at).alias(f"{who}_at"), pl.lit(actor.id).alias(f"{who}_by"),
            pl.col("version") + 1,
        ))  # fmt: skip
        if reason.strip():
            for key in rows["id"]:
                seal(ctx, unit, "PovertyWatch", str(key), {"reason": reason})
        body: dict[str, Json] = {"households": rows["household"].to_list(), "state": to.value}
        unit.append(EventDraft("watch.handed_over", actor.id, at, body))
        return rows.height

    return ctx.store.write(ctx.district, write)
