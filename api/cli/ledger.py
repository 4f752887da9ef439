"""``doudi ledger``: reports as versions, who is late, totals beside what lies under them, notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.output import console, table
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.clock import CHINA, micros, moment
from graphcore.domain.figures import FIGURES, NOW

if TYPE_CHECKING:
    from api.usecases.ledger.reports import Overview

ROWS = 60
ROWS_OF_ONE = 12  # ids of one difference on the screen; --json has them all


def when(at: int) -> str:
    """Return a time as people read it, "—" for none."""
    return moment(at).strftime("%Y-%m-%d %H:%M") if at else "—"


def span(minutes: int) -> str:
    """Return how long something took, as people say it."""
    from babel.dates import format_timedelta

    return format_timedelta(timedelta(minutes=minutes), locale=LANG)


def figure_name(code: str) -> str:
    """Return what a figure is called, with whether it is cumulative or current."""
    plain = code.removesuffix(NOW)
    name = word("figure", plain, LANG)
    return _("{name}（当前）").format(name=name) if code.endswith(NOW) else name


def _at(value: datetime | None) -> int:
    return micros(value.replace(tzinfo=CHINA)) if value else 0


_AT = click.option("--at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
                   help=_("看哪一时刻（北京时间），默认现在。"))  # fmt: skip
_TOWN = click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))


@click.group(
    "ledger",
    help=_("救助台账和灾情报表：各版报表（累计和当前）、缺报迟报、合计与明细核对、逐版通报民政并答复。"),
    epilog=_("例：doudi ledger reports ；doudi ledger late ；doudi ledger reconcile"),
)  # fmt: skip
def ledger_command() -> None:
    """Group the commands on the ledger."""


@ledger_command.command(
    "reports", help=_("全区灾情数字（累计、当前），各乡镇的每一版报表和每版改了什么。"),
    epilog=_("例：doudi ledger reports --township 331121202000"),
)  # fmt: skip
@_TOWN
@_AT
@_JSON
@click.pass_context
def reports(ctx: click.Context, township: str, at: datetime | None, as_json: bool) -> None:
    """Print what stands and the versions behind it."""
    from api.usecases.ledger.reports import overview

    with opened(ctx) as product:
        found = overview(product, operator(product), township=township, at=_at(at))
    if as_json:
        output.print_json({
            "disaster": found.disaster, "totals": found.totals,
            "versions": found.versions.to_dicts(), "changes": found.changes.to_dicts(),
            "annexes": found.annexes.to_dicts(), "response": found.response.level,
        })  # fmt: skip
        return
    _totals(found)
    _versions(found)
    if township:
        _changes(found)
        _annexes(found)


def _totals(found: Overview) -> None:
    rows = [(word("figure", f, LANG), _told(found.totals[f]), _told(found.totals[f + NOW]))
            for f in FIGURES]  # fmt: skip
    title = _("灾情数字：{name}（{when}，报表 {count} 版）").format(
        name=found.name, when=when(found.at), count=found.versions.height
    )
    table(title, (_("指标"), _("累计"), _("当前")), rows)


def _told(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _versions(found: Overview) -> None:
    moved = dict(found.changes.group_by("report").len().iter_rows())
    rows = [
        (found.names.get(r["township"], r["township"]), r["version"], word("phase", r["phase"], LANG),
         when(r["reported_at"]), r["source"], r["reporter"] or "—", moved.get(r["id"], 0),
         _told(r["affected_persons"]), _told(r["emergency_persons" + NOW]))
        for r in found.versions.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("第几版"), _("报别"), _("报告时间"), _("填报单位"), _("填报人"), _("改动项数"),
               _("受灾人口"), _("当前需紧急救助"))  # fmt: skip
    table(_("各版报表（{n}）").format(n=found.versions.height), columns, rows)


def _changes(found: Overview) -> None:
    rows = [
        (r["version"], figure_name(r["figure"]), _told(r["before"]), _told(r["after"]),
         _("累计数变小，请核实") if r["fell"] else "")
        for r in found.changes.iter_rows(named=True)
    ]  # fmt: skip
    table(_("每版比上一版改了什么"),
          (_("第几版"), _("指标"), _("上一版"), _("本版"), _("提示")), rows)  # fmt: skip


def _annexes(found: Overview) -> None:
    rows = [(word("annex", r["kind"], LANG), r["item"], f"{r['hit']:g}", f"{r['lost']:g}")
            for r in found.annexes.iter_rows(named=True)]  # fmt: skip
    if rows:
        table(_("附表"), (_("类别"), _("品种"), _("受灾"), _("损失")), rows)


@ledger_command.command(
    "late", help=_("哪些受灾乡镇缺报、迟报，下一次报告何时到期（含零报告），依据响应级别和工作日历。"),
    epilog=_("例：doudi ledger late --at 2026-07-02T13:00"),
)  # fmt: skip
@_TOWN
@_AT
@_JSON
@click.pass_context
def late(ctx: click.Context, township: str, at: datetime | None, as_json: bool) -> None:
    """List the clocks of the townships that were hit, the overdue first."""
    from api.usecases.ledger.reports import overview

    with opened(ctx) as product:
        found = overview(product, operator(product), township=township, at=_at(at))
    if as_json:
        output.print_json({
            "response": found.response.level, "county_due_at": found.county_due_at,
            "straight": found.straight, "cites": found.cites, "clocks": found.clocks.to_dicts(),
        })  # fmt: skip
        return
    level = found.response.level
    console.print(_("响应级别：{level}；续报间隔 {every} 小时。").format(
        level=word("response_level", level, LANG) if level else _("没有启动的响应"),
        every=found.terms.every))  # fmt: skip
    console.print(_("本级汇总下次应于 {when} 前上报。").format(when=when(found.county_due_at)))
    for text in found.cites:
        console.print(_("依据：{text}").format(text=text), markup=False)
    if found.straight:
        console.print(_("死亡和失踪人数已达到直报标准，须同时直报上级。"), style="bold red")
    order = {"missing": 0, "late": 1, "waiting": 2, "done": 3}
    rows = [_clock(found, r) for r in
            sorted(found.clocks.to_dicts(), key=lambda r: (order[r["state"]], r["due_at"]))]  # fmt: skip
    columns = (_("乡镇"), _("状态"), _("应报"), _("期限"), _("已缺次数"), _("上一版"), _("上次报告"),
               _("初报迟到"))  # fmt: skip
    table(_("报告期限（{when}）").format(when=when(found.at)), columns, rows)


def _clock(found: Overview, r: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        found.names.get(r["township"], r["township"]), word("report_state", r["state"], LANG),
        word("phase", r["clock"], LANG) if r["clock"] else "—", when(r["due_at"]), r["missed"],
        word("phase", r["last_phase"], LANG) if r["last_phase"] else "—", when(r["last_at"]),
        span(r["first_late"]) if r["first_late"] else "—",
    )  # fmt: skip


@ledger_command.command(
    "reconcile", help=_("报表合计与其下的户、房、入住和人员逐项核对；有差异的列出明细，从不改动任何一方。"),
    epilog=_("例：doudi ledger reconcile --township 331121202000"),
)  # fmt: skip
@_TOWN
@click.option("--all", "every", is_flag=True, help=_("相符的也列出。"))
@_JSON
@click.pass_context
def reconcile(ctx: click.Context, township: str, every: bool, as_json: bool) -> None:
    """Print differences with the rows under them."""
    from api.usecases.ledger.reading import place_names
    from api.usecases.ledger.totals import reconciled

    with opened(ctx) as product:
        found = reconciled(product, operator(product), township=township, differing=not every)
        names = product.store.read(place_names)
    if as_json:
        output.print_json({"rows": found.to_dicts()})
        return
    if found.is_empty():
        console.print(_("各乡镇最新报表与明细逐项相符。"))
        return
    rows = [
        (names.get(r["township"], r["township"]), figure_name(r["figure"]), _told(r["reported"]),
         r["named"], _told(r["difference"]), "、".join(r["rows"][:ROWS_OF_ONE] if township else [])
         or _("{n} 条").format(n=len(r["rows"])))
        for r in found.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("指标"), _("上报"), _("明细"), _("差"), _("其下的记录"))
    table(_("合计与明细（{n} 项）").format(n=found.height), columns, rows)


@ledger_command.command(
    "form", help=_("生成下一次续报的报表，已填好上一版的数字，每个乡镇一行（或一个乡镇一份），改后导入。"),
    epilog=_("例：doudi ledger form --township 331121202000 --out 续报.xlsx"),
)  # fmt: skip
@_TOWN
@_AT
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@_JSON
@click.pass_context
def form(
    ctx: click.Context, township: str, at: datetime | None, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Write the pre-filled follow-up form."""
    path, count = write_next_form(ctx, township, _at(at), out)
    if as_json:
        output.print_json({"form": "reports", "file": str(path), "rows": count})
    else:
        console.print(_("已写出 {path}").format(path=path), markup=False)


