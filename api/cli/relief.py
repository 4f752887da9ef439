"""``doudi relief``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from api.cli import output
from api.cli.explain import said
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word

if TYPE_CHECKING:
    from api.usecases.relief import Relief
    from api.usecases.show import PlanView

MOST_BINDING = 10
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
    from api.usecases.show import plan_view

    with opened(ctx) as product, output.progress() as tell:
        view = plan_view(product, operator(product), plan)
        found = relief(product, operator(product), plan, most=most, progress=tell)
    if as_json:
        output.print_json({"measures": [as_dict(r) for r in found]})
        return
    _binding(view)
    if not found:
        output.console.print(_("试算的措施都不能再减少缺口。"))
        return
    columns = (_("措施"), _("多满足户"), _("受益户"), _("减少户"), _("受益最多的乡镇"), _("估价（元）"),
               _("每户（元）"), *(word("goal", g, LANG) for g in SHOWN))  # fmt: skip
    rows = [_row(r, view.names) for r in found]
    output.table(_("缓解缺口的措施，按每户受益的费用排列（逐项重新求解）"), columns, rows)
    _first(found[0], view.names)


def _binding(view: PlanView) -> None:
    """Say what binds, and by how much."""
    from api.usecases.show import by_reason

    rows = [
        (word("shortfall", r["reason"], LANG), called(view.names.get(r["item"], r["item"])),
         r["quantity"], called(view.units.get(r["item"], "")), r["households"])
        for r in by_reason(view).head(MOST_BINDING).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("卡在哪里"), _("物资"), _("尚缺"), _("单位"), _("户数"))
    if rows:
        output.table(_("缺口卡在哪里、缺多少"), columns, rows)


def _first(r: Relief, names: Mapping[str, str]) -> None:
    """Say the cheapest measure in a sentence."""
    first = r.effect.places[0][0] if r.effect.places else ""
    place = names.get(first, first)
    told = _("最省的一项：{what}，{gained} 户受益（{place}最多），其中 {full} 户由此全部满足。").format(
        what=said(r.what), gained=r.effect.gained, place=place, full=r.effect.full
    )  # fmt: skip
    output.console.print("  · " + escape(told))


def _yuan(fen: float | None) -> str:
    return _("未知") if fen is None else output.yuan(fen, 0)


def _row(r: Relief, names: Mapping[str, str]) -> tuple[object, ...]:
    moved = {name: f"{old:.1%} → {new:.1%}" for name, old, new in r.effect.goals}
    told = said(r.what) + (_("（到时限，效果为下限）") if r.by_clock else "")
    e = r.effect
    places = "、".join(f"{names.get(t, t)} {n}" for t, n in e.places[:2])
    return (
        told,
        e.full,
        e.gained,
        e.lost,
        places,
        _yuan(r.cost_fen),
        _yuan(r.per_household_fen),
        *(moved.get(g, "") for g in SHOWN),
    )


def as_dict(r: Relief) -> dict[str, object]:
    """A measure as JSON."""
    e = r.effect
    goals = [{"goal": n, "before": old, "after": new} for n, old, new in e.goals]
    return {"what": said(r.what), "units": e.units, "households_met": e.full,
            "households_gaining": e.gained, "households_losing": e.lost, "goals": goals,
            "by_clock": r.by_clock, "cost_fen": r.cost_fen,
            "per_household_fen": r.per_household_fen,
            "places": [{"township": t, "households": n} for t, n in e.places]}  # fmt: skip
