"""Progress of a house: milestones, its route, a warm place to stay meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from graphcore.casework.benefits import PLAIN
from graphcore.casework.cases import CaseState
from graphcore.casework.fasttrack import waived_steps
from graphcore.casework.rebuilding import Proof, check
from graphcore.casework.subjects import groups_on
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.rebuilding import Milestone, Route
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook
from graphcore.store.port import ReadUnit, WriteUnit

SUBSIDY = {"collapsed": "rebuilding", "severe": "repair"}
_PAID = (CaseState.APPROVED.value, CaseState.OFFERED.value, CaseState.CLOSED.value)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A milestone that was recorded; ``aid_case`` is the subsidy's case that it approved, if any."""

    rebuild: str
    milestone: Milestone
    aid_case: str


def record(ctx: Context, actor: Actor, rebuild: str, what: Milestone, proof: Proof) -> Recorded:
    """Record that a milestone was reached; the county's approval approves the subsidy's case too.

    Raises:
        Forbidden: the actor may not do it there; approving needs a role that decides cases.
        NotFound: no such case.
        WrongState: another milestone comes first.
        InputError: evidence or photographs are missing, or the day is wrong.
    """
    seen = ctx.store.read(lambda unit: _find(unit, rebuild))
    deciding = what is Milestone.APPROVED
    authorise(actor, Operation.DECIDE_CASE if deciding else Operation.REBUILD, seen["township"])
    at, rules = ctx.clock(), ctx.rulebook.within(ctx.district)
    photos = [str(m) for m in rules.at("rebuild.photos", proof.on).value]
    raised = int(rules.at("rebuild.raised_permille", proof.on).value)

    def write(unit: WriteUnit) -> Recorded:
        row = _find(unit, rebuild)
        waived = _waived(unit, row, rules, proof.on)
        check(Route(row["route"]), row["milestone"], row["reached_on"], what, proof, photos, waived)
        version = row["version"] + 1
        _step(ctx, unit, row, what.value, actor, proof, at)
        unit.update("RebuildCase", pl.DataFrame([{
            "id": rebuild, "milestone": what.value, "reached_on": proof.on.isoformat(),
            "version": version}]))  # fmt: skip
        case = _approve(unit, row, actor, at, raised) if deciding else ""
        body: dict[str, Json] = {"rebuild": rebuild, "milestone": what.value, "aid_case": case,
                                 "on": proof.on.isoformat(), "photos": len(proof.photos)}  # fmt: skip
        unit.append(EventDraft("rebuild.milestone", actor.id, at, body))
        return Recorded(rebuild, what, case)

    return ctx.store.write(ctx.district, write)


def _waived(unit: ReadUnit, row: dict[str, Any], rules: Rulebook, on: date) -> tuple[str, ...]:
    """Return the milestones that a fast track lets this household leave out."""
    statuses = unit.nodes("HardshipStatus").filter(pl.col("household") == row["household"])
    groups = groups_on(statuses, on)["groups"]
    benefit = SUBSIDY.get(str(row["damage"]), "")
    return waived_steps(rules, benefit, groups[0] if len(groups) else [], on)


def _find(unit: ReadUnit, rebuild: str) -> dict[str, Any]:
    rows = unit.nodes("RebuildCase", [rebuild])
    if rows.is_empty():
        raise NotFound(say("没有重建个案 {case}。", case=rebuild),
                       say("请用 doudi rebuild list 查看编号。"))  # fmt: skip
    row = rows.row(0, named=True)
    return {**row, "damage": unit.nodes("Dwelling", [row["dwelling"]])["damage"][0]}


def _step(
    ctx: Context, unit: WriteUnit, row: dict[str, Any], what: str, actor: Actor, proof: Proof,
    at: int,
) -> None:  # fmt: skip
    key = derived(Kind.MILESTONE, row["id"], row["version"])
    unit.create("RebuildStep", pl.DataFrame([{
        "id": key, "rebuild": row["id"], "household": row["household"],
        "township": row["township"], "milestone": what, "on_day": proof.on.isoformat(),
        "officer": actor.id, "photos": list(proof.photos), "at": at,
    }], schema_overrides={"photos": pl.List(pl.String())}))  # fmt: skip
    unit.link("REACHED_BY", "RebuildStep", "RebuildCase",
              pl.DataFrame([{"from": key, "to": row["id"]}]))  # fmt: skip
    seal(ctx, unit, "RebuildStep", key, {"evidence": proof.evidence})


