"""``doudi plan``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.context import Context


@click.command(
    "plan",
    help=_("按现有数据计算需求、分配物资、独立核对并提交计划；提交后需由负责人批准。"),
    epilog=_(
        "例：doudi plan --days 3 --seed 7 ；doudi plan --goal lateness --give-up full_need=2%"
    ),
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
@click.option(
    "--goal", "goals", multiple=True, metavar=_("目标[=让步]"),
    help=_("排在生存底线之后的目标，可多次给出，先给的在先：full_need、full_need_tier_1、weighted_coverage、lateness、cost、"
           "keep，或按范围添加 coverage:township=代码（basic=、item=、tier=）。没有给出的按常规次序排在后面。"),
)  # fmt: skip
@click.option(
    "--give-up", multiple=True, metavar=_("目标=让步"),
    help=_("某目标可为其后的目标让出多少：weighted_coverage=1%（相对所达到的值），lateness=5（按该目标的单位）。"),
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1, 1000),
    help=_("需求达 20 万条以上时，由这么多个工作进程共同求解（需安装 doudi[cluster]）；不影响结果的可重复性。"),
)  # fmt: skip
@click.option("--cluster", default="", help=_("已运行的 Ray 集群地址；不给则在本机启动。"))
@click.option("--as-is", is_flag=True, help=_("数字看似不合常理但已核对无误，照此作计划。"))
@click.option(
    "--like",
    default="",
    help=_("沿用某一计划的目标次序、让步和保底要求（计划编号）；另写 --floor 则以所写的为准。"),
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def plan_command(
    ctx: click.Context, disaster: str, days: int | None, first_on: str, seed: int,
    work: int | None, seconds: float | None, floors: tuple[str, ...], base: str | None,
    goals: tuple[str, ...], give_up: tuple[str, ...], as_is: bool, like: str, as_json: bool,
    workers: int | None, cluster: str,
) -> None:  # fmt: skip
    """Make a plan and print its overview."""
    from api.cli.screens import plan_json, print_plan
    from api.usecases.make_plan import PlanOptions, make_plan
    from api.usecases.show import find_plan, plan_view

    options = PlanOptions(
        disaster, days, day_of_option(first_on), seed, work, seconds, floors=floors
    )
    with opened(ctx) as product:
        actor = operator(product)
        if base:
            seen = product.store.read(lambda unit: find_plan(unit, product.district, base))
            options = replace(options, base=str(seen["id"]))
        if like:
            goals, was = _asked_of(product, like)
            floors = floors or was
        options = replace(options, floors=floors, goals=goals, give_up=give_up, as_is=as_is,
                          workers=workers or 0, cluster=cluster)  # fmt: skip
        with output.progress() as tell:
            plan = make_plan(product, actor, options, tell)
        view = plan_view(product, actor, plan)
    if as_json:
        output.print_json(plan_json(view))
    else:
        print_plan(view)


def _asked_of(product: Context, plan: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the order of the goals and the equity floors of a stored plan."""
    from api.usecases.planning.aims import stored_order
    from api.usecases.planning.floors import stored_texts
    from api.usecases.show import find_plan

    row = product.store.read(lambda unit: find_plan(unit, product.district, plan))
    return tuple(stored_order(row).texts()), stored_texts(row)


def day_of_option(text: str) -> str:
    """Return a day as it was given, checked; "" stays as it is."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise click.BadParameter(
            _("日期应写成 2026-07-01 的样子。"), param_hint="--first-on"
        ) from error
