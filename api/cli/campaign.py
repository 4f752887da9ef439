"""``doudi campaign``: winter–spring relief from the survey to the county's decision, and visits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.output import console, table, yuan
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.campaign import Step, VisitResult, WinterNeed

if TYPE_CHECKING:
    from api.usecases.context import Context

ROWS = 40
_DAY = click.DateTime(["%Y-%m-%d"])
_YEAR = click.argument("year", type=int, metavar=_("年度"))
_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))


@click.group(
    "campaign",
    help=_("冬春救助：调查、村评议、乡镇审核、公示、县级审定，走访慰问。每一步由具名人员在某日依据记录办理；"
           "审定后用 doudi pay 发放。"),
    epilog=_("例：doudi campaign open 2026 ；doudi campaign form 2026 --out 调查表.xlsx ；"
             "doudi campaign due 2026"),
)  # fmt: skip
def campaign_command() -> None:
    """Group the campaign's commands."""


@campaign_command.command("open", help=_("启动某年秋季开始的冬春救助。"),
                          epilog=_("例：doudi campaign open 2026"))  # fmt: skip
@_YEAR
@_JSON
@click.pass_context
def open_(ctx: click.Context, year: int, as_json: bool) -> None:
    """Open a campaign."""
    from api.usecases.winter.campaigns import open_campaign
    from graphcore.casework.winter import deadlines

    with opened(ctx) as product:
        key = open_campaign(product, operator(product), year)
        last = deadlines(product.rulebook.within(product.district), year)
    if as_json:
        output.print_json({"campaign": key, "by": {s: d.isoformat() for s, d in last.items()}})
        return
    console.print(_("{year} 年度冬春救助已启动。").format(year=year))
    rows = [(word("winter_step", s, LANG), d.isoformat()) for s, d in last.items()]
    table(_("各步骤的最后一天"), (_("步骤"), _("日期")), rows)


@campaign_command.command(
    "form", help=_("写出冬春救助需求调查表，预填可能需要救助的户；填好后用 doudi import 导入。"),
    epilog=_("例：doudi campaign form 2026 --out 调查表.xlsx"),
)  # fmt: skip
@_YEAR
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到哪个文件。"))
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@click.pass_context
def form(ctx: click.Context, year: int, out: Path, township: str) -> None:
    """Write the survey form."""
    from api.usecases.winter.paper import survey_form

    with opened(ctx) as product:
        count = survey_form(product, operator(product), year, out, township)
    console.print(_("已写出 {path}，预填 {count} 户。").format(path=out, count=f"{count:,}"))


@campaign_command.command("due", help=_("各村还有多少户等待哪一步，期限还剩几天。"),
                          epilog=_("例：doudi campaign due 2026"))  # fmt: skip
@_YEAR
@click.option("--on", type=_DAY, help=_("看哪一天，默认今天。"))
@_JSON
@click.pass_context
def due(ctx: click.Context, year: int, on: Any, as_json: bool) -> None:
    """List what waits."""
    from api.usecases.show import names
    from api.usecases.winter.campaigns import waiting

    with opened(ctx) as product:
        rows = waiting(product, operator(product), year, _day(on))
        called = product.store.read(names)
    if as_json:
        output.print_json({"due": rows.to_dicts()})
        return
    shown = [
        (called.get(r["township"], r["township"]), called.get(r["village"], r["village"]),
         word("winter_step", r["step"], LANG), r["households"], r["key"], yuan(r["amount_fen"]),
         r["by"], r["days_left"])
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("村（社区）"), _("等待"), _("户数"), _("重点户"), _("金额（元）"), _("最后一天"),
               _("还剩天数"))  # fmt: skip
    table(_("冬春救助：等待办理"), columns, shown)


@campaign_command.command("list", help=_("逐户列出：需求、类别、金额、现状。"),
                          epilog=_("例：doudi campaign list 2026 --village 330000000001"))  # fmt: skip
