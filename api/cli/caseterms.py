"""``doudi cases accepted | extend``: from when a decision's term runs, and its one extension."""

from __future__ import annotations

from typing import Any

import click

from api.cli import output
from api.cli.output import console
from api.cli.session import opened, operator
from api.cli.speech import _

_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
_OFFICER = click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))


@click.command(
    "accepted",
    help=_("登记个案的受理日期：决定期限从受理之日起算。经受理窗口（doudi desk take）申请的自动起算。"),
    epilog=_("例：doudi cases accepted CA-… --on 2026-07-03 --officer 李某"),
)  # fmt: skip
@click.argument("case", metavar=_("个案编号"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("哪一天受理，默认今天。"))
@_OFFICER
@_JSON
@click.pass_context
def accepted_command(ctx: click.Context, case: str, on: Any, officer: str, as_json: bool) -> None:
    """Record the day of acceptance."""
    from api.usecases.cases.terms import accept

    with opened(ctx) as product:
        last = accept(product, operator(product, officer), case, on.date() if on else None)
    _tell(case, last, as_json)


@click.command(
    "extend",
    help=_("延长一次决定期限：限在期限之内、情况特殊的个案，须写明理由。"),
    epilog=_("例：doudi cases extend CA-… --reason 收入须异地核对 --officer 王某某"),
)
@click.argument("case", metavar=_("个案编号"))
@click.option("--reason", required=True, help=_("延期理由。"))
@_OFFICER
@_JSON
@click.pass_context
def extend_command(
    ctx: click.Context, case: str, reason: str, officer: str, as_json: bool
) -> None:  # fmt: skip
    """Extend a term."""
    from api.usecases.cases.terms import extend

    with opened(ctx) as product:
        last = extend(product, operator(product, officer), case, reason)
    _tell(case, last, as_json)


def _tell(case: str, last: str, as_json: bool) -> None:
    if as_json:
        output.print_json({"case": case, "decide_by": last})
    elif last:
        console.print(_("个案 {case}：应于 {day} 前作出决定。").format(case=case, day=last))
    else:
        console.print(_("个案 {case}：这项救助没有规定决定期限。").format(case=case))
