"""``doudi restock``: what to hold where before the next disaster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import polars as pl

from api.cli import output
from api.cli.output import FEN, console, table, yuan
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.reserves.make import Restock

SHOWN = 15


@click.group(
    "restock",
    help=_("灾前储备：按风险情景算出每个库存什么、买什么、调什么、轮换什么，并给出可证明的差距。"),
    epilog=_("例：doudi restock make ；doudi restock lasting FX02 --days 7"),
)
def restock_command() -> None:
    """Group the restocking commands."""


@restock_command.command(
    "make", help=_("制定储备方案并保存。"), epilog=_("例：doudi restock make --budget 500000")
)
@click.option(
    "--budget", type=click.FloatRange(0), help=_("今天可用金额（元），代替已导入的采购资金。")
)
@click.option("--gap", type=click.FloatRange(0, 1), default=0.005, show_default=True,
              help=_("与最优方案的差距不超过多少即停（0.005 即 0.5%）。"))  # fmt: skip
@click.option("--rounds", type=click.IntRange(1), default=200, show_default=True,
              help=_("最多迭代几轮。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def make(ctx: click.Context, budget: float | None, gap: float, rounds: int, as_json: bool) -> None:
    """Make a restocking plan."""
    from api.usecases.reserves.make import make_restock, read_restock
    from optimizer.restock.problem import Limits

    with opened(ctx) as product, output.progress() as tell:
        actor, limits = operator(product), Limits(gap=gap, rounds=rounds)
        fen = None if budget is None else round(budget * FEN)
        key = make_restock(product, actor, budget_fen=fen, limits=limits, progress=tell)
        plan = read_restock(product, actor, key)
        _told(product, plan, as_json)


@restock_command.command(
    "show", help=_("查看储备方案，默认为最新一份。"), epilog=_("例：doudi restock show")
)
@click.argument("plan", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def show(ctx: click.Context, plan: str, as_json: bool) -> None:
    """Show a restocking plan."""
    from api.usecases.reserves.make import read_restock

    with opened(ctx) as product:
        _told(product, read_restock(product, operator(product), plan), as_json)


@restock_command.command(
    "approve", help=_("由具名负责人批准储备方案。"),
    epilog=_("例：doudi restock approve --officer 王某某"),
)  # fmt: skip
@click.argument("plan", required=False, default="")
@click.option("--officer", required=True, help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def approve(ctx: click.Context, plan: str, officer: str, as_json: bool) -> None:
    """Sign a restocking plan."""
    from api.usecases.reserves.make import approve_restock

    with opened(ctx) as product:
        key = approve_restock(product, operator(product, officer), plan)
    if as_json:
        output.print_json({"plan": key, "state": "approved", "officer": officer})
        return
    console.print(_("储备方案 {plan} 已由 {officer} 批准。").format(plan=key, officer=officer))


@restock_command.command(
    "export", help=_("导出采购清单、调拨清单、轮换清单和储备目标（Excel）。"),
    epilog=_("例：doudi restock export --out 储备方案.xlsx"),
)  # fmt: skip
@click.argument("plan", required=False, default="")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到哪个文件。"))
@click.pass_context
def export(ctx: click.Context, plan: str, out: Path) -> None:
    """Write the workbook."""
    from api.usecases.reserves.make import read_restock
    from graphcore.exchange.export import Sheet, write_workbook

    with opened(ctx) as product:
        found = read_restock(product, operator(product), plan)
        tables = _tables(product, found, lambda fen: round(fen / output.FEN))
    out.parent.mkdir(parents=True, exist_ok=True)
    sheets = [
        Sheet(title, title, pl.DataFrame(rows, schema=list(columns), orient="row"))
        for title, columns, rows in tables
        if rows
    ]
    write_workbook(out, sheets)
    console.print(_("已写出 {path}").format(path=out))


@restock_command.command(
    "lasting", help=_("假如某个情景今天的库存遇上，还能撑几天。"),
    epilog=_("例：doudi restock lasting FX02 --days 7"),
)  # fmt: skip
@click.argument("scenario", metavar=_("情景编号"))
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True,
              help=_("看多少天。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def lasting(ctx: click.Context, scenario: str, days: int, as_json: bool) -> None:
    """Say how long stock lasts."""
    from api.usecases.reserves.questions import how_long

    with opened(ctx) as product:
        found = how_long(product, operator(product), scenario, days)
        named = _items(product)
    if as_json:
        output.print_json({"items": found.items.to_dicts(), "days": found.days.to_dicts()})
        return
    rows = [
        (named(r["item"]), r["full_days"], r["first_short_on"] or "—", r["out_on"] or "—",
         round(r["unreachable_per_day"]))
        for r in found.items.sort("full_days", "item").iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("物资"), _("足额天数"), _("起始不足"), _("用尽"), _("每天送不到（件，至多）"))
    table(_("情景 {code}：现有库存能撑几天（共看 {days} 天）").format(code=scenario, days=days),
          columns, rows)  # fmt: skip


@restock_command.command(
    "placement", help=_("现有库存摆放得好不好：与同样数量的最佳摆放相比，送达要多花多少时间。"),
    epilog=_("例：doudi restock placement"),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def placement(ctx: click.Context, as_json: bool) -> None:
    """Compare today's placement with the best one."""
    from api.usecases.reserves.questions import how_well_placed

    with opened(ctx) as product:
        found = how_well_placed(product, operator(product))
        named = _items(product)
    if as_json:
        output.print_json({"items": found.to_dicts()})
        return
    rows = [
        (named(r["item"]) if r["item"] else _("合计"), r["units"], round(r["today_min"]),
         round(r["best_min"]), f"{r['ratio']:.2f}")
        for r in found.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("物资"), _("现有（件）"), _("现在（分钟）"), _("最佳（分钟）"), _("倍数"))
    table(_("平均送达时间：现在的摆放与最佳摆放"), columns, rows)


