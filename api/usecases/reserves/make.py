"""Make a restocking plan, keep it, sign it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.reserves.build import Prepared, prepare
from api.usecases.reserves.snapshot import take
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import NotFound, SolverError, WrongState
from graphcore.domain.event import EventDraft, Json, canonical_json
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit
from optimizer.restock.arrays import Case, arrays
from optimizer.restock.check import check, respond
from optimizer.restock.firststage import nothing
from optimizer.restock.lshaped import Course, Judged, judge
from optimizer.restock.lshaped import solve as relaxed
from optimizer.restock.opening import settle
from optimizer.restock.problem import Limits, Plan, Problem
from optimizer.restock.solve import decision, planned
from optimizer.restock.validate import validate

DRAFT, APPROVED = "draft", "approved"
TABLES = ("coverage", "targets", "purchases", "transfers", "rotation", "openings", "spending")
FIGURES = ("cost_fen", "expected_loss_fen", "cvar_fen", "bound_fen")
_NO_LIMITS = Limits()


@dataclass(frozen=True)
class Restock:
    """A restocking plan as it is kept: tables by name, figures in fen, the certified gap."""

    id: str
    number: int
    state: str
    by_clock: bool
    created_by: str
    approved_by: str
    tables: dict[str, pl.DataFrame]
    figures: dict[
        str, float
    ]  # FIGURES, gap; before_loss_fen and before_cvar_fen with nothing bought
    scenarios: list[dict[str, Any]]  # code, name, probability_ppm, strikes_on, source
    sites: dict[str, str]  # warehouse id → name


def make_restock(
    ctx: Context, actor: Actor, *, budget_fen: int | None = None, limits: Limits = _NO_LIMITS,
    progress: Progress | None = None,
) -> str:  # fmt: skip
    """Make a restocking plan from scenarios, offers, stock and money; return its id.

    Raises:
        Forbidden: the actor may not plan.
        InputError: a table that it needs is missing.
        ProblemInvalid: a number out of range.
        SolverError: the solver failed, or its plan broke a rule (a fault of ours).
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    tell = progress or (lambda _step, _share: None)
    tell("plan.snapshot", 0.0)
    data, at = take(ctx), ctx.clock()
    ready = prepare(data, ctx.rulebook.within(ctx.district), day_of(at), budget_fen)
    tell("plan.solve", 0.2)
    course = solved(ready.problem, limits)
    plan = planned(ready.problem, course, ready.rotate_days)
    tell("plan.check", 0.8)
    _judge(ready.problem, plan)
    body = canonical_json(cast("dict[str, Json]", _body(ready, course, plan, data.scenarios)))
    key = ctx.mint.mint(Kind.RESTOCK)
    row = {
        "id": key, "district": ctx.district, "state": DRAFT, "rulebook": ctx.rulebook.hash,
        "snapshot": data.digest, "body": body, "by_clock": plan.by_clock, "created_at": at,
        "created_by": actor.id, "approved_at": 0, "approved_by": "", "version": 1,
    }  # fmt: skip

    def write(unit: WriteUnit) -> None:
        unit.create(
            "RestockPlan", pl.DataFrame([{**row, "number": _number(unit, ctx.district) + 1}])
        )
        unit.append(EventDraft("restock.made", actor.id, at, _facts(key, plan)))

    ctx.store.write(ctx.district, write)
    tell("plan.commit", 1.0)
    return key


def solved(problem: Problem, limits: Limits) -> Course:
    """Solve, whole openings included."""
    return settle(relaxed(arrays(validate(problem)), limits), limits)


def _judge(problem: Problem, plan: Plan) -> None:
    broken = check(problem, plan, respond(problem, plan))
    if broken:
        raise SolverError(
            say("储备方案未通过独立核对（{count} 处），没有保存：{first}", count=len(broken),
                first=broken[0].what),
            say("请把此信息报告给开发者；现有方案不受影响。"),
        )  # fmt: skip


