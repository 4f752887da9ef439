"""``doudi fairness``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.fairness import Price
    from optimizer.fairness import Curve


@click.command(
    "fairness",
    help=_(
        "公平的代价：把保底线逐级放低并重新求解，看加权保障率能多多少。给出表、字符图，可另存 SVG 图。"
        "只作推演，不改动任何数据；数字是取整之前的。"
    ),
    epilog=_("例：doudi fairness --svg 公平曲线.svg"),
)
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@click.option("--work", type=click.IntRange(1), help=_("每条曲线的工作量上限（单纯形迭代次数）。"))
@click.option("--seconds", type=click.FloatRange(0.1), help=_("每条曲线的时间上限（秒）。"))
@click.option(
    "--svg", type=click.Path(dir_okay=False, path_type=Path), help=_("把曲线存成 SVG 图。")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def fairness_command(
    ctx: click.Context, plan: str, work: int | None, seconds: float | None, svg: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Solve along the curve and print it."""
    from api.usecases.fairness import WORK, as_dict, fairness

    with opened(ctx) as product, output.progress() as tell:
        price = fairness(product, operator(product), plan, work=work or WORK, seconds=seconds,
                         progress=tell)  # fmt: skip
    if svg:
        _draw(price, svg)
    if as_json:
        output.print_json(as_dict(price))
        return
    _print(price)
    if svg:
        output.console.print(_("已存：{path}").format(path=svg))


def _names() -> tuple[str, str]:
    return _("只放低生存底线"), _("放低全部保底线（生存与全部需求）")


def _print(price: Price) -> None:
    for name, curve in zip(_names(), (price.survival, price.all), strict=True):
        output.table(name, _columns(), _rows(curve))
        told = _("公平的代价：加权保障率少了最高值的 {price}。").format(price=f"{curve.price:.1%}")
        output.console.print("  · " + told)
        if not curve.complete:
            output.console.print(
                "  · " + _("[yellow]到达工作量或时间上限，曲线不完整，或底线未证明最优。[/]")
            )
    if price.moved:
        output.console.print("  · " + _("制定计划之后数据有过变化，以上按现在的数据计算。"))


def _columns() -> tuple[str, ...]:
    return _("保留底线"), _("最低一组的保底"), _("加权保障率"), ""


def _rows(curve: Curve) -> list[tuple[object, ...]]:
    from api.usecases.charts import bar

    values = [p.coverage for p in curve.points]
    low, high = min(values, default=0.0), max(values, default=1.0)
    start = max(0.0, low - (high - low) / 4)  # the least of the bars can be seen too
    return [(f"{p.share:.0%}", p.floor, f"{p.coverage:.2%}", bar(p.coverage, start, high, 24))
            for p in curve.points]  # fmt: skip


def _draw(price: Price, path: Path) -> None:
    from api.usecases.charts import svg

    series = [
        (name, [(p.share, p.coverage) for p in curve.points])
        for name, curve in zip(_names(), (price.survival, price.all), strict=True)
    ]
    text = svg(_("公平的代价（第 {number} 号计划）").format(number=price.number), _("保留底线"),
               _("加权保障率"), series)  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