@restock_command.command(
    "worth", help=_("多花或少花钱会怎样，按情景规划值多少钱。"),
    epilog=_("例：doudi restock worth"),
)  # fmt: skip
@click.option(
    "--budget", type=click.FloatRange(0), help=_("今天可用金额（元），代替已导入的采购资金。")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def worth(ctx: click.Context, budget: float | None, as_json: bool) -> None:
    """Show the budget curve, VSS and EVPI."""
    from api.usecases.reserves.questions import what_money_buys

    with opened(ctx) as product:
        fen = None if budget is None else round(budget * FEN)
        found = what_money_buys(product, operator(product), budget_fen=fen)
    low, high = max(0.0, found.vss.value), found.vss.most
    if as_json:
        output.print_json({"curve": found.curve.to_dicts(), "vss_fen": [low, high],
                           "evpi_fen": found.evpi_fen, "sites_fen": found.sites_fen})  # fmt: skip
        return
    rows = [
        (f"{r['share']:.0%}", _yuan(r["budget_fen"]), _yuan(r["cost_fen"]),
         _yuan(r["expected_loss_fen"]), _yuan(r["cvar_fen"]), round(r["missing_units"]))
        for r in found.curve.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("资金"), _("可用（元）"), _("花费（元）"), _("预期损失（元）"), _("最坏情形（元）"),
               _("预期缺（件）"))  # fmt: skip
    table(_("多花或少花钱会怎样"), columns, rows)
    console.print(
        _("按情景规划比按平均灾情规划节省 {low} 至 {high} 元；若能预知情景，最多再省 {known} 元。").format(
            low=_yuan(low), high=_yuan(high), known=_yuan(found.evpi_fen)
        )
    )  # fmt: skip
    if found.sites_fen:
        least, most = map(_yuan, found.sites_fen)
        console.print(
            _("可以新设储备点，节省 {least} 至 {most} 元。").format(least=least, most=most)
        )


def _told(product: Context, plan: Restock, as_json: bool) -> None:
    if as_json:
        tables = {name: rows.to_dicts() for name, rows in plan.tables.items()}
        output.print_json({"plan": plan.id, "number": plan.number, "state": plan.state,
                           "by_clock": plan.by_clock, "figures": plan.figures,
                           "scenarios": plan.scenarios, **tables})  # fmt: skip
        return
    _head(plan)
    for title, columns, rows in _tables(product, plan):
        if rows:
            table(title, columns, rows[:SHOWN])
        if len(rows) > SHOWN:
            console.print(_("……另有 {count} 条，见导出的工作簿。").format(count=len(rows) - SHOWN))


def _head(plan: Restock) -> None:
    f = plan.figures
    state = word("plan_state", plan.state, LANG)
    console.print()
    console.print(_("[bold]第 {number} 号储备方案[/]（{id}）：{state}").format(
        number=plan.number, id=plan.id, state=state))  # fmt: skip
    console.print(
        _(
            "花费 {cost} 元；预期损失 {before} → {after} 元，最坏情形 {worst} → {tail} 元；"
            "与最优差距不超过 {gap}。"
        ).format(
            cost=_yuan(f["cost_fen"]), before=_yuan(f["before_loss_fen"]),
            after=_yuan(f["expected_loss_fen"]), worst=_yuan(f["before_cvar_fen"]),
            tail=_yuan(f["cvar_fen"]), gap=f"{f['gap']:.2%}",
        )
    )  # fmt: skip
    if plan.by_clock:
        console.print(_("[bold yellow]本方案因到达时间上限提前结束，目标值不保证最优。[/]"))


Listed = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def _tables(product: Context, plan: Restock, money: Any = None) -> list[Listed]:
    """Title, columns and rows of each table, as the screen and the workbook show them.

    ``money`` says fen: a figure in yuan for a workbook, else as people read it.
    """
    item, site, said = _items(product), plan.sites, money or _yuan
    unit = lambda r: called(product.rulebook.unit_of(r["item"]))  # noqa: E731 -- one of a row of cells

    def rows(name: str, *cells: Any) -> list[tuple[Any, ...]]:
        return [tuple(c(r) for c in cells) for r in plan.tables[name].iter_rows(named=True)]

    where, what = (lambda r: site.get(r["site"], r["site"])), (lambda r: item(r["item"]))
    kind = lambda r: word("reserve", r["kind"], LANG)  # noqa: E731 -- one of a row of cells
    return [
        (_("风险情景"), (_("编号"), _("情景"), _("年概率"), _("设定日期"), _("依据")), [
            (s["code"], s["name"], s["probability_ppm"] / 1e6, s["strikes_on"], s["source"])
            for s in plan.scenarios]),
        (_("预期缺口"), (_("物资"), _("单位"), _("预期需要"), _("现在缺"), _("按方案缺")), rows(
            "coverage", what, unit, _cell("needed"), _cell("missing_today"), _cell("missing_planned"))),
        (_("采购清单"), (_("采购日期"), _("储备库"), _("储备方式"), _("物资"), _("数量"), _("单位"),
                        _("金额（元）"), _("可动用日期")), rows(
            "purchases", _cell("buys_on"), where, kind, what, _cell("quantity"), unit,
            lambda r: said(r["cost_fen"]), _cell("callable_on"))),
        (_("调拨清单"), (_("调出库"), _("调入库"), _("物资"), _("数量"), _("单位"), _("运费（元）"),
                        _("减少的损失和风险（元）")), rows(
            "transfers", lambda r: site.get(r["origin"], r["origin"]),
            lambda r: site.get(r["target"], r["target"]), what, _cell("quantity"), unit,
            lambda r: said(r["cost_fen"]), lambda r: said(r["gain_fen"]))),
        (_("轮换清单"), (_("储备库"), _("物资"), _("数量"), _("单位"), _("到期日"), _("最迟轮换"),
                        _("已列补购")), rows(
            "rotation", where, what, _cell("quantity"), unit, _cell("expires_on"), _cell("use_by"),
            _cell("replaced"))),
        (_("新库点"), (_("储备库"), _("建议启用"), _("费用（元）")), rows(
            "openings", where, _cell("open"), lambda r: said(r["cost_fen"]))),
        (_("储备目标"), (_("储备库"), _("储备方式"), _("物资"), _("单位"), _("现有"), _("目标")), rows(
            "targets", where, kind, what, unit, _cell("today"), _cell("target"))),
        (_("资金使用"), (_("采购日期"), _("新增可用（元）"), _("花费（元）")), rows(
            "spending", _cell("buys_on"), lambda r: said(r["free_fen"]),
            lambda r: said(r["spent_fen"]))),
    ]  # fmt: skip


def _cell(name: str) -> Any:
    return lambda row: row[name]


def _items(product: Context) -> Any:
    return lambda code: product.rulebook.item_name(code, LANG)


def _yuan(fen: float) -> str:
    return yuan(fen, 0)
