"""A roster on the screen, and the same as JSON; nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from api.cli.output import console, print_json, table
from api.cli.rosterwords import coded, why
from api.cli.speech import LANG, _, called
from api.text.words import word
from api.usecases.roster.view import RosterView
from graphcore.domain.clock import moment

ROWS, FEW = 50, 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is cut to; "" cuts nothing."""

    township: str = ""
    organization: str = ""
    volunteer: str = ""


def print_roster(view: RosterView) -> None:
    """Print the overview: state, goals, organisations, townships, openings."""
    row = view.roster
    made = moment(int(row["created_at"])).strftime("%Y-%m-%d %H:%M")
    console.print()
    console.print(
        _("[bold]第 {number} 号排班[/]（{id}）：{state}；{first_on} 起 {days} 天，制定于 {made}").format(
            number=row["number"], id=row["id"], first_on=row["first_on"], days=row["days"], made=made,
            state=word("forces_roster_state", row["state"], LANG),
        )
    )  # fmt: skip
    if row["by_clock"]:
        console.print(_("求解因时间上限提前结束，结果附界。"), style="yellow")
    _goals(view)
    _by(view, "organization", _("各组织派出"), _("组织"))
    _by(view, "township", _("各乡镇到岗"), _("乡镇"))
    _short(view)


def _goals(view: RosterView) -> None:
    rows = [
        (g["number"], word("forces_goal", g["name"], LANG), _figure(g["value"], g["unit"]),
         _figure(g["bound"], g["unit"]), word("outcome", g["outcome"], LANG))
        for g in view.goals
    ]  # fmt: skip
    table(_("目标（按先后）"), (_("序"), _("目标"), _("结果"), _("界"), _("结论")), rows)


