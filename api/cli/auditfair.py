"""``doudi audit fairness`` and ``doudi audit aid``."""

from __future__ import annotations

from typing import Any

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word
from graphcore.domain.household import BasicNeed

ROWS = 50


@click.command(
    "fairness",
    help=_("按乡镇、群体、性别、年龄、偏远程度看保障率，差距最大的在前；户数太少的类别合并，不指向个人。"),
    epilog=_("例：doudi audit fairness --behind remoteness:cut_off"),
)  # fmt: skip
@click.option("--behind", default="", help=_("列出某一类中未得到全部保障的户，写作 类别:取值。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def fairness_command(ctx: click.Context, behind: str, as_json: bool) -> None:
    """Print coverage by category."""
    from api.usecases.audits.fair import fair
    from api.usecases.show import codes, names

    with opened(ctx) as product:
        found = fair(product, operator(product), behind)
        told = product.store.read(lambda unit: {**codes(unit), **names(unit)})
    if as_json:
        output.print_json({"coverage": found.table.to_dicts(), "behind": found.behind.to_dicts()})
        return
    rows = [
        (word("dimension", r["dimension"], LANG), _category(r, told), f"{r['households']:,}",
         _share(r["coverage"]), _share(-r["gap"] if r["gap"] is not None else None))
        for r in found.table.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("按"), _("类别"), _("户数"), _("保障率"), _("比平均"))
    output.table(_("保障率（已得与已安排占应得）"), columns, rows)
    if behind:
        short = [(told.get(h, h), f"{share:.1%}")
                 for h, share in found.behind.head(ROWS).iter_rows()]  # fmt: skip
        output.table(_("未得到全部保障的户（{n}）").format(n=found.behind.height),
                     (_("户编号"), _("保障率")), short)  # fmt: skip


def _share(permille: int | None) -> str:
    return _("太少，不显示") if permille is None else f"{permille / 10:.1f}%"


def _category(row: dict[str, Any], told: dict[str, str]) -> str:
    code = str(row["category"])
    if code == "merged":
        return _("其他（{n} 类合并）").format(n=row["merged"])
    if code == "no_group":
        return _("不属于特殊困难群体")
    kind = {"group": "hardship_group", "age": "age_band", "sex": "sex", "remoteness": "remoteness"}
    if row["dimension"] in kind:
        return word(kind[row["dimension"]], code, LANG)
    return called(told.get(code, code))


@click.command(
    "aid",
    help=_("登记一户因某项目得到的救助；同一需求已有别的项目时先提醒，兼容表允许的不提醒。"),
    epilog=_("例：doudi audit aid 0042 --programme temporary_assistance --need food "
             "--from 2026-07-02 --to 2026-07-10"),
)  # fmt: skip
@click.argument("household", metavar=_("户编号"))
@click.option("--programme", required=True, help=_("救助项目代码。"))
@click.option("--need", "need", type=click.Choice([b.value for b in BasicNeed]), required=True,
              help=_("哪一项基本需求。"))  # fmt: skip
@click.option("--from", "first_on", required=True, help=_("第一天（YYYY-MM-DD）。"))
@click.option("--to", "last_on", default="", help=_("最后一天，默认不限。"))
@click.option("--fen", default=0, help=_("金额（分）。"))
@click.option("--confirm", is_flag=True, help=_("看过提醒，仍要登记。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def aid_command(
    ctx: click.Context, household: str, programme: str, need: str, first_on: str, last_on: str,
    fen: int, confirm: bool, as_json: bool,
) -> None:  # fmt: skip
    """Record aid of a programme."""
    from api.usecases.audits.aid import NewAid, record_aid

    aid = NewAid(household, programme, need, first_on, last_on, amount_fen=fen)
    with opened(ctx) as product:
        done = record_aid(product, operator(product), aid, confirmed=confirm)
    warnings = [w.render(_) for w in done.warnings]
    if as_json:
        output.print_json({"aid": done.id, "warnings": warnings})
        return
    for warning in warnings:
        output.console.print(f"! {warning}")
    output.console.print(
        _("已登记 {id}。").format(id=done.id) if done.id
        else _("未登记。核实后如仍要登记，请加 --confirm。")
    )  # fmt: skip
