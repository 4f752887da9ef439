"""``doudi contradictions``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.explain import as_dict, print_story
from api.cli.session import opened, operator
from api.cli.speech import _


@click.command(
    "contradictions",
    help=_(
        "检查互相矛盾的条件：无人能满足的捐赠条件、超出库存或运力的下限、放不下的已定分配；指出最小的一组。"
    ),
    epilog=_("例：doudi contradictions --floor water:331121105000:200"),
)
@click.option("--floor", "floors", multiple=True, metavar=_("物资:乡镇:件数"),
              help=_("要求至少给某乡镇多少件，可多次给出，一并检查。"))  # fmt: skip
@click.option("--disaster", default="", help=_("灾害编号，默认为最近一次。"))
@click.option("--days", type=click.IntRange(1, 30), help=_("计划天数，默认按政策参数。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def contradictions_command(
    ctx: click.Context, floors: tuple[str, ...], disaster: str, days: int | None, as_json: bool
) -> None:
    """Print the smallest contradicting sets."""
    from api.usecases.contradictions import contradictions

    with opened(ctx) as product:
        story = contradictions(product, operator(product), floors, disaster=disaster, days=days)
    if as_json:
        output.print_json(as_dict(story))
    else:
        print_story(story)
