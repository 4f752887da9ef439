"""``doudi road`` and ``doudi lot``: what is told on the phone."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _

_UNTIL = _("预计恢复或到货的日期。")
_GIVER = _("来电单位或职务（不写姓名），记入审计链。")


@click.group(
    "road",
    help=_("登记道路中断或恢复；登记后运行 doudi replan。"),
    epilog=_("例：doudi road close R0003 --until 2026-07-04 ；doudi road open R0003"),
)
def road_command() -> None:
    """Hold the road's commands."""


@road_command.command("close", help=_("登记道路中断。"))
@click.argument("code", metavar=_("路段编号"))
@click.option("--until", default="", metavar="YYYY-MM-DD", help=_UNTIL)
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def close(ctx: click.Context, code: str, until: str, giver: str, as_json: bool) -> None:
    """Close a road."""
    _state(ctx, "road_closed", code, until, giver, as_json=as_json)


@road_command.command("open", help=_("登记道路恢复。"))
@click.argument("code", metavar=_("路段编号"))
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def open_(ctx: click.Context, code: str, giver: str, as_json: bool) -> None:
    """Open a road."""
    _state(ctx, "road_opened", code, "", giver, as_json=as_json)


@click.group(
    "lot",
    help=_("登记批次推迟到货、下落不明或找回；登记后运行 doudi replan。"),
    epilog=_("例：doudi lot late PC0031 --until 2026-07-04 ；doudi lot lost PC0031"),
)
def lot_command() -> None:
    """Hold the lot's commands."""


@lot_command.command("late", help=_("登记批次推迟到货。"))
@click.argument("code", metavar=_("批次编号"))
@click.option("--until", required=True, metavar="YYYY-MM-DD", help=_UNTIL)
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def late(ctx: click.Context, code: str, until: str, giver: str, as_json: bool) -> None:
    """Put a lot off."""
    _state(ctx, "lot_late", code, until, giver, as_json=as_json)


@lot_command.command("lost", help=_("登记批次下落不明或损毁：立即冻结，待盘点销账。"))
@click.argument("code", metavar=_("批次编号"))
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def lost(ctx: click.Context, code: str, giver: str, as_json: bool) -> None:
    """Freeze a lot."""
    _state(ctx, "lot_lost", code, "", giver, as_json=as_json)


@lot_command.command("found", help=_("登记批次找回，解除冻结。"))
@click.argument("code", metavar=_("批次编号"))
@click.option("--giver", default="", help=_GIVER)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def found(ctx: click.Context, code: str, giver: str, as_json: bool) -> None:
    """Release a lot."""
    _state(ctx, "lot_found", code, "", giver, as_json=as_json)


def _state(
    ctx: click.Context, kind: str, code: str, until: str, giver: str, *, as_json: bool
) -> None:
    from api.usecases.planning.changes import ChangeKind, Told, state_change

    told = Told(ChangeKind(kind), code, until, giver)
    with opened(ctx) as product:
        key = state_change(product, operator(product), told)
    if as_json:
        output.print_json({"change": key, "kind": kind, "what": code, "until": until})
        return
    output.console.print(
        _("已登记（编号 {key}）。请运行 doudi replan，把所有新变化一并调整进计划。").format(key=key)
    )