def _approve(unit: WriteUnit, row: dict[str, Any], actor: Actor, at: int, raised: int) -> str:
    """Approve the subsidy's case that waits; public housing comes without one."""
    benefit = SUBSIDY.get(str(row["damage"]), "")
    if row["route"] == Route.PUBLIC_HOUSING.value or not benefit:
        return ""
    rows = unit.nodes("AidCase").filter(
        (pl.col("household") == row["household"]) & (pl.col("benefit") == benefit)
        & (pl.col("state") == CaseState.PROPOSED.value)
    )  # fmt: skip
    if rows.is_empty():
        return ""
    case = rows.sort("opened_at").row(-1, named=True)
    permille = raised if row["route"] == Route.RAISED.value else PLAIN
    more = max(permille, case["raised_permille"])
    unit.update("AidCase", pl.DataFrame([{
        "id": case["id"], "state": CaseState.APPROVED.value, "decided_at": at,
        "decided_by": actor.id, "raised_permille": more, "version": case["version"] + 1,
        "amount_fen": case["amount_fen"] * more // case["raised_permille"],
    }]))  # fmt: skip
    return str(case["id"])


def choose_route(ctx: Context, actor: Actor, rebuild: str, route: Route, reason: str) -> None:
    """Choose how a household gets its dwelling; before the county's approval, with a reason.

    Raises:
        Forbidden: the actor may not do it there.
        NotFound: no such case.
        InputError: no reason.
        WrongState: it is approved already.
    """
    if not reason.strip():
        raise InputError(
            say("改变重建方式必须写明理由。"), say("请写明理由，不要写姓名。"), field="reason"
        )
    after = {m.value for m in (Milestone.APPROVED, Milestone.STARTED, Milestone.ROOFED,
                               Milestone.ACCEPTED, Milestone.ALLOTTED, Milestone.MOVED_IN)}  # fmt: skip

    def allowed(row: dict[str, Any]) -> None:
        if row["milestone"] in after:
            raise WrongState(say("此户重建方式已经审批。"), say("确需改变的，请由县级重新立案。"))

    body: dict[str, Json] = {"rebuild": rebuild, "route": route.value}
    _set(
        ctx,
        actor,
        rebuild,
        {"route": route.value},
        {"reason": reason},
        "rebuild.route",
        body,
        allowed,
    )


def stay(ctx: Context, actor: Actor, rebuild: str, where: str, until: date) -> None:
    """Record a safe, warm place to stay until a day (rented, relatives', a prefabricated house).

    Raises:
        Forbidden: the actor may not do it there.
        NotFound: no such case.
        InputError: the place is not said, or the day is past.
    """
    today = day_of(ctx.clock())
    if not where.strip() or until < today:
        raise InputError(say("过渡住所必须写明住处和今天以后的截止日期。"),
                         say("请填写住处类型（如租房）和截止日期，不要写门牌。"), field="until")  # fmt: skip
    body: dict[str, Json] = {"rebuild": rebuild, "until": until.isoformat()}
    changes = {"interim_until": until.isoformat()}
    _set(ctx, actor, rebuild, changes, {"interim": where}, "rebuild.interim", body,
         lambda _row: None)  # fmt: skip


def _set(
    ctx: Context, actor: Actor, rebuild: str, changes: dict[str, str], words: dict[str, Json],
    kind: str, body: dict[str, Json], allowed: Any,
) -> None:  # fmt: skip
    seen = ctx.store.read(lambda unit: _find(unit, rebuild))
    authorise(actor, Operation.REBUILD, seen["township"])
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        row = _find(unit, rebuild)
        allowed(row)
        unit.update("RebuildCase", pl.DataFrame([{"id": rebuild, **changes,
                                                  "version": row["version"] + 1}]))  # fmt: skip
        seal(ctx, unit, "RebuildCase", rebuild, words)
        unit.append(EventDraft(kind, actor.id, at, body))

    ctx.store.write(ctx.district, write)