def write_next_form(
    ctx: click.Context, township: str, at: int, out: Path | None
) -> tuple[Path, int]:
    """Write the report form filled with the last figures; return where, and its rows."""
    from api.usecases.ledger.reports import next_form
    from graphcore.exchange.forms.catalogue import BY_CODE
    from graphcore.exchange.templates import write_template

    with opened(ctx) as product:
        rows = next_form(product, operator(product), township=township, at=at)
    made = BY_CODE["reports"]
    path = out or Path(_("{title}（续报）.xlsx").format(title=made.title))
    write_template(path, made, rows)
    return path, rows.height


@ledger_command.command(
    "book",
    help=_("按法定格式导出各乡镇最新报表、救助台账、倒损住房台账，每表有合计，可原样导回。"
           "含姓名和证件号码，导出记入审计链。"),
    epilog=_("例：doudi ledger book --out 台账.xlsx"),
)  # fmt: skip
@_TOWN
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到哪里。"))
@_JSON
@click.pass_context
def book(ctx: click.Context, township: str, out: Path, as_json: bool) -> None:
    """Write the statutory forms."""
    from api.usecases.ledger.book import write_book

    with opened(ctx) as product:
        counts = write_book(product, operator(product), out, township)
    if as_json:
        output.print_json({"file": str(out), "rows": counts})
    else:
        console.print(_("已写出 {path}").format(path=out), markup=False)