@_YEAR
@click.option("--village", default="", help=_("只看一个村（代码）。"))
@click.option("--state", default="", help=_("只看一种状态。"))
@_JSON
@click.pass_context
def list_(ctx: click.Context, year: int, village: str, state: str, as_json: bool) -> None:
    """List surveyed households."""
    import polars as pl

    from api.usecases.show import codes
    from api.usecases.winter.campaigns import winter

    with opened(ctx) as product:
        rows = winter(product, operator(product), year).entries
        coded = product.store.read(codes)
    rows = rows.filter(pl.col("village").str.starts_with(village))
    rows = rows.filter(pl.col("state") == state) if state else rows
    if as_json:
        output.print_json({"entries": rows.to_dicts()})
        return
    shown = [
        (r["id"], coded.get(r["household"], r["household"]), r["persons"],
         "、".join(word("winter_need", n, LANG) for n in r["needs"] or []),
         word("winter_grade", r["grade"], LANG), r["key"], yuan(r["amount_fen"]),
         yuan(r["computed_fen"]), word("winter_state", r["state"], LANG))
        for r in rows.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("编号"), _("户编号"), _("人数"), _("需求"), _("类别"), _("重点户"), _("金额（元）"),
               _("按标准（元）"), _("现状"))  # fmt: skip
    table(
        _("冬春救助（{shown}/{count}）").format(shown=len(shown), count=rows.height), columns, shown
    )


