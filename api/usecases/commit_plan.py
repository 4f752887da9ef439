"""Commit: a plan becomes the one in force, or is refused with what changed.

Lines are staged in batches under a draft that no screen shows; one short transaction then checks
the plan's base, its lots and its needs, moves the reservations, publishes, and appends the event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import polars as pl

from api.usecases.context import Context
from api.usecases.planning import reserve
from api.usecases.planning.intents import intent, worded
from graphcore.domain.actor import Actor
from graphcore.domain.clock import moment
from graphcore.domain.errors import StalePlan
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.plan import CARRIED, PlanDraft
from graphcore.domain.supply import LineState, PlanState
from graphcore.domain.tables import conform, met
from graphcore.domain.text import Text, say
from graphcore.store.port import ReadUnit, WriteUnit

BATCH = 5_000  # rows a staging transaction: short enough not to hold others up
STAGING_US = 3_600_000_000  # an hour: far longer than staging takes


def commit_plan(ctx: Context, actor: Actor, draft: PlanDraft) -> int:
    """Publish the draft as the plan in force; return its number.

    Raises:
        StalePlan: another plan was published, a lot changed, or a need shrank; says what.
    """
    sweep(ctx, [draft.id])  # of an attempt that a crash or an error of the store cut off
    _stage(ctx, draft)
    try:
        return ctx.store.write(ctx.district, _publishing(ctx, actor, draft))
    except StalePlan:
        sweep(ctx, [draft.id])
        raise


def sweep_orphans(ctx: Context) -> int:
    """Delete drafts that a crash left behind; return how many rows went.

    The embedded engine's one process has no other that could be staging now; on a shared engine
    a draft is an orphan once it is older than `STAGING_US`.
    """
    age = 0 if ctx.store.engine == "embedded" else STAGING_US
    before = ctx.clock() - age
    rows = ctx.store.read(lambda unit: unit.rows("planning.drafts", district=ctx.district))
    return sweep(ctx, [str(r["id"]) for r in rows if int(str(r["created_at"])) <= before])


def sweep(ctx: Context, drafts: list[str]) -> int:
    """Delete drafts, which promised nothing, with their rows; return how many rows went."""
    found = ctx.store.read(lambda unit: _drafts(unit, ctx.district, drafts))
    gone = 0
    for label, keys in found:
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            ctx.store.write(ctx.district, _deleting(label, some))
            gone += len(some)
    return gone


def _drafts(unit: ReadUnit, district: str, only: list[str]) -> list[tuple[str, list[str]]]:
    """Return ids of the drafts' rows by label, the drafts themselves last."""
    plans = [str(r["id"]) for r in unit.rows("planning.drafts", district=district)]
    plans = [p for p in plans if p in only]
    found = []
    for label in ("AllocationLine", "Shortfall", "LeftOut"):
        rows = unit.rows(f"planning.ids_{label.lower()}", plans=plans) if plans else []
        found.append((label, [str(r["id"]) for r in rows]))
    return [*found, ("Plan", plans)]


def _deleting(label: str, keys: list[str]) -> Callable[[WriteUnit], None]:
    def write(unit: WriteUnit) -> None:
        unit.delete(label, keys)

    return write


# -- staging --------------------------------------------------------------------------------------


def _stage(ctx: Context, draft: PlanDraft) -> None:
    ctx.store.write(ctx.district, lambda unit: unit.create("Plan", _plan_node(draft)))
    lines = _line_nodes(draft)
    shorts = draft.shortfalls.rename({"shortfall": "id"}).with_columns(
        pl.lit(draft.id).alias("plan")
    )
    rest = draft.left_out.with_columns(
        pl.concat_str(pl.lit(draft.id), "lot", separator="/").alias("id"),
        pl.lit(draft.id).alias("plan"),
    )
    _put(
        ctx, "AllocationLine", lines, {"DRAWS_ON": ("StockLot", "lot"), "SERVES": ("Need", "need")}
    )
    _put(ctx, "Shortfall", shorts, {"LACKS": ("Need", "need")})
    _put(ctx, "LeftOut", rest, {})


def _line_nodes(draft: PlanDraft) -> pl.DataFrame:
    """Return the plan's own lines, and those by which it counts what left under plans before."""
    none = pl.lit(0, dtype=pl.Int64())
    own = draft.lines.with_columns(
        pl.lit("").alias("cargo"),
        none.alias("dispatched"),
        none.alias("received"),
        none.alias("declined"),
    )
    return pl.concat([conform(own, CARRIED), draft.carried]).rename({"line": "id"}).with_columns(
        pl.lit(draft.id).alias("plan"), pl.lit("").alias("answer"), pl.lit(1).alias("version"),
        none.alias("lost"),
    )  # fmt: skip


