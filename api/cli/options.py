"""``doudi options``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word

if TYPE_CHECKING:
    from optimizer.replan.options import Option

SHOWN = ("survival_floor", "weighted_coverage")


@click.command(
    "options",
    help=_(
        "为一项新需求列出全部可行办法：从哪一批、怎么送、哪天到、谁要让出多少，"
        "以及对各目标的影响和任何计划都越不过的上限。只作查询，不改动任何数据。"
    ),
    epilog=_("例：doudi options --point 331121001001 --item 帐篷 --quantity 2"),
)
@click.option("--household", default="", help=_("户编号。"))
@click.option("--point", default="", help=_("安置点或村的编号或名称。"))
@click.option("--item", required=True, help=_("物资品种（名称或代码）。"))
@click.option("--quantity", type=click.IntRange(1, 1_000_000), required=True, help=_("数量。"))
@click.option("--day", type=click.IntRange(1, 30), default=1, show_default=True,
              help=_("计划的第几天需要。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def options_command(
    ctx: click.Context, household: str, point: str, item: str, quantity: int, day: int,
    as_json: bool,
) -> None:  # fmt: skip
    """List the options."""
    from api.usecases.replanning.asked import Question, options
    from api.usecases.show import codes, names

    if bool(household) == bool(point):
        raise click.UsageError(_("请写 --household 或 --point 其中之一。"))
    asked = Question(item, quantity, household, point, day - 1)
    with opened(ctx) as product:
        found = options(product, operator(product), asked)
        known = product.store.read(lambda unit: codes(unit) | names(unit))
    if as_json:
        output.print_json({"options": [asdict(o) for o in found]})
        return
    if not found:
        output.console.print(_("没有可行的办法：没有货、没有路，或都受捐赠意向限制。"))
        return
    columns = (_("批次"), _("仓库"), _("方式"), _("送达日"), _("数量"), _("须让出"),
               *(word("goal", g, LANG) for g in SHOWN), _("任何计划的上限"))  # fmt: skip
    output.table(_("可行办法（按目标先后排序）"), columns, [_row(o, known) for o in found])


def _row(o: Option, known: dict[str, str]) -> tuple[object, ...]:
    goals = {g.name: g for g in o.goals}
    moved = [f"{goals[g].before:.2%} → {goals[g].after:.2%}" if g in goals else "" for g in SHOWN]
    bound = goals[SHOWN[1]].bound if SHOWN[1] in goals else None
    taken = sum(t.units for t in o.taken)
    mode = word("mode", o.mode, LANG) + (_("（须商请）") if o.request else "")
    return (known.get(o.lot, o.lot), called(known.get(o.warehouse, o.warehouse)), mode, o.day + 1,
            o.units, taken, *moved, "" if bound is None else f"{bound:.2%}")  # fmt: skip
