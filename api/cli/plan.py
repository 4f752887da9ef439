"""``doudi plan``."""

from __future__ import annotations

from dataclasses import replace

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _


@click.command(
    "plan",
    help=_("按现有数据计算需求、分配物资、独立核对并提交计划；提交后需由负责人批准。"),
    epilog=_("例：doudi plan --days 3 --seed 7"),
)
@click.option("--disaster", default="", help=_("灾害编号，默认为最近一次。"))
@click.option("--days", type=click.IntRange(1, 30), help=_("计划天数，默认按政策参数。"))
@click.option("--first-on", default="", metavar="YYYY-MM-DD", help=_("第一天，默认为今天。"))
@click.option(
    "--seed", type=int, default=0, help=_("随机种子：相同数据、种子与工作量，结果逐字节相同。")
)
@click.option("--work", type=click.IntRange(1), help=_("工作量上限（单纯形迭代次数）。"))
@click.option(
    "--seconds", type=click.FloatRange(0.1), help=_("时间上限（秒）；因此提前结束的计划会注明。")
)
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="…=60%",
    help=_("保底比例，可重复：海口镇=60%、全部乡镇/饮用水=50%、残疾人=90%；做不到则说明最多多少。"),
)
@click.option("--base", help=_("您看到的现行计划编号；如已被他人更新则拒绝，并说明变化。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def plan_command(
    ctx: click.Context, disaster: str, days: int | None, first_on: str, seed: int,
    work: int | None, seconds: float | None, floors: tuple[str, ...], base: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a plan and print its overview."""
    from api.cli.screens import plan_json, print_plan
    from api.usecases.make_plan import PlanOptions, make_plan
    from api.usecases.show import find_plan, plan_view

    options = PlanOptions(disaster, days, _day(first_on), seed, work, seconds, floors=floors)
    with opened(ctx) as product:
        actor = operator(product)
        if base:
            seen = product.store.read(lambda unit: find_plan(unit, product.district, base))
            options = replace(options, base=str(seen["id"]))
        with output.progress() as tell:
            plan = make_plan(product, actor, options, tell)
        view = plan_view(product, actor, plan)
    if as_json:
        output.print_json(plan_json(view))
    else:
        print_plan(view)


def _day(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise click.BadParameter(
            _("日期应写成 2026-07-01 的样子。"), param_hint="--first-on"
        ) from error