def _body(ready: Prepared, course: Course, plan: Plan, named: pl.DataFrame) -> dict[str, Any]:
    case = course.case
    before, after = judge(case, nothing(case)), judge(case, decision(case, plan))
    return {
        **{name: getattr(plan, name).to_dicts() for name in TABLES[1:]},
        "coverage": _coverage(case, before, after),
        "figures": {**{name: round(getattr(plan, name)) for name in FIGURES},
                    "gap_ppm": round(plan.gap(ready.problem.risk) * 1e6),
                    "before_loss_fen": round(before.expected),
                    "before_cvar_fen": round(before.cvar)},
        "scenarios": named.sort("code").select(
            "code", "name", "probability_ppm", "strikes_on", "source").to_dicts(),
    }  # fmt: skip


def _coverage(case: Case, before: Judged, after: Judged) -> list[dict[str, Any]]:
    """Expected units needed a year and missing, by item, with today's stock and with the plan."""
    chance = case.probability
    rows = []
    for n, item in enumerate(case.items):
        block = case.blocks[n]
        need = float(block.row_need @ chance[block.row_scenario])
        missing = [float(j.answers[n].missing @ chance) for j in (before, after)]
        if need > 0:
            rows.append({"item": item, "needed": round(need), "missing_today": round(missing[0]),
                         "missing_planned": round(missing[1])})  # fmt: skip
    return rows


def _facts(key: str, plan: Plan) -> dict[str, Json]:
    return {"plan": key, "cost_fen": round(plan.cost_fen), "purchases": plan.purchases.height,
            "transfers": plan.transfers.height, "by_clock": plan.by_clock}  # fmt: skip


def _number(unit: ReadUnit, district: str) -> int:
    rows = unit.rows("reserves.newest", district=district)
    return int(cast("int", rows[0]["number"])) if rows else 0


def read_restock(ctx: Context, actor: Actor, plan: str = "") -> Restock:
    """Return a restocking plan, the newest unless one is named.

    Raises:
        Forbidden: the actor may not read supply.
        NotFound: no such plan.
    """
    authorise(actor, Operation.READ_SUPPLY, ctx.district)
    row, stores = ctx.store.read(
        lambda unit: (_find(unit, ctx.district, plan), unit.nodes("Warehouse"))
    )
    body = json.loads(str(row["body"]))
    figures = {k: float(v) for k, v in body["figures"].items()}
    figures["gap"] = figures.pop("gap_ppm") / 1e6
    return Restock(
        str(row["id"]), int(row["number"]), str(row["state"]), bool(row["by_clock"]),
        str(row["created_by"]), str(row["approved_by"]),
        {name: pl.DataFrame(body[name]) for name in TABLES}, figures, body["scenarios"],
        dict(stores.select("id", "name").iter_rows()),
    )  # fmt: skip


def approve_restock(ctx: Context, actor: Actor, plan: str = "") -> str:
    """Sign a restocking plan; return its id.

    Raises:
        Forbidden: the actor is not one who may approve.
        NotFound: no such plan.
        WrongState: it is signed already, or a newer one exists.
    """
    authorise(actor, Operation.APPROVE_PLAN, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> str:
        row = _find(unit, ctx.district, plan)
        newest = _number(unit, ctx.district)
        if row["state"] != DRAFT or row["number"] != newest:
            raise WrongState(
                say("第 {number} 号储备方案已批准，或已有更新的第 {newest} 号。",
                    number=row["number"], newest=newest),
                say("请用 doudi restock show 查看最新方案。"),
            )  # fmt: skip
        unit.update("RestockPlan", pl.DataFrame([{
            "id": row["id"], "state": APPROVED, "approved_at": at, "approved_by": actor.id,
            "version": row["version"] + 1,
        }]))  # fmt: skip
        unit.append(EventDraft("restock.approved", actor.id, at, {"plan": str(row["id"])}))
        return str(row["id"])

    return ctx.store.write(ctx.district, write)


def _find(unit: ReadUnit, district: str, plan: str) -> dict[str, Any]:
    newest = unit.rows("reserves.newest", district=district)
    key = plan or (str(newest[0]["id"]) if newest else "")
    found = unit.nodes("RestockPlan", [key]).filter(pl.col("district") == district)
    if found.is_empty():
        raise NotFound(say("还没有储备方案，或没有这个编号。"),
                       say("请先运行 doudi restock make。"))  # fmt: skip
    return dict(found.row(0, named=True))
