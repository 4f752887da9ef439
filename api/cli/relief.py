"""``doudi relief``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.explain import said
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word

if TYPE_CHECKING:
    from api.usecases.relief import Relief

SHOWN = ("survival_floor", "weighted_coverage")


@click.command(
    "relief",
    help=_(
        "找出最能缓解缺口的措施：补货、加车、抢通、解除冻结、征得同意；逐项重新求解，给出实际效果。"
        "只作推演，不改动任何数据。"
    ),
    epilog=_("例：doudi relief --most 5"),
)
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@click.option(
    "--most", type=click.IntRange(1, 50), default=8, show_default=True, help=_("最多试算几项措施。")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def relief_command(ctx: click.Context, plan: str, most: int, as_json: bool) -> None:
    """Try measures and print what each would bring."""
    from api.usecases.relief import relief

    with opened(ctx) as product, output.progress() as tell:
        found = relief(product, operator(product), plan, most=most, progress=tell)
    if as_json:
        output.print_json({"measures": [_as_dict(r) for r in found]})
        return
    if not found:
        output.console.print(_("试算的措施都不能再减少缺口。"))
        return
    columns = (
        _("措施"),
        _("多满足户"),
        _("受益户"),
        _("减少户"),
        *(word("goal", g, LANG) for g in SHOWN),
    )
    output.table(_("最能缓解缺口的措施（逐项重新求解）"), columns, [_row(r) for r in found])


def _row(r: Relief) -> tuple[object, ...]:
    moved = {name: f"{old:.1%} → {new:.1%}" for name, old, new in r.effect.goals}
    told = said(r.what) + (_("（到时限，效果为下限）") if r.by_clock else "")
    e = r.effect
    return told, e.full, e.gained, e.lost, *(moved.get(g, "") for g in SHOWN)


def _as_dict(r: Relief) -> dict[str, object]:
    e = r.effect
    goals = [{"goal": n, "before": old, "after": new} for n, old, new in e.goals]
    return {"what": said(r.what), "units": e.units, "households_met": e.full,
            "households_gaining": e.gained, "households_losing": e.lost, "goals": goals,
            "by_clock": r.by_clock}  # fmt: skip
