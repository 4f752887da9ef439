"""A plan on the screen: what a dispatcher sees first, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.markup import escape

from api.cli.explain import said
from api.cli.output import console, table
from api.cli.speech import LANG, _, called
from api.text.words import word
from api.usecases import show
from api.usecases.planning.tilts import stored
from api.usecases.wording import goal_text, group_text
from graphcore.domain.clock import moment
from graphcore.domain.money import shown
from optimizer.order import ORDINARY

if TYPE_CHECKING:
    from api.usecases.replan_why import Why
    from api.usecases.show import PlanView, Unserved

ROWS = 15
FLOOR_ROWS = 6


def print_plan(view: PlanView) -> None:
    """Print the overview: state, goals, townships, items, tilt, shortfalls, who is not in it."""
    _head(view)
    print_goals(view)
    _floor(view)
    _townships(view)
    _items(view)
    _substitutions(view)
    _tilt(view)
    _shortfalls(view)
    print_unserved(view.unserved)


def _head(view: PlanView) -> None:
    plan = view.plan
    made = moment(int(str(plan["created_at"]))).strftime("%Y-%m-%d %H:%M")
    console.print()
    console.print(
        _("[bold]第 {number} 号计划[/]（{id}）：{state}；{disaster}").format(
            number=plan["number"], id=plan["id"], state=word("plan_state", str(plan["state"]), LANG),
            disaster=view.names.get(str(plan["disaster"]), ""),
        )
    )  # fmt: skip
    console.print(
        _("自 {first} 起 {days} 天；制定于 {made}；分配 {lines} 行，调用请求 {asked} 行，缺口 {short} 行").format(
            first=plan["first_on"], days=plan["days"], made=made,
            lines=f"{show.counted(view).height:,}",
            asked=f"{view.lines.height - show.counted(view).height:,}",
            short=f"{view.shortfalls.height:,}",
        )
    )  # fmt: skip
    _solved(show.figures(plan))
    if plan["by_clock"]:
        console.print(_("[bold yellow]本计划因到达时间上限提前结束，目标值不保证最优。[/]"))


def _solved(figures: Mapping[str, Any]) -> None:
    """Say how large the problem was, how far it falls apart, and who solved it."""
    if not figures:
        return
    way, _colon, why = str(figures["way"]).partition(":")
    ways = {"blocks": _("分块求解"), "simplex": _("整体求解")}
    console.print(
        "  · " + _("{way}：{classes} 类需求，{columns} 列；物资分为 {blocks} 块，共用的运力约束 {coupling} 行").format(
            way=ways.get(way, way), classes=f"{figures['classes']:,}",
            columns=f"{figures['columns']:,}", blocks=figures["blocks"],
            coupling=figures["coupling_rows"],
        )
    )  # fmt: skip
    reasons = {
        "order": _("目标次序经调度员调整"), "keep": _("须贴近已发布的计划"),
        "kits": _("有救助包"), "feature": _("含有分块求解尚不支持的规则"),
        "wide": _("保底或替代比例把过多地点连在一起"),
    }  # fmt: skip
    if why:
        console.print("  · " + _("未分块求解：{why}").format(why=reasons.get(why, why)))


def print_goals(view: PlanView) -> None:
    """Print what each goal came to, its bound, and what that bound is conditional on."""
    rows = [
        (g["number"], said(goal_text(str(g["name"]), view.names)), _number(g["value"], str(g["unit"])),
         _bound(g), word("outcome", str(g["outcome"]), LANG), _given(g))
        for g in view.goals
    ]  # fmt: skip
    columns = (_("目标"), _("内容"), _("达到"), _("上限或下限"), _("结论"), _("可让步／已让步"))
    table(_("目标（按先后）"), columns, rows)
    console.print(f"  · {_condition(show.figures(view.plan))}")
    _reached(view)
    if view.aims != ORDINARY.texts():
        console.print(
            "  · " + _("目标次序由调度员指定：{order}").format(order=" > ".join(view.aims))
        )
    if view.floors:
        console.print("  · " + _("保底要求：{floors}").format(floors="、".join(view.floors)))


def _condition(figures: Mapping[str, Any]) -> str:
    """Return what the bounds are conditional on: a plan filled to its trips has other ones."""
    if "trip_rounds" in figures:
        return _("排过车次的计划：上限不带条件，只看本目标，并计入车辆的工时。")
    return _("上限或下限以前面的目标都达到最优为条件；取整后越过的不再成立，显示为“—”。")


def _reached(view: PlanView) -> None:
    """Say how many groups of the survival floor have nothing: its value is that of the worst alone."""
    groups = show.by_floor(view)
    if not groups.height:
        return
    text = _(
        "生存底线是有货有路的各组中最低的一组；全部 {groups} 组（乡镇、基本需求、物资）中，"
        "{full} 组全部满足，{none} 组一件没有（含没有货或没有路的）。"
    )
    full, none = (
        groups.filter(at).height for at in (pl.col("coverage") >= 1, pl.col("served") == 0)
    )
    console.print("  · " + text.format(groups=groups.height, full=full, none=none))


def _bound(goal: Mapping[str, object]) -> str:
    """Return the bound, or a dash where the value passed it: what it is conditional on is not so."""
    value, bound = float(str(goal["value"])), float(str(goal["bound"]))
    passed = value > bound if goal["unit"] == "coverage" else value < bound
    shown = _number(bound, str(goal["unit"]))
    return "—" if passed and shown != _number(value, str(goal["unit"])) else shown


def _given(goal: Mapping[str, object]) -> str:
    """Say what a goal may give up, and what the goals below took of it."""
    allowed = str(goal.get("give_up") or "")
    return f"{allowed} / {_number(goal['given_up'], str(goal['unit']))}" if allowed else ""


def _number(value: object, unit: str) -> str:
    amount = float(str(value))
    return f"{amount:.1%}" if unit in ("coverage", "share") else f"{amount:,.0f}"


def _floor(view: PlanView) -> None:
    least = show.by_floor(view).filter(pl.col("coverage") < 1).head(FLOOR_ROWS)
    rows = [
        (view.names.get(r["township"], r["township"]), word("basic_need", r["basic"], LANG),
         called(view.names.get(r["item"], r["item"])), r["needed"], r["served"], r["coverage"])
        for r in least.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("基本需求"), _("物资"), _("应得"), _("已安排"), _("保障率"))
    if rows:
        table(_("生存底线最低的几处"), columns, rows)
        console.print(
            "  · "
            + _(
                "目标 1、2 在有货有路的需求之间比较；没有货或没有路的（保障率 0%）列为缺口，须另行上报解决。"
            )
        )


def _townships(view: PlanView) -> None:
    rows = [
        (view.names.get(r["township"], r["township"]), r["households"], r["full"],
         r["households"] - r["full"] - r["none"], r["none"], r["coverage"])
        for r in show.by_township(view).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("有需求户"), _("全部满足"), _("部分满足"), _("尚无"), _("保障率"))
    table(_("各乡镇"), columns, rows)


def _items(view: PlanView) -> None:
    rows = [
        (word("basic_need", r["basic"], LANG), called(view.names.get(r["item"], r["item"])),
         called(view.units.get(r["item"], "")), r["needed"], r["served"], r["requested"], r["missing"])
        for r in show.by_item(view).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("基本需求"), _("物资"), _("单位"), _("应得"), _("已安排"), _("已请求"), _("尚缺"))
    table(_("各类物资"), columns, rows)


def _substitutions(view: PlanView) -> None:
    rows = [
        (called(view.names.get(r["item"], r["item"])), *_read(view, r["item"], r["quantity"]),
         called(view.names.get(r["need_item"], r["need_item"])),
         r["covers"], called(view.units.get(r["need_item"], "")), r["households"])
        for r in show.by_substitution(view).iter_rows(named=True)
    ]  # fmt: skip
    if rows:
        columns = (_("发放"), _("数量"), _("单位"), _("代替"), _("抵"), _("单位"), _("户数"))
        table(_("替代发放"), columns, rows)


def _read(view: PlanView, item: str, quantity: int) -> tuple[object, str]:
    amount, unit = shown(quantity, view.units.get(item, ""))
    return amount, called(str(unit))


def print_tilt(view: PlanView) -> None:
    """Print the tilt as the plan stated it: by intensity of the hit, and by hardship group."""
    kinds = (("intensity", _("倾斜：按乡镇受灾强度"), _("受灾强度")),
             ("group", _("倾斜：按困难群体"), _("群体")))  # fmt: skip
    for kind, title, first in kinds:
        rows = [
            (said(group_text(r["mark"])) if kind == "group" else r["mark"], r["subjects"],
             r["coverage"], r["everyone"], "—" if r["tilt"] is None else f"{r['tilt']:.2f}")
            for r in stored(view.plan).filter(pl.col("kind") == kind).iter_rows(named=True)
        ]  # fmt: skip
        columns = (first, _("户数"), _("保障率"), _("全体同类物资的保障率"), _("倾斜度"))
        if rows:
            table(title, columns, rows)
    console.print(
        "  · "
        + _("倾斜度＝该范围的保障率÷全体在同样物资上的保障率；大于 1 为得到倾斜。按发布时计。")
    )


def _tilt(view: PlanView) -> None:
    cells: dict[str, dict[int, float]] = {}
    for r in show.by_tier(view).iter_rows(named=True):
        cells.setdefault(r["basic"], {})[r["tier"]] = r["coverage"]
    rows = [
        (word("basic_need", basic, LANG), *(tiers.get(t) for t in (1, 2)))
        for basic, tiers in sorted(cells.items())
    ]
    table(
        _("倾斜：特殊困难群体与其他受灾户的保障率"), (_("基本需求"), _("特殊困难"), _("其他")), rows
    )
    print_tilt(view)


def _shortfalls(view: PlanView) -> None:
    rows = [
        (called(view.names.get(r["item"], r["item"])), r["quantity"], r["households"],
         word("shortfall", r["reason"], LANG))
        for r in show.by_reason(view).head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    table(_("缺口及原因"), (_("物资"), _("数量"), _("户数"), _("卡在哪里")), rows)


def print_unserved(unserved: Unserved) -> None:
    """Say who is counted but not planned for: silence here would leave somebody out."""
    lines = [
        (unserved.unknown, _("{n} 户尚未核实（不等于安全），请继续上门或电话核查。")),
        (
            unserved.refused.height,
            _("{n} 行被拒收，涉及 {persons} 人，按未救助计，请改正后重新导入。"),
        ),
        (unserved.absent.height, _("{n} 条记录在后来的表中不见了，等待人工决定，未删除。")),
    ]
    for n, text in lines:
        if n:
            console.print("  · " + text.format(n=f"{n:,}", persons=f"{unserved.refused_persons:,}"))


def print_replan(why: Sequence[Why]) -> None:
    """Say why the plan should be made again."""
    for reason in why:
        console.print(f"  · [bold yellow]{_('需要重新制定计划：')}[/]" + escape(said(reason.what)))


def plan_json(view: PlanView) -> dict[str, object]:
    """The overview as one JSON object."""
    return {
        "plan": {k: v for k, v in view.plan.items() if k != "tilt"}
        | {"goals": view.goals, "aims": view.aims, "floors": view.floors}
        | {"figures": show.figures(view.plan)},
        "townships": show.by_township(view).to_dicts(),
        "items": show.by_item(view).to_dicts(),
        "tilt": show.by_tier(view).to_dicts(),
        "substitutions": show.by_substitution(view).to_dicts(),
        "tilts": stored(view.plan).to_dicts(),
        "shortfalls": show.by_reason(view).to_dicts(),
        "left_out": view.left_out.to_dicts(),
        "unserved": {
            "unknown_households": view.unserved.unknown,
            "refused_rows": view.unserved.refused.height,
            "refused_persons": view.unserved.refused_persons,
            "absent_records": view.unserved.absent.height,
        },
    }