def _put(ctx: Context, label: str, rows: pl.DataFrame, ends: dict[str, tuple[str, str]]) -> None:
    for chunk in rows.iter_slices(BATCH):
        ctx.store.write(ctx.district, _putting(label, chunk, ends))


def _putting(
    label: str, chunk: pl.DataFrame, ends: dict[str, tuple[str, str]]
) -> Callable[[WriteUnit], None]:
    def write(unit: WriteUnit) -> None:
        unit.create(label, chunk)
        for rel, (target, column) in {"PLANNED_IN": ("Plan", "plan"), **ends}.items():
            pairs = (met(chunk) if rel == "SERVES" else chunk).select(
                pl.col("id").alias("from"), pl.col(column).alias("to")
            )
            unit.link(rel, label, target, pairs)

    return write


def _plan_node(draft: PlanDraft) -> pl.DataFrame:
    goals = json.dumps([asdict(g) for g in draft.goals])
    return pl.DataFrame([{
        "id": draft.id, "district": draft.district, "number": 0, "base": draft.base,
        "state": PlanState.DRAFT.value, "disaster": draft.disaster, "first_on": draft.first_on,
        "days": draft.days, "rulebook": draft.rulebook, "snapshot": draft.snapshot,
        "seed": draft.seed, "aims": draft.aims, "floors": draft.floors,
        "tilt": draft.tilt, "goals": goals, "by_clock": draft.by_clock,
        "created_at": draft.created_at, "created_by": draft.created_by, "approved_at": 0,
        "approved_by": "", "cuts": draft.cuts, "figures": draft.figures, "version": 1,
    }])  # fmt: skip


# -- publishing -----------------------------------------------------------------------------------


def _publishing(ctx: Context, actor: Actor, draft: PlanDraft) -> Callable[[WriteUnit], int]:
    at = ctx.clock()

    def write(unit: WriteUnit) -> int:
        changes = [
            *_base_moved(unit, draft),
            *_lots_moved(unit, draft),
            *_needs_shrank(unit, draft),
        ]
        if changes:
            raise _stale(changes)
        number = _next_number(unit, draft.district)
        held = reserve.held(unit, draft.id)
        freed = reserve.held(unit, draft.base) if draft.base else held.clear()
        reserve.move(unit, freed, held, base=draft.base, plan=draft.id, at=at)
        _publish(unit, draft, number)
        unit.append(EventDraft("plan.published", actor.id, at, _body(draft, number, held)))
        return number

    return write


def _publish(unit: WriteUnit, draft: PlanDraft, number: int) -> None:
    rules = {"hash": draft.rulebook, "effective_on": draft.first_on, "region": draft.district}
    unit.upsert("Rulebook", pl.DataFrame([rules]))
    unit.upsert("PlanBasis", pl.DataFrame([{"plan": draft.id, "payload": draft.basis}]))
    rows = [{"id": draft.id, "number": number, "state": PlanState.PUBLISHED.value}]
    unit.update("Plan", pl.DataFrame(rows))
    if draft.base:
        old = [{"id": draft.base, "state": PlanState.SUPERSEDED.value}]
        unit.update("Plan", pl.DataFrame(old))
        unit.link("BASED_ON", "Plan", "Plan", pl.DataFrame([{"from": draft.id, "to": draft.base}]))


def _body(draft: PlanDraft, number: int, held: pl.DataFrame) -> dict[str, Json]:
    reserved: dict[str, Json] = dict(held.select("lot", "quantity").iter_rows())
    return {
        "plan": draft.id, "number": number, "base": draft.base,
        "lines": draft.lines.height + draft.carried.height,
        "shortfalls": draft.shortfalls.height, "missing": int(draft.shortfalls["quantity"].sum()),
        "reserved": reserved, "rulebook": draft.rulebook, "snapshot": draft.snapshot,
        "by_clock": draft.by_clock, "aims": draft.aims, "floors": draft.floors, "carried": _carried(draft),
    }  # fmt: skip


def _carried(draft: PlanDraft) -> list[Json]:
    """Return ids of lines that owners granted under the plan before and that this one keeps."""
    accepted = pl.col("state") == LineState.ACCEPTED.value
    return list(draft.lines.filter(accepted)["line"].sort())


def _next_number(unit: ReadUnit, district: str) -> int:
    rows = unit.rows("planning.numbers", district=district)
    return int(str(rows[0]["number"] or 0)) + 1 if rows else 1