@campaign_command.command(
    "step",
    short_help=_("办理一步：村评议、乡镇审核、公示、县级审定，或退回。"),
    help=_("办理一步：review 村评议，audit 乡镇审核，notice 公示，decide 县级审定，return 退回（须写理由）。"
           "不写户则办理所选村或乡镇中等待这一步的全部户。"),
    epilog=_("例：doudi campaign step 2026 review --village 平山村代码 --officer 李某 --evidence 评议记录3号"),
)  # fmt: skip
@_YEAR
@click.argument("what", type=click.Choice([s.value for s in Step]), metavar=_("步骤"))
@click.argument("household", nargs=-1, metavar=_("编号…"))
@click.option("--village", default="", help=_("村（代码）。"))
@click.option("--township", default="", help=_("乡镇（代码）。"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@click.option("--evidence", required=True, help=_("依据的记录编号，不写姓名和证件号码。"))
@click.option("--reason", default="", help=_("退回的理由。"))
@click.option("--on", type=_DAY, help=_("哪一天办理，默认今天。"))
@_JSON
@click.pass_context
def step(
    ctx: click.Context, year: int, what: str, household: tuple[str, ...], village: str,
    township: str, officer: str, evidence: str, reason: str, on: Any, as_json: bool,
) -> None:  # fmt: skip
    """Take a step."""
    from api.usecases.winter.steps import Pick, Said, take

    with opened(ctx) as product:
        done = take(product, operator(product, officer), year, Step(what),
                    Pick(household, village, township), Said(evidence, reason, _day(on)))  # fmt: skip
    if as_json:
        output.print_json({"step": what, "households": done.households, "fen": done.amount_fen,
                           "warnings": [w.render(_) for w in done.warnings]})  # fmt: skip
        return
    for warning in done.warnings:
        console.print(f"! {warning.render(_)}")
    console.print(_("{step}：{count} 户，共 {yuan} 元。").format(
        step=word("winter_step", what, LANG), count=f"{done.households:,}", yuan=yuan(done.amount_fen)
    ))  # fmt: skip


@campaign_command.command(
    "notice", help=_("写出公示表：姓名隐去部分，不含未成年人户、困难身份、病情、电话和账号。"),
    epilog=_("例：doudi campaign notice 2026 --out 公示.xlsx"),
)  # fmt: skip
@_YEAR
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到哪个文件。"))
@click.pass_context
def notice(ctx: click.Context, year: int, out: Path) -> None:
    """Write the public notice."""
    from api.usecases.winter.paper import NoticeWords, public_notice

    words = NoticeWords(_, lambda grade: word("winter_grade", grade, LANG))
    with opened(ctx) as product:
        count = public_notice(product, operator(product), year, out, words)
    console.print(_("已写出 {path}，列名 {count} 户。").format(path=out, count=f"{count:,}"))


@campaign_command.command(
    "visit",
    help=_("安排走访（给出 --by 和 --on；不写户则安排全部重点户），或登记走访结果（给出走访编号和 --result）。"),
    epilog=_("例：doudi campaign visit 2026 --by 民政所 --on 2027-01-20"),
)  # fmt: skip
@_YEAR
@click.argument("key", nargs=-1, metavar=_("编号…"))
@click.option("--by", "visitor", default="", help=_("由谁走访。"))
@click.option("--on", type=_DAY, help=_("哪一天，默认今天。"))
@click.option("--result", type=click.Choice([r.value for r in VisitResult]),
              help=_("结果：fine 平安，difficult 仍有困难，away 不在家，deceased 已去世。"))  # fmt: skip
@click.option("--lacks", multiple=True, type=click.Choice([n.value for n in WinterNeed]),
              help=_("还缺什么，可写多次。"))  # fmt: skip
@click.option("--evidence", default="", help=_("走访记录编号。"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@_JSON
@click.pass_context
def visit(
    ctx: click.Context, year: int, key: tuple[str, ...], visitor: str, on: Any, result: str | None,
    lacks: tuple[str, ...], evidence: str, officer: str, as_json: bool,
) -> None:  # fmt: skip
    """Plan or record visits."""
    from api.usecases.winter.visits import Found, plan_visits, record_visit
    from graphcore.domain.clock import day_of

    with opened(ctx) as product:
        actor = operator(product, officer)
        if result is None:
            day = _day(on) or day_of(product.clock())
            count = plan_visits(product, actor, year, visitor, day, households=key)
            done = []
        else:
            found = Found(VisitResult(result), evidence, tuple(map(WinterNeed, lacks)), _day(on))
            done = [record_visit(product, actor, k, found) for k in key]
            count = len(done)
    if as_json:
        output.print_json({"visits": count, "opened": [d.opened for d in done if d.opened]})
    elif result is None:
        console.print(_("新安排走访 {count} 户。").format(count=f"{count:,}"))
    else:
        told = _("已登记走访 {count} 户，转临时救助 {opened} 户。")
        console.print(told.format(count=count, opened=sum(bool(d.opened) for d in done)))


@campaign_command.command("visits", help=_("走访安排和结果，未走访的在前。"),
                          epilog=_("例：doudi campaign visits 2026"))  # fmt: skip
@_YEAR
@_JSON
@click.pass_context
def visits(ctx: click.Context, year: int, as_json: bool) -> None:
    """List visits."""
    from api.usecases.winter.visits import visits as run

    with opened(ctx) as product:
        rows = run(product, operator(product), year)
        coded = _codes(product)
    if as_json:
        output.print_json({"visits": rows.to_dicts()})
        return
    shown = [
        (r["id"], coded.get(r["household"], r["household"]), r["visitor"], r["planned_on"],
         r["done_on"] or "—", word("visit_result", r["result"], LANG) if r["result"] else "—",
         "、".join(word("winter_need", n, LANG) for n in r["lacks"] or []), r["aid_case"] or "—")
        for r in rows.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("走访"), _("户编号"), _("走访人"), _("计划日期"), _("走访日期"), _("结果"), _("还缺"),
               _("转办个案"))  # fmt: skip
    table(
        _("走访慰问（{shown}/{count}）").format(shown=len(shown), count=rows.height), columns, shown
    )


def _day(given: Any) -> date | None:
    return given.date() if given else None


def _codes(product: Context) -> dict[str, str]:
    from api.usecases.show import codes

    return product.store.read(codes)
