"""``doudi pin``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word


@click.group(
    "pin",
    help=_("钉住：调整计划时保持不变的行或数量下限；可查看、可取消。"),
    epilog=_("例：doudi pin line A-0001 --at-least 5 ；doudi pin day 1 ；doudi pin list"),
)
def pin_command() -> None:
    """Hold the pin's commands."""


@pin_command.command("line", help=_("钉住现行计划的一行（批次、送达日、数量都不变）。"))
@click.argument("line", metavar=_("行编号"))
@click.option("--at-least", type=click.IntRange(1), help=_("只钉住一个数量下限。"))
@click.option("--giver", default="", help=_("提出的单位或职务（不写姓名）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def line_(ctx: click.Context, line: str, at_least: int | None, giver: str, as_json: bool) -> None:
    """Pin a line."""
    from api.usecases.planning.pins import add_pin

    with opened(ctx) as product:
        key = add_pin(product, operator(product), line, at_least=at_least, giver=giver)
    _done(key, as_json=as_json, line=line, at_least=at_least)


_GIVER = _("提出的单位或职务（不写姓名）。")


@pin_command.command("day", help=_("钉住现行计划某一天的全部发放（可只限一个乡镇）。"))
@click.argument("day", metavar=_("第几天"), type=click.IntRange(1, 30))
@click.option("--township", default="", help=_("只限这个乡镇（代码）。"))
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def day_(ctx: click.Context, day: int, township: str, giver: str, as_json: bool) -> None:
    """Pin a day."""
    from api.usecases.planning.pins import pin_day

    with opened(ctx) as product:
        key = pin_day(product, operator(product), day - 1, township=township, giver=giver)
    _done(key, as_json=as_json, day=day, township=township)


@pin_command.command("trip", help=_("钉住一个车次的前几站：送什么、哪辆车、先后都不变。"))
@click.argument("trip", metavar=_("车次编号"))
@click.option("--stops", type=click.IntRange(1), required=True, help=_("前几站。"))
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def trip_(ctx: click.Context, trip: str, stops: int, giver: str, as_json: bool) -> None:
    """Pin a trip's first stops."""
    from api.usecases.planning.pins import pin_trip

    with opened(ctx) as product:
        key = pin_trip(product, operator(product), trip, stops=stops, giver=giver)
    _done(key, as_json=as_json, trip=trip, stops=stops)


@pin_command.command("price", help=_("给改动已公布的分配定价：一行或一个乡镇，按平常的几倍计。"))
@click.option("--line", default="", help=_("行编号。"))
@click.option("--township", default="", help=_("乡镇代码。"))
@click.option(
    "--times", type=click.IntRange(0, 1000), required=True, help=_("平常的几倍，0 表示可随意改动。")
)
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def price_(
    ctx: click.Context, line: str, township: str, times: int, giver: str, as_json: bool
) -> None:
    """Price a departure from what is published."""
    from api.usecases.planning.pins import price_departure

    if bool(line) == bool(township):
        raise click.UsageError(_("请写 --line 或 --township 其中之一。"))
    with opened(ctx) as product:
        key = price_departure(product, operator(product), times, line=line, township=township,
                              giver=giver)  # fmt: skip
    _done(key, as_json=as_json, line=line, township=township, times=times)


def _done(key: str, *, as_json: bool, **told: object) -> None:
    if as_json:
        output.print_json({"pin": key, **told})
        return
    output.console.print(_("已钉住（编号 {key}）。").format(key=key))


@pin_command.command("list", help=_("列出生效的钉。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List pins."""
    from dataclasses import asdict

    from api.usecases.planning.pins import list_pins

    with opened(ctx) as product:
        found = list_pins(product, operator(product))
    if as_json:
        output.print_json({"pins": [asdict(p) for p in found]})
        return
    columns = (_("编号"), _("种类"), _("需求或车次"), _("批次"), _("乡镇"), _("送达日"),
               _("数量、站数或倍数"), _("提出"))  # fmt: skip
    rows = [(p.id, word("pin", p.kind, LANG), p.need or p.trip, p.lot, p.township, p.day + 1,
             p.quantity, p.giver) for p in found]  # fmt: skip
    output.table(_("生效的钉"), columns, rows)


@pin_command.command("remove", help=_("取消一个钉。"))
@click.argument("pin", metavar=_("编号"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def remove(ctx: click.Context, pin: str, as_json: bool) -> None:
    """Remove a pin."""
    from api.usecases.planning.pins import remove_pin

    with opened(ctx) as product:
        remove_pin(product, operator(product), pin)
    if as_json:
        output.print_json({"removed": pin})
        return
    output.console.print(_("已取消。"))
