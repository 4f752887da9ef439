"""The response: started, changed, found stable and ended, by whose authority and when."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reading import steps_of
from api.usecases.planning.snapshot import find_disaster
from graphcore.casework.ledger.clocks import Step, fault, response_at
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.figures import ResponseAct
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import WriteUnit


@dataclass(frozen=True, slots=True)
class Said:
    """One step: what is done, to which level, by whose authority and document, from when (0 = now)."""

    act: ResponseAct
    authority: str
    level: str = ""
    document: str = ""
    at: int = 0


def record(ctx: Context, actor: Actor, said: Said, disaster: str = "", ref: str = "") -> str:
    """Record a step of a disaster's response ("" = the latest disaster); return its id.

    Raises:
        Forbidden: the actor may not.
        InputError: no authority; a start or a change without a level; a time to come.
        NotFound: no such disaster.
        WrongState: a response runs already, or none does.
    """
    authorise(actor, Operation.RECORD_RESPONSE, ctx.district)
    now = ctx.clock()
    step = Step(said.act, said.level, said.at or now)
    if not said.authority.strip() or step.at > now:
        raise InputError(say("须写明批准机关，生效时间不能晚于现在。"), field="authority")

    def write(unit: WriteUnit) -> str:
        hit = str(find_disaster(unit, disaster)["id"])
        others = steps_of(unit.nodes("ResponseChange"), hit)
        _refuse(fault(others, step))
        key = ref or derived(Kind.RESPONSE, hit, step.act, step.at)
        unit.create("ResponseChange", pl.DataFrame([{
            "id": key, "disaster": hit, "act": step.act.value, "level": step.level,
            "authority": said.authority, "document": said.document, "at": step.at,
            "recorded_at": now, "recorded_by": actor.id,
        }]))  # fmt: skip
        unit.link(
            "RESPONDS_TO", "ResponseChange", "Disaster", pl.DataFrame([{"from": key, "to": hit}])
        )
        level = response_at([*others, step], now).level
        unit.update("Disaster", pl.DataFrame([{"id": hit, "response_level": level}]))
        body: dict[str, Json] = {"id": key, "disaster": hit, "act": step.act.value,
                                 "level": step.level, "at": step.at}  # fmt: skip
        unit.append(EventDraft("response.recorded", actor.id, now, body))
        return key

    return ctx.store.write(ctx.district, write)


def _refuse(why: str) -> None:
    if why == "level":
        raise InputError(
            say("启动和调整须写明响应级别。"), say("请填写一级至四级。"), field="level"
        )
    if why == "running":
        raise WrongState(say("响应已经启动。"), say("级别有变化请登记“调整”。"))
    if why == "idle":
        raise WrongState(say("此时没有启动的响应。"), say("请先登记“启动”，并核对生效时间。"))


def steps(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return ResponseChange rows of all disasters, in their order.

    Raises:
        Forbidden: the actor may not read places.
    """
    authorise(actor, Operation.READ_PLACES)
    return ctx.store.read(lambda unit: unit.nodes("ResponseChange")).sort("disaster", "at", "id")
