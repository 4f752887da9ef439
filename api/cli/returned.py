"""``doudi returned``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _, called


@click.command(
    "returned",
    help=_(
        "列出拒收退回、待查验的物资；写批次编号则登记查验结果：完好的回到原批次，可再安排；不能再用的计为损失。"
    ),
    epilog=_("例：doudi returned ；doudi returned PC0045 --good 3 --bad 1 --officer 王某某"),
)
@click.argument("lot", required=False, default="", metavar=_("批次"))
@click.option("--good", type=click.IntRange(0), default=0, help=_("完好、可再发放的数量。"))
@click.option("--bad", type=click.IntRange(0), default=0, help=_("不能再用的数量。"))
@click.option("--officer", default="", help=_("查验人（姓名或工号），记入审计链。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def returned_command(
    ctx: click.Context, lot: str, good: int, bad: int, officer: str, as_json: bool
) -> None:  # fmt: skip
    """List declined goods, or record their inspection."""
    from dataclasses import asdict

    from api.usecases.show import names
    from api.usecases.transport.returned import inspect, waiting

    if lot and not officer:
        raise click.UsageError(_("请用 --officer 写明由谁查验。"))
    with opened(ctx) as product:
        if lot:
            done = inspect(product, operator(product, officer), lot, good, bad)
        rows = waiting(product, operator(product))
        known = product.store.read(names)
    if as_json:
        told = {"inspected": asdict(done) | {"officer": officer}} if lot else {}
        output.print_json({**told, "waiting": rows.to_dicts()})
        return
    if lot:
        output.console.print(
            _("批次 {lot} 已由 {officer} 查验：{good} 件回到库存，{bad} 件计为损失，还有 {n} 件待查验。")
            .format(lot=done.lot, officer=officer, good=done.good, bad=done.bad, n=done.waiting)
        )  # fmt: skip
    columns = (_("批次"), _("储备库"), _("物资"), _("待查验"))
    made = [(r["code"], called(known.get(r["warehouse"], "")), called(known.get(r["item"], "")),
             r["units"]) for r in rows.iter_rows(named=True)]  # fmt: skip
    output.table(_("拒收退回、待查验的物资"), columns, made)
