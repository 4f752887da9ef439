"""``doudi rebuild``: from the assessment of a house to moving in; who is cold before the frost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.output import console, table
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.rebuilding import Milestone, Route

if TYPE_CHECKING:
    import polars as pl

    from api.usecases.context import Context

ROWS = 40
_DAY = click.DateTime(["%Y-%m-%d"])
_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
_OFFICER = click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))


@click.group(
    "rebuild",
    help=_("恢复重建：一房一案，从评估到入住；自建、提高标准、保障房三种方式；初霜前谁还没有安全温暖住所。"),
    epilog=_("例：doudi rebuild open ；doudi rebuild frost"),
)  # fmt: skip
def rebuild_command() -> None:
    """Group the commands on rebuilding."""


@rebuild_command.command("open", help=_("为每一处倒塌或严重损坏而尚无个案的住房立案。"),
                         epilog=_("例：doudi rebuild open"))  # fmt: skip
@_JSON
@click.pass_context
def open_(ctx: click.Context, as_json: bool) -> None:
    """Open cases."""
    from api.usecases.rebuild.houses import open_cases

    with opened(ctx) as product:
        count = open_cases(product, operator(product))
    if as_json:
        output.print_json({"opened": count})
    else:
        console.print(_("新立重建个案 {count} 件。").format(count=f"{count:,}"))


@rebuild_command.command(
    "list", help=_("重建个案、方式和进度。"), epilog=_("例：doudi rebuild list")
)
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@_JSON
@click.pass_context
def list_(ctx: click.Context, township: str, as_json: bool) -> None:
    """List houses."""
    from api.usecases.rebuild.houses import houses

    with opened(ctx) as product:
        rows = houses(product, operator(product), township)
        _show(product, rows, as_json, _("恢复重建（共 {count} 处）").format(count=rows.height))


@rebuild_command.command(
    "frost", help=_("初霜前尚无安全温暖住所的户，写明初霜日。"), epilog=_("例：doudi rebuild frost")
)
@click.option("--on", type=_DAY, help=_("看哪一天，默认今天。"))
@_JSON
@click.pass_context
def frost(ctx: click.Context, on: Any, as_json: bool) -> None:
    """List who is cold."""
    from api.usecases.rebuild.houses import before_frost

    with opened(ctx) as product:
        rows = before_frost(product, operator(product), _day(on))
        if rows.is_empty() and not as_json:
            console.print(_("没有这样的户。"))
            return
        title = "" if rows.is_empty() else _("初霜日 {day} 前尚无安全温暖住所（共 {count} 户）").format(
            day=rows["frost_on"][0], count=rows.height)  # fmt: skip
        _show(product, rows, as_json, title)


@rebuild_command.command(
    "step", help=_("登记一项进度：日期、记录编号、照片编号。进度不能跳过。"),
    epilog=_("例：doudi rebuild step RB-… started --officer 李某 --evidence 开工记录2号 --photo ZP-12"),
)  # fmt: skip
@click.argument("key", metavar=_("重建个案"))
@click.argument("what", type=click.Choice([m.value for m in Milestone]), metavar=_("进度"))
@_OFFICER
@click.option("--evidence", required=True, help=_("依据的记录编号，不写姓名和证件号码。"))
@click.option("--photo", multiple=True, help=_("照片的档案编号，可写多次。"))
@click.option("--on", type=_DAY, help=_("哪一天，默认今天。"))
@_JSON
@click.pass_context
def step(
    ctx: click.Context, key: str, what: str, officer: str, evidence: str, photo: tuple[str, ...],
    on: Any, as_json: bool,
) -> None:  # fmt: skip
    """Record a milestone."""
    from api.usecases.rebuild.progress import record
    from graphcore.casework.rebuilding import Proof
    from graphcore.domain.clock import day_of

    with opened(ctx) as product:
        day = _day(on) or day_of(product.clock())
        proof = Proof(day, evidence, photo)
        done = record(product, operator(product, officer), key, Milestone(what), proof)
    if as_json:
        output.print_json({"rebuild": key, "milestone": what, "aid_case": done.aid_case})
        return
    console.print(_("已登记：{step}。").format(step=word("milestone", what, LANG)))
    if done.aid_case:
        console.print(_("补助个案 {case} 已批准。").format(case=done.aid_case))


@rebuild_command.command(
    "route", help=_("选定重建方式：self_build 自建，raised 提高标准，public_housing 保障房；须写理由。"),
    epilog=_("例：doudi rebuild route RB-… public_housing --officer 李某 --reason 无力自建"),
)  # fmt: skip
@click.argument("key", metavar=_("重建个案"))
@click.argument("route", type=click.Choice([r.value for r in Route]), metavar=_("方式"))
@_OFFICER
@click.option("--reason", required=True, help=_("理由。"))
@click.pass_context
def route(ctx: click.Context, key: str, route: str, officer: str, reason: str) -> None:
    """Choose a route."""
    from api.usecases.rebuild.progress import choose_route

    with opened(ctx) as product:
        choose_route(product, operator(product, officer), key, Route(route), reason)
    console.print(_("重建方式：{route}。").format(route=word("rebuild_route", route, LANG)))


@rebuild_command.command(
    "interim", help=_("登记过渡期间安全温暖的住处（租房、投亲、板房等）和截止日期。"),
    epilog=_("例：doudi rebuild interim RB-… --where 租房 --until 2027-06-30 --officer 李某"),
)  # fmt: skip
@click.argument("key", metavar=_("重建个案"))
@click.option("--where", required=True, help=_("住处类型，不写门牌。"))
@click.option("--until", type=_DAY, required=True, help=_("住到哪一天。"))
@_OFFICER
@click.pass_context
def interim(ctx: click.Context, key: str, where: str, until: Any, officer: str) -> None:
    """Record a place to stay."""
    from api.usecases.rebuild.progress import stay

    with opened(ctx) as product:
        stay(product, operator(product, officer), key, where, until.date())
    console.print(_("已登记过渡住所，至 {day}。").format(day=until.date().isoformat()))


def _show(product: Context, rows: pl.DataFrame, as_json: bool, title: str) -> None:
    if as_json:
        output.print_json({"houses": rows.to_dicts()})
        return
    from api.usecases.show import codes, names

    called = product.store.read(lambda unit: {**codes(unit), **names(unit)})
    shown = [
        (r["rebuild"] or "—", called.get(r["village"], r["village"]),
         called.get(r["household"], r["household"]), word("house_damage", r["damage"], LANG),
         word("rebuild_route", r["route"], LANG) if r["route"] else "—",
         word("milestone", r["milestone"], LANG) if r["milestone"] else "—",
         r["reached_on"] or "—", r["interim_until"] or "—")
        for r in rows.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("重建个案"), _("村（社区）"), _("户编号"), _("损坏程度"), _("重建方式"), _("进度"), _("日期"),
               _("过渡住所至"))  # fmt: skip
    table(title, columns, shown)


def _day(given: Any) -> date | None:
    return given.date() if given else None
