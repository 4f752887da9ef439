"""``doudi diff``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.explain import as_dict, print_story
from api.cli.session import opened, operator
from api.cli.speech import _


@click.command(
    "diff",
    help=_("比较两个计划：谁得到更多、谁得到更少（按乡镇、困难群体、物资），各目标好坏。"),
    epilog=_("例：doudi diff 1 2"),
)
@click.argument("before", metavar=_("前一计划"))
@click.argument("after", metavar=_("后一计划"), default="")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def diff_command(ctx: click.Context, before: str, after: str, as_json: bool) -> None:
    """Print who gains and who loses."""
    from api.usecases.compare import compare

    with opened(ctx) as product:
        story = compare(product, operator(product), before, after)
    if as_json:
        output.print_json(as_dict(story))
    else:
        print_story(story)
