"""``doudi review``: pairs of records that a person must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import _
from graphcore.domain.actor import Actor, Role

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.review import Case


@click.group(
    "review",
    invoke_without_command=True,
    help=_(
        "复核可能是同一人的两条记录：列出、逐项对照、由具名人员认定，可撤销；认定在以后的比对中沿用。"
    ),
    epilog=_(
        "例：doudi review ；doudi review show RV-… ；"
        "doudi review decide RV-… --same --officer 李某某 --reason 已走访核实"
    ),
)
@click.option("--state", type=click.Choice(["open", "same", "different", "matched"]),
              default="open", help=_("列出哪一种：待复核、已认定相同、已认定不同、自动比中。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def review_command(ctx: click.Context, state: str, as_json: bool) -> None:
    """List cases."""
    if ctx.invoked_subcommand:
        return
    from api.usecases.comparison.paper import REASONS
    from api.usecases.review import list_cases

    with opened(ctx) as product:
        cases = list_cases(product, operator(product), state)
    if as_json:
        output.print_json({"cases": [as_dict(c) for c in cases]})
        return
    rows = [(c.id, c.township, f"{c.weight:.1f}", REASONS[c.reason].render(_) if c.reason in REASONS else "",
             c.decided_by) for c in cases]  # fmt: skip
    output.table(_("复核名单"), (_("编号"), _("乡镇"), _("权重"), _("为何复核"), _("认定人")), rows)


@review_command.command(
    "show",
    help=_("逐项对照两条记录（或自动比中的 MT-…），说明各项占多少权重；查看留下记录。"),
)
@click.argument("case")
@purposed("comparison")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def show_case_command(ctx: click.Context, case: str, as_json: bool) -> None:
    """Show two records side by side."""
    from api.usecases.review import show_case

    with opened(ctx) as product:
        found, lines, why = show_case(product, operator(product), case, given(ctx))
    if as_json:
        told = [{"field": x.field, "left": x.left, "right": x.right, "sign": x.sign} for x in lines]
        output.print_json({**as_dict(found), "fields": told, "decision_reason": why})
        return
    signs = {"match": _("相符"), "mismatch": _("不符"), "blank": _("空")}
    names = {
        "name": _("姓名"), "id_number": _("身份证号码"), "phone": _("联系电话"), "born_on": _("出生日期"),
        "sex": _("性别"), "township": _("乡镇"), "village": _("村（社区）"), "address": _("住址"),
        "groups": _("在册类别"),
    }  # fmt: skip
    rows = [(names[x.field], x.left, x.right, signs[x.sign]) for x in lines]
    output.table(found.id, (_("项目"), _("台账记录"), _("名册记录"), _("对照")), rows)
    weights = "；".join(f"{field} {level} {weight}" for field, level, weight in found.levels)
    output.console.print(
        _("权重 {weight}：{parts}").format(weight=f"{found.weight:.1f}", parts=weights)
    )


@review_command.command(
    "decide", help=_("由具名人员认定两条记录是否同一人；自动比中的（MT-…）也可以改判。")
)
@click.argument("case")
@click.option("--same/--different", "same", required=True, help=_("同一人，或不是同一人。"))
@click.option("--officer", required=True, help=_("认定人（姓名或工号），记入审计链。"))
@click.option("--reason", required=True, help=_("理由（加密保存）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def decide_command(
    ctx: click.Context, case: str, same: bool, officer: str, reason: str, as_json: bool
) -> None:  # fmt: skip
    """Record a decision."""
    from api.usecases.review import decide_case

    with opened(ctx) as product:
        found = decide_case(product, named(product, officer), case, same=same, reason=reason)
    _said(found, as_json=as_json)


@review_command.command("reopen", help=_("撤销认定，重新列入待复核。"))
@click.argument("case")
@click.option("--officer", required=True, help=_("撤销人（姓名或工号），记入审计链。"))
@click.option("--reason", required=True, help=_("理由（加密保存）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def reopen_command(
    ctx: click.Context, case: str, officer: str, reason: str, as_json: bool
) -> None:  # fmt: skip
    """Take a decision back."""
    from api.usecases.review import reopen_case

    with opened(ctx) as product:
        found = reopen_case(product, named(product, officer), case, reason=reason)
    _said(found, as_json=as_json)


def named(product: Context, officer: str) -> Actor:
    """A named person of civil affairs."""
    return Actor(f"officer:{officer}", frozenset({Role.CIVIL_AFFAIRS}), product.district)


def _said(found: Case, *, as_json: bool) -> None:
    if as_json:
        output.print_json(as_dict(found))
        return
    states = {"open": _("待复核"), "same": _("同一人"), "different": _("不是同一人"),
              "matched": _("自动比中")}  # fmt: skip
    output.console.print(_("{case}：{state}").format(case=found.id, state=states[found.state]))


def as_dict(c: Case) -> dict[str, object]:
    """A case as JSON: ids, weights and levels, no values."""
    levels = [{"field": f, "level": level, "weight": float(w)} for f, level, w in c.levels]
    return {
        "case": c.id, "left": c.left, "right": c.right, "township": c.township, "state": c.state,
        "decided_by": c.decided_by, "weight": c.weight, "reason": c.reason, "levels": levels,
    }  # fmt: skip
