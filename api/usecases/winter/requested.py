"""The campaign's writes over the wire: a repeated request has one effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.requests import keyed
from api.usecases.winter.campaigns import campaign_id, open_campaign
from api.usecases.winter.steps import Pick, Said, take
from api.usecases.winter.visits import Found, plan_visits, record_visit
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import Step
from graphcore.domain.event import Json
from graphcore.store.idempotency import Outcome


@dataclass(frozen=True, slots=True)
class Visits:
    """Which visits are asked for."""

    visitor: str
    on: date
    township: str = ""
    households: tuple[str, ...] = ()


def open_once(ctx: Context, actor: Actor, year: int, key: str) -> Outcome:
    """Open a campaign once for each key of the actor.

    Raises:
        As `open_campaign`.
        KeyReused: the key came with another body before.
    """
    authorise(actor, Operation.RUN_CAMPAIGN, ctx.district)
    return keyed(ctx, actor, Operation.RUN_CAMPAIGN, key, {"year": year}, campaign_id(ctx, year),
                 lambda inner: open_campaign(inner, actor, year))  # fmt: skip


def step_once(
    ctx: Context, actor: Actor, year: int, step: Step, pick: Pick, said: Said, key: str
) -> Outcome:
    """Take a step once for each key of the actor; the result is "households,fen".

    Raises:
        As `take`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {
        "year": year, "step": step.value, "ids": list(pick.ids), "village": pick.village,
        "township": pick.township, "evidence": said.evidence, "reason": said.reason,
        "on": said.on.isoformat() if said.on else "",
    }  # fmt: skip
    return keyed(ctx, actor, Operation.TAKE_STEP, key, body, campaign_id(ctx, year),
                 lambda inner: take(inner, actor, year, step, pick, said),
                 lambda done: f"{done.households},{done.amount_fen}")  # fmt: skip


def plan_once(ctx: Context, actor: Actor, year: int, asked: Visits, key: str) -> Outcome:
    """Plan visits once for each key of the actor; the result is how many.

    Raises:
        As `plan_visits`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {
        "year": year, "visitor": asked.visitor, "on": asked.on.isoformat(),
        "township": asked.township, "households": list(asked.households),
    }  # fmt: skip
    return keyed(ctx, actor, Operation.RECORD_VISIT, key, body, campaign_id(ctx, year),
                 lambda inner: plan_visits(inner, actor, year, asked.visitor, asked.on,
                                           township=asked.township,
                                           households=asked.households), str)  # fmt: skip


def visited_once(ctx: Context, actor: Actor, visit: str, found: Found, key: str) -> Outcome:
    """Record a visit's result once for each key of the actor; the result is the case it opened.

    Raises:
        As `record_visit`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {
        "visit": visit, "result": found.result.value, "evidence": found.evidence,
        "lacks": [n.value for n in found.lacks], "on": found.on.isoformat() if found.on else "",
    }  # fmt: skip
    return keyed(ctx, actor, Operation.RECORD_VISIT, key, body, visit,
                 lambda inner: record_visit(inner, actor, visit, found),
                 lambda done: str(done.opened))  # fmt: skip