def _figure(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "coverage" else f"{value:,.0f}"


def _by(view: RosterView, column: str, title: str, header: str) -> None:
    made = view.going.group_by(column).agg(
        pl.len().alias("lines"), pl.col("volunteer").n_unique().alias("people"),
        pl.col("hours").sum().alias("hours"),
    ).sort("people", column, descending=[True, False])  # fmt: skip
    rows = [
        (called(view.names.get(key) or str(key)), people, lines, hours)
        for key, lines, people, hours in made.head(ROWS).iter_rows()
    ]
    table(title, (header, _("人数"), _("派遣（人次）"), _("工时")), rows)


def _short(view: RosterView) -> None:
    if view.openings.is_empty():
        console.print(_("各岗位人手齐全。"))
        return
    rows = view.openings.sort("underway", "missing", "id", descending=[False, True, False])
    made = [_opening(view, r)[1:] for r in rows.head(FEW).iter_rows(named=True)]
    missing = int(view.openings["missing"].sum())
    table(_("人手缺口（共缺 {n} 人次）").format(n=missing), _OPENINGS[1:], made)


def print_list(view: RosterView, what: str, asked: Asked, *, as_json: bool) -> None:
    """Print one list, or give it as JSON with codes."""
    rows = _rows(view, what, asked)
    if as_json:
        print_json({"rows": rows.to_dicts()})
        return
    title, columns, cells = _SCREENS[what]
    made = [cells(view, r) for r in rows.head(ROWS).iter_rows(named=True)]
    table(_("{title}（{n}）").format(title=title, n=f"{rows.height:,}"), columns, made)
    if rows.height > ROWS:
        told = _("只显示前 {n} 行；全部内容请用 doudi roster export。")
        console.print(told.format(n=ROWS))


def _rows(view: RosterView, what: str, asked: Asked) -> pl.DataFrame:
    tables = {
        "orders": view.orders.sort("day_on", "begins_at", "place", "task", "id"),
        "openings": view.openings.sort("day_on", "place", "id"),
        "tasks": view.tasks.sort("day_on", "place", "id"), "gear": view.gear.sort("id"),
    }  # fmt: skip
    found = tables[what]
    if asked.township:
        codes = [c for c, n in view.names.items() if asked.township in (c, n)]
        found = found.filter(pl.col("township").is_in(codes))
    if asked.organization and what == "orders":
        ids = [
            c for c, n in view.names.items() if asked.organization == c or asked.organization in n
        ]
        found = found.filter(pl.col("organization").is_in(ids))
    if asked.volunteer and what == "orders":
        ids = [i for i, c in view.codes.items() if asked.volunteer in (i, c)]
        found = found.filter(pl.col("volunteer").is_in(ids))
    return found


def _named(view: RosterView, key: Any) -> str:
    return called(view.names.get(key) or str(key))


def _task(view: RosterView, task: str) -> str:
    found = view.tasks.filter(pl.col("id") == task)
    if found.is_empty():
        return task
    return found["name"][0] or coded("task_kind", found["kind"][0])


def _order(view: RosterView, r: dict[str, Any]) -> tuple[object, ...]:
    who = f"{_named(view, r['organization'])} {view.codes.get(r['volunteer'], '')}"
    return (
        r["id"], r["day_on"], coded("shift", r["shift"]), _named(view, r["place"]),
        _task(view, r["task"]), who, r["minutes"], coded("order_state", r["state"]),
        coded("progress", r["progress"]),
    )  # fmt: skip


def _opening(view: RosterView, r: dict[str, Any]) -> tuple[object, ...]:
    skills = dict(view.slots.select("id", "skill").iter_rows())
    return (
        r["id"], r["day_on"], coded("shift", r["shift"]), _named(view, r["place"]),
        _task(view, r["task"]), coded("skill", skills.get(r["slot"]) or ""), r["missing"], why(r),
    )  # fmt: skip


def _job(view: RosterView, r: dict[str, Any]) -> tuple[object, ...]:
    wanted = int(view.slots.filter(pl.col("task") == r["id"])["wanted"].sum())
    going = view.going.filter(pl.col("task") == r["id"]).height
    return (
        r["code"] or r["id"], r["day_on"], coded("shift", r["shift"]), _named(view, r["place"]),
        _task(view, r["id"]), r["tier"], wanted, going, r["cites"],
    )  # fmt: skip


def _gear(view: RosterView, r: dict[str, Any]) -> tuple[object, ...]:
    kinds = dict(view.equipment.select("id", "kind").iter_rows())
    where = view.tasks.filter(pl.col("id") == r["task"])
    place = where["place"][0] if where.height else ""
    return (
        view.codes.get(r["equipment"], ""), coded("equipment", kinds.get(r["equipment"], "")),
        r["piece"], _task(view, r["task"]), _named(view, place), r["minutes"],
    )  # fmt: skip


_OPENINGS = (
    _("编号"),
    _("日期"),
    _("班次"),
    _("地点"),
    _("任务"),
    _("岗位"),
    _("尚缺"),
    _("原因和办法"),
)
_SCREENS = {
    "orders": (_("派遣明细"), (_("编号"), _("日期"), _("班次"), _("地点"), _("任务"), _("志愿者"),
                               _("单程分钟"), _("状态"), _("进展")), _order),
    "openings": (_("人手缺口"), _OPENINGS, _opening),
    "tasks": (_("任务"), (_("编号"), _("日期"), _("班次"), _("地点"), _("任务"), _("级"), _("需要人数"),
                          _("派出人数"), _("依据")), _job),
    "gear": (_("装备"), (_("编号"), _("类型"), _("第几件"), _("任务"), _("地点"), _("单程分钟")), _gear),
}  # fmt: skip


def roster_json(view: RosterView) -> dict[str, Any]:
    """Return the overview for programs."""
    row, orders = view.roster, view.going
    return {
        "roster": row["id"], "number": row["number"], "state": row["state"], "plan": row["plan"],
        "first_on": row["first_on"], "days": row["days"], "by_clock": row["by_clock"],
        "goals": view.goals, "going": orders.height, "volunteers": orders["volunteer"].n_unique(),
        "tasks": view.tasks.height, "started": orders["task"].n_unique(),
        "missing": int(view.openings["missing"].sum()),
        "openings": dict(view.openings.group_by("reason").agg(pl.col("missing").sum()).sort(
            "reason").iter_rows()),
    }  # fmt: skip
