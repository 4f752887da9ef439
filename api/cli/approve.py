"""``doudi approve`` and ``doudi accept``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _


@click.command(
    "approve",
    help=_("由具名负责人批准计划；批准之前物资不得出库。"),
    epilog=_("例：doudi approve 3 --officer 王某某"),
)
@click.argument("plan", required=False, default="")
@click.option("--officer", required=True, help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def approve_command(
    ctx: click.Context, plan: str, officer: str, as_json: bool
) -> None:  # fmt: skip
    """Approve a plan."""
    from api.usecases.approve_plan import approve_plan
    from api.usecases.show import find_plan

    with opened(ctx) as product:
        district = product.district
        key = str(product.store.read(lambda unit: find_plan(unit, district, plan))["id"])
        approve_plan(product, operator(product, officer), key)
    if as_json:
        output.print_json({"plan": key, "state": "approved", "officer": officer})
        return
    output.console.print(
        _("计划 {plan} 已由 {officer} 批准，可以出库。").format(plan=key, officer=officer)
    )


@click.command(
    "accept",
    help=_(
        "登记权属单位对调用请求的答复：写批次编号则一次答复该批次的全部请求，写分配行编号则只答复一行。"
        "同意则预留，不同意则计入缺口。"
    ),
    epilog=_("例：doudi accept PC0045 ；doudi accept A-… --refuse --reason 库存另有安排"),
)
@click.argument("what", metavar=_("批次|行编号"))
@click.option("--refuse", is_flag=True, help=_("对方不同意。"))
@click.option("--reason", default="", help=_("答复的理由。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def accept_command(
    ctx: click.Context, what: str, refuse: bool, reason: str, as_json: bool
) -> None:  # fmt: skip
    """Record the owner's answer."""
    from api.usecases.accept_request import accept_request

    with opened(ctx) as product:
        n = accept_request(product, operator(product), what, accepted=not refuse, reason=reason)
    if as_json:
        state = "refused" if refuse else "accepted"
        output.print_json({"answered": what, "lines": n, "state": state})
        return
    told = (
        _("已登记 {n} 行：对方不同意，缺口保留；已列为待调整的变化，请运行 doudi replan 另行安排。")
        if refuse
        else _("已登记 {n} 行：对方同意，物资已预留。")
    )
    output.console.print(told.format(n=n))