def stale_base(ctx: Context, seen: str, now: str) -> StalePlan:
    """Return the refusal of a dispatcher whose screen shows another plan than the one in force."""
    changes = ctx.store.read(lambda unit: _since(unit, seen, now))
    return _stale(changes)


def _stale(changes: list[Text]) -> StalePlan:
    return StalePlan(
        say("计划所依据的情况已经变化，没有提交。"), changes,
        say("请重新运行 doudi plan，按最新情况再作计划。"),
    )  # fmt: skip


def _base_moved(unit: ReadUnit, draft: PlanDraft) -> list[Text]:
    found = unit.rows("planning.current", district=draft.district)
    now = str(found[0]["id"]) if found else ""
    return [] if now == draft.base else _since(unit, draft.base, now)


def _since(unit: ReadUnit, seen: str, now: str) -> list[Text]:
    """Say which plan took the place of the one seen, and how its figures differ."""
    if not now:
        return [say("所依据的计划已不再生效。")]
    row = unit.nodes("Plan", [now]).row(0, named=True)
    when = moment(row["created_at"]).strftime("%Y-%m-%d %H:%M")
    new, old = reserve.held(unit, now), reserve.held(unit, seen)
    both = new.join(old, on="lot", how="full", coalesce=True, suffix="_old").filter(
        pl.col("quantity").fill_null(0) != pl.col("quantity_old").fill_null(0)
    )
    return [
        say("第 {number} 号计划已由 {who} 于 {when} 制定并发布。", number=row["number"],
            who=row["created_by"], when=when),
        say("它与您所依据的计划相比，{count} 个批次的预留数不同。", count=both.height),
    ]  # fmt: skip


def _lots_moved(unit: ReadUnit, draft: PlanDraft) -> list[Text]:
    """Return what changed of the lots: goods gone, a hold, another expiry, another intent."""
    seen = draft.lots_seen
    lots = unit.nodes("StockLot", seen["lot"].to_list())
    by_base = dict(reserve.held(unit, draft.base).iter_rows()) if draft.base else {}
    taken = dict(reserve.held(unit, draft.id).iter_rows())
    gifts = unit.nodes("Donation", [d for d in lots["donation"].to_list() if d])
    told = worded(gifts, unit.nodes("Project"))
    intents = {row["id"]: intent(row) for row in told.iter_rows(named=True)}
    now = {row["id"]: row for row in lots.iter_rows(named=True)}
    changes: list[Text] = []
    for was in seen.iter_rows(named=True):
        lot = now.get(was["lot"])
        code = lot["code"] if lot else was["lot"]
        if lot is None:
            changes.append(say("批次 {lot} 已不存在。", lot=code))
            continue
        left = lot["on_hand"] - lot["reserved"] + by_base.get(was["lot"], 0)
        if left < taken.get(was["lot"], 0):
            changes.append(say("批次 {lot} 可用数由 {was} 变为 {now}，不够计划所用的 {used}。", lot=code,
                               was=was["available"], now=left, used=taken[was["lot"]]))  # fmt: skip
        if (lot["hold"] or "none") != was["hold"]:
            changes.append(say("批次 {lot} 的库存状态变为 {hold}。", lot=code, hold=lot["hold"]))
        if (lot["expires_on"] or "") != was["expires_on"]:
            changes.append(say("批次 {lot} 的有效期变为 {day}。", lot=code, day=lot["expires_on"]))
        if intents.get(lot["donation"] or "", "") != was["intent"]:
            changes.append(say("批次 {lot} 的捐赠意向变了。", lot=code))
    return changes


def _needs_shrank(unit: ReadUnit, draft: PlanDraft) -> list[Text]:
    seen = draft.needs_seen
    now = unit.nodes("Need", seen["need"].to_list()).select(
        pl.col("id").alias("need"), pl.col("per_day").alias("now_per_day"),
        pl.col("days").alias("now_days"),
        (pl.col("received").fill_null(0) + pl.col("under_way").fill_null(0)).alias("now_received"),
    )  # fmt: skip
    found = seen.join(now, on="need", how="left").filter(
        pl.col("now_days").is_null()
        | (pl.col("now_per_day") < pl.col("per_day"))
        | (pl.col("now_days") < pl.col("days"))
        | (pl.col("now_received") > pl.col("received"))
    )
    if found.is_empty():
        return []
    return [say("{count} 项需求在此期间减少或已得到满足，例如 {need}。", count=found.height,
                need=found["need"].sort()[0])]  # fmt: skip
