"""``doudi replan``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.explain import said
from api.cli.plan import day_of_option
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word
from graphcore.domain.money import shown

if TYPE_CHECKING:
    from api.usecases.context import Context, Progress
    from api.usecases.replanning.replan import Replanned
    from optimizer.replan.difference import Difference, GoalMove

SHOWN = 20
MOST = 0.5  # of weighted coverage: nobody gives up more than half to keep a plan


class Percent(click.ParamType[float]):
    """A share written as 0.01%."""

    name = "percent"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share (0..1)."""
        try:
            share = float(str(value).strip().rstrip("%")) / 100
        except ValueError:
            share = -1.0
        if not 0.0 <= share <= MOST:
            self.fail(_("应写成 0.01% 的样子，在 0% 至 50% 之间。"), param, ctx)
        return share


@click.command(
    "replan",
    help=_(
        "比较现行计划所依据的情况与现在的情况：已发出的、已钉住的不动，没有更高目标受益的行不动，"
        "其余改过来。回复起因、新增、取消、改变的行，以及对各目标的影响和上限。"
    ),
    epilog=_("例：doudi road close R0003 --until 2026-07-04 ；doudi replan --keep 0.01%"),
)
@click.option(
    "--keep", type=Percent(), default="0%", show_default=True, metavar="0.01%",
    help=_("为少改动已公布的计划，最多愿意少满足多少（占加权保障率）。"),
)  # fmt: skip
@click.option("--first-on", default="", metavar="YYYY-MM-DD", help=_("第一天，默认为今天。"))
@click.option("--near", is_flag=True, help=_("只看直接受影响的地方，不作全局比较（最快）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def replan_command(
    ctx: click.Context, keep: float, first_on: str, near: bool, as_json: bool
) -> None:
    """Re-plan and print the difference."""
    from api.usecases.replanning.replan import ReplanOptions, replan

    first_on = day_of_option(first_on)
    with opened(ctx) as product:
        with output.progress() as tell:
            told = _telling(tell)
            done = replan(product, operator(product), ReplanOptions(keep, not near, first_on), told)
        names, units = _names(product)
    if as_json:
        output.print_json(as_dict(done))
        return
    print_replanned(done, names, units)


def _telling(tell: Progress) -> Progress:
    """Print each answer's figures as it comes, beside the usual steps."""
    from api.usecases.replanning.replan import ANSWERED

    def told(step: str, share: float) -> None:
        tell(step, share)
        if step.startswith(ANSWERED):
            output.errors.print("  " + _figures(step.removeprefix(ANSWERED).partition(".")[2]))

    return told


def _figures(told: str) -> str:
    """Return an answer's figures in words, see `api.usecases.replanning.replan.figures`."""
    added, removed, changed, *goals = told.split()
    words = _("新增 {added} 行，取消 {removed} 行，改变 {changed} 行").format(
        added=added[1:], removed=removed[1:], changed=changed[1:]
    )
    for goal in goals:
        name, _equals, ends = goal.partition("=")
        before, after = (float(end) for end in ends.split(">"))
        if before != after:
            words += _("；{goal} {before:.2%} → {after:.2%}").format(
                goal=word("goal", name, LANG), before=before, after=after
            )
    return words


def _names(product: Context) -> tuple[dict[str, str], dict[str, str]]:
    from api.usecases.show import codes, names

    items = product.store.read(lambda unit: unit.nodes("SupplyItem"))
    both = product.store.read(lambda unit: codes(unit) | names(unit))
    return both, dict(zip(items["code"], items["unit"], strict=True))


def print_replanned(done: Replanned, names: dict[str, str], units: dict[str, str]) -> None:
    """Print why, what became of the lines, and what of the goals."""
    console = output.console
    for cause in done.causes[:SHOWN]:
        console.print("  · " + said(cause))
    if done.plan == done.base:
        console.print(_("现行计划不需要改动。"))
        return
    if done.rebuilt:
        console.print(said(done.rebuilt))
    d = done.difference
    console.print(
        _(
            "[bold]新计划 {plan}[/]：新增 {added} 行，取消 {removed} 行，改变 {changed} 行；"
            "原计划保留 {kept:.2%}。"
        ).format(
            plan=done.plan, added=d.count("added"), removed=d.count("removed"),
            changed=d.count("changed"), kept=d.kept_share,
        )
    )  # fmt: skip
    columns = (_("目标"), _("原计划"), _("新计划"), _("任何计划的上限或下限"))
    output.table(_("对各目标的影响"), columns, [_goal(g) for g in d.goals])
    _moves(d, names, units)


def _goal(g: GoalMove) -> tuple[object, ...]:
    def shown(value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:.2%}" if g.unit == "coverage" else f"{value:,.0f}"

    return word("goal", g.name, LANG), shown(g.before), shown(g.after), shown(g.bound)


def _moves(d: Difference, names: dict[str, str], units: dict[str, str]) -> None:
    import polars as pl

    key = ["township", "item", "move", "old_item", "old_warehouse", "old_day", "new_item",
           "new_warehouse", "new_day"]  # fmt: skip
    table = d.moves.group_by(key).agg(
        pl.col("subject").n_unique().alias("homes"), pl.col("old_quantity", "new_quantity").sum()
    )
    rows = []
    for r in (
        table.sort("homes", *key, descending=[True] + [False] * len(key)).head(SHOWN).to_dicts()
    ):
        ends = [
            _end(r[f"{side}_warehouse"], r[f"{side}_day"],
                 _given(r["item"], r[f"{side}_item"], r[f"{side}_quantity"], names, units), names)
            for side in ("old", "new")
        ]  # fmt: skip
        rows.append((
            names.get(r["township"], r["township"]), called(names.get(r["item"], r["item"])),
            word("move", r["move"], LANG), *ends, r["homes"],
        ))  # fmt: skip
    if rows:
        columns = (_("乡镇"), _("物资"), _("变动"), _("原"), _("现"), _("户数"))
        output.table(_("变动最多的几处"), columns, rows)


def _given(
    owed: str, item: str | None, n: int, names: dict[str, str], units: dict[str, str]
) -> str:
    """Return what is handed over; its name where something else is owed."""
    if item is None:
        return ""
    count, unit = shown(n, units.get(item, ""))
    amount = f"{count} {called(unit) if isinstance(unit, str) else said(unit)}"
    return amount if item == owed else f"{called(names.get(item, item))} {amount}"


def _end(store: str | None, day: int | None, amount: str, names: dict[str, str]) -> str:
    if store is None or day is None:
        return "—"
    return _("{store} 第 {day} 天 {amount}").format(
        store=names.get(store, store), day=day + 1, amount=amount
    )


def as_dict(done: Replanned) -> dict[str, object]:
    """The answer as one JSON object."""
    d = done.difference
    goals = [{"goal": g.name, "unit": g.unit, "before": g.before, "after": g.after,
              "bound": g.bound} for g in d.goals]  # fmt: skip
    return {
        "plan": done.plan, "base": done.base, "reach": done.reach,
        "causes": [said(c) for c in done.causes],
        "rebuilt": said(done.rebuilt) if done.rebuilt else None,
        "added": d.count("added"), "removed": d.count("removed"), "changed": d.count("changed"),
        "kept_share": d.kept_share, "goals": goals, "changes": list(done.included),
        "moves": d.moves.to_dicts(),
    }  # fmt: skip
