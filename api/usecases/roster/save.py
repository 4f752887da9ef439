"""A draft roster in the graph: its tasks, orders, equipment, openings and event, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.usecases.context import Context
from api.usecases.roster.derive import Wanted
from api.usecases.roster.problem import Built
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.forces import Progress
from graphcore.domain.ids import Kind
from graphcore.store.port import WriteUnit
from graphcore.store.values import label_schema
from optimizer.volunteers.problem import Plan


def save(
    ctx: Context, actor: Actor, row: Mapping[str, object], built: Built, plan: Plan, wanted: Wanted
) -> None:
    """Store the roster as a draft; number it behind the district's latest."""
    tables = _tables(str(row["id"]), built, plan, wanted)
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        found = unit.rows("rosters.numbers", district=ctx.district)
        number = int(str(found[0]["number"] or 0)) + 1 if found else 1
        _write_tasks(unit, *wanted.fresh)
        unit.create("Roster", pl.DataFrame([{**row, "number": number}]))
        for label, (rows, ends) in tables.items():
            unit.create(label, rows)
            for rel, target, column in (("ROSTERED_IN", "Roster", "roster"), *ends):
                unit.link(rel, label, target, _pairs(rows, column))
        unit.append(EventDraft("roster.made", actor.id, at, _body(row, number, plan)))

    ctx.store.write(ctx.district, write)


def _write_tasks(unit: WriteUnit, tasks: pl.DataFrame, slots: pl.DataFrame) -> None:
    """Write derived tasks that are new; one that is there changes its figures only."""
    new = tasks.join(unit.nodes("Task", tasks["id"].to_list()), on="id", how="anti")
    known = tasks.join(new, on="id", how="anti").drop("version")
    if known.height:
        unit.update("Task", known)
    if new.height:
        unit.create("Task", new)
        for label in ("Township", "Village", "Shelter"):
            there = unit.nodes(label, new["place"].unique().to_list())
            mine = new.filter(pl.col("place").is_in(there[there.columns[0]].implode()))
            if mine.height:
                unit.link("TASK_AT", "Task", label, _pairs(mine, "place"))
    _write_slots(unit, slots)


def _write_slots(unit: WriteUnit, slots: pl.DataFrame) -> None:
    new = slots.join(unit.nodes("Slot", slots["id"].to_list()), on="id", how="anti")
    known = slots.join(new, on="id", how="anti").drop("version")
    if known.height:
        unit.update("Slot", known)
    if new.is_empty():
        return
    unit.create("Slot", new)
    unit.link("SLOT_OF", "Slot", "Task", _pairs(new, "task"))
    named = new.filter(pl.col("skill") != "")
    codes = named["skill"].unique().sort()
    unit.upsert("Skill", pl.DataFrame({"code": codes}))
    unit.link("ASKS_FOR", "Slot", "Skill", _pairs(named, "skill"))


def _pairs(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.select(pl.col("id").alias("from"), pl.col(column).alias("to"))


_Made = Mapping[str, tuple[pl.DataFrame, tuple[tuple[str, str, str], ...]]]


def _tables(roster: str, built: Built, plan: Plan, wanted: Wanted) -> _Made:
    """Label → rows, and which relationships lead from them."""
    facts = wanted.tasks.select(
        pl.col("id").alias("task"), pl.col("place").alias("where"), "township", "day_on"
    )
    own = facts.with_columns(pl.lit(roster).alias("roster"))
    to_task = ("ORDERED_TO", "Task", "task")
    return {
        "Assignment": (_orders(roster, built, plan, own), (("SENDS", "Volunteer", "volunteer"), to_task)),
        "GearOrder": (_gear(plan, own), (("TAKES", "Equipment", "equipment"), to_task)),
        "Opening": (_openings(built, plan, own), (to_task,)),
    }  # fmt: skip


def _orders(roster: str, built: Built, plan: Plan, own: pl.DataFrame) -> pl.DataFrame:
    who = built.problem.volunteers.select("volunteer", pl.col("organisation").alias("organization"))
    number = pl.int_range(1, pl.len() + 1).cast(pl.String()).str.zfill(5)
    times, cut = built.times, pl.col("task").is_in(sorted(built.cut))
    made = (
        plan.crew.sort("line").join(who, on="volunteer", maintain_order="left")
        .join(own, on="task", maintain_order="left")
        .with_columns(
            pl.format("{}-{}-{}", pl.lit(Kind.ORDER.value), pl.lit(_stem(roster)), number).alias("id"),
            pl.col("where").alias("place"), cut.alias("cut_off"),
            pl.lit(Progress.PLANNED.value).alias("progress"),
        )
    )  # fmt: skip
    when = made.select("day_on", "shift").rows()
    return _shaped("Assignment", made.with_columns(
        begins_at=pl.Series([times.begins(*w) for w in when], dtype=pl.Int64()),
        ends_at=pl.Series([times.ends(*w) for w in when], dtype=pl.Int64()),
    ))  # fmt: skip


def _stem(roster: str) -> str:
    return roster.partition("-")[2][:8]


def _gear(plan: Plan, own: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("equipment").str.split("#")
    made = plan.gear.join(own, on="task", maintain_order="left").with_columns(
        pl.format("{}/{}/{}", "roster", "equipment", "task").alias("id"),
        parts.list.get(0).alias("equipment"), parts.list.get(1).cast(pl.Int64()).alias("piece"),
    )  # fmt: skip
    return _shaped("GearOrder", made)


def _openings(built: Built, plan: Plan, own: pl.DataFrame) -> pl.DataFrame:
    shift = built.problem.tasks.select("task", "shift")
    made = plan.open.join(own, on="task", maintain_order="left").join(
        shift, on="task", maintain_order="left"
    )
    named = made.with_columns(
        pl.format("{}/{}", "roster", "slot").alias("id"), pl.col("where").alias("place"),
        pl.col("count").alias("missing"), pl.col("starts").alias("underway"),
    )  # fmt: skip
    return _shaped("Opening", named)


def _shaped(label: str, made: pl.DataFrame) -> pl.DataFrame:
    schema = label_schema(label)
    full = made.with_columns(pl.lit(1).alias("version")) if "version" in schema else made
    return full.select(pl.col(c).cast(t) for c, t in schema.items())


def _body(row: Mapping[str, object], number: int, plan: Plan) -> dict[str, Json]:
    going = plan.crew.filter(pl.col("state") == "go").height
    return {
        "roster": str(row["id"]), "number": number, "base": str(row["base"]),
        "plan": str(row["plan"]), "orders": plan.crew.height, "going": going,
        "equipment": plan.gear.height, "missing": int(plan.open["count"].sum()),
        "snapshot": str(row["snapshot"]), "rulebook": str(row["rulebook"]),
        "by_clock": plan.by_clock,
    }  # fmt: skip
