"""``doudi cases``: money that is likely owed, decided case by case, handed over between bureaus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.caseterms import accepted_command, extend_command
from api.cli.casework import fast_command, papers_command, show_command, watch_command
from api.cli.output import console, table, yuan
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from graphcore.casework.cases import Act, CaseState, state_word

if TYPE_CHECKING:
    import polars as pl

    from api.usecases.context import Context

ROWS = 30


@click.group(
    "cases",
    help=_(
        "救助个案：推算谁可能符合哪项资金救助，逐案由具名人员决定，到期转入下一阶段，在两局之间移交。"
    ),
    epilog=_("例：doudi cases propose ；doudi cases list ；doudi cases due"),
)
def cases_command() -> None:
    """Group the commands on cases."""


@cases_command.command(
    "propose", help=_("为可能符合而尚无个案的受灾户立案（只说“可能符合，请协助申请”，不作决定）。"),
    epilog=_("例：doudi cases propose --on 2026-07-20"),
)  # fmt: skip
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("按哪一天的政策推算，默认今天。"))
@click.option("--disaster", default="", help=_("灾害编号，默认最近一次。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def propose(ctx: click.Context, on: Any, disaster: str, as_json: bool) -> None:
    """Open cases."""
    from api.usecases.cases.lists import cases, totals
    from api.usecases.cases.propose import propose as run

    with opened(ctx) as product:
        actor = operator(product)
        count = run(product, actor, disaster, on.date() if on else None)
        rows = totals(cases(product, actor))
        if as_json:
            output.print_json({"opened": count, "totals": rows.to_dicts()})
            return
        console.print(_("新立个案 {count} 件。").format(count=f"{count:,}"))
        _totals(product, rows)


@cases_command.command(
    "list", help=_("个案总数和明细。"),
    epilog=_("例：doudi cases list --benefit rebuilding --state proposed"),
)  # fmt: skip
@click.option("--benefit", default="", help=_("只看一项救助（代码）。"))
@click.option("--state", type=click.Choice([s.value for s in CaseState]), help=_("只看一种状态。"))
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def list_(
    ctx: click.Context, benefit: str, state: str | None, township: str, as_json: bool
) -> None:  # fmt: skip
    """List cases."""
    from api.usecases.cases.lists import cases, totals, with_terms

    with opened(ctx) as product:
        rows = with_terms(product, cases(product, operator(product), benefit=benefit,
                                         state=state or "", township=township))  # fmt: skip
        if as_json:
            output.print_json({"cases": rows.to_dicts()})
            return
        _totals(product, totals(rows))
        _cases(product, rows)


@cases_command.command(
    "due",
    help=_("哪些个案快到期、谁该转入下一阶段、哪些材料该补齐。"),
    epilog=_("例：doudi cases due"),
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("看哪一天，默认今天。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def due(ctx: click.Context, on: Any, as_json: bool) -> None:
    """List who is due to move on."""
    from api.usecases.cases.lists import due as run

    with opened(ctx) as product:
        rows = run(product, operator(product), on.date() if on else None)
        if as_json:
            output.print_json({"due": rows.to_dicts()})
            return
        if rows.is_empty():
            console.print(_("没有快到期的个案。"))
            return
        named, codes = _benefits(product), _codes(product, rows.head(ROWS))
        shown = [
            (r["id"], codes.get(r["household"], r["household"]), named(r["benefit"]), r["to_on"] or "—",
             "" if r["days_left"] is None else r["days_left"], named(r["next"]) if r["next"] else "—",
             "、".join(called(p) for p in r["missing"]), r["papers_due_on"] or "—",
             r["decide_by"] or "—")
            for r in rows.head(ROWS).iter_rows(named=True)
        ]  # fmt: skip
        columns = (_("个案"), _("户编号"), _("救助项目"), _("到期日"), _("还剩天数"), _("可转入"),
                   _("尚缺材料"), _("材料期限"), _("决定期限"))  # fmt: skip
        table(_("快到期的个案（共 {count} 件）").format(count=rows.height), columns, shown)


@cases_command.command(
    "act",
    short_help=_("办理个案：批准、不批准、移交、接收，或退回。"),
    help=_("办理个案：approve 批准，refuse 不批准，offer 提请移交下一部门，accept 接收，return 退回。"
           "不批准和退回必须写明理由。"),
    epilog=_("例：doudi cases act approve CA-… --officer 王某某"),
)  # fmt: skip
@click.argument("what", type=click.Choice([a.value for a in Act]))
@click.argument("case", nargs=-1, required=True, metavar=_("个案编号…"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@click.option("--reason", default="", help=_("理由。"))
@click.option("--to", default="", help=_("移交到哪个救助项目（代码），默认为规则所定的下一项。"))
@click.option("--confirm", is_flag=True, help=_("看过重复救助的提醒，仍要批准。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def act(
    ctx: click.Context, what: str, case: tuple[str, ...], officer: str, reason: str, to: str,
    confirm: bool, as_json: bool,
) -> None:  # fmt: skip
    """Do one act on each case named."""
    from api.usecases.cases.decide import act as run

    with opened(ctx) as product:
        actor = operator(product, officer)
        done = [run(product, actor, c, Act(what), reason, to, confirmed=confirm) for c in case]
    if as_json:
        output.print_json({"cases": [
            {"case": d.case, "state": d.state.value, "opened": d.opened, "waits": d.waits,
             "warnings": [w.render(_) for w in d.warnings]} for d in done
        ]})  # fmt: skip
        return
    for d in done:
        for warning in d.warnings:
            console.print(f"! {d.case}：{warning.render(_)}")
        if d.waits:
            console.print(
                _("个案 {case} 未批准。核实后如仍要批准，请加 --confirm。").format(case=d.case)
            )
            continue
        told = _("个案 {case}：{state}").format(case=d.case, state=state_word(d.state).render(_))
        more = _("，已立新个案 {opened}").format(opened=d.opened) if d.opened else ""
        console.print(told + more)


for _command in (
    accepted_command,
    extend_command,
    fast_command,
    papers_command,
    show_command,
    watch_command,
):
    cases_command.add_command(_command)


def _benefits(product: Context) -> Callable[[str], str]:
    return lambda code: product.rulebook.benefit_name(code, LANG)


def _totals(product: Context, rows: pl.DataFrame) -> None:
    named = _benefits(product)
    shown = [
        (named(r["benefit"]), called(product.rulebook.benefits[r["benefit"]].owner), r["proposed"],
         yuan(r["proposed_fen"]), r["approved"], yuan(r["approved_fen"]), r["refused"])
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("救助项目"), _("主管部门"), _("待办"), _("待办金额（元）"), _("已批准"),
               _("批准金额（元）"), _("未批准"))  # fmt: skip
    table(_("救助个案"), columns, shown)


def _cases(product: Context, rows: pl.DataFrame) -> None:
    named, codes = _benefits(product), _codes(product, rows.head(ROWS))
    shown = [
        (r["id"], codes.get(r["household"], r["household"]), named(r["benefit"]), r["persons"],
         yuan(r["amount_fen"]) if r["amount_fen"] else _("另定"), r["from_on"], r["to_on"] or "—",
         state_word(CaseState(r["state"])).render(_), r["decide_by"] or "—")
        for r in rows.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("个案"), _("户编号"), _("救助项目"), _("人数或户数"), _("金额（元）"), _("起"), _("止"),
               _("状态"), _("决定期限"))  # fmt: skip
    table(
        _("个案明细（{shown}/{count}）").format(shown=len(shown), count=rows.height), columns, shown
    )


def _codes(product: Context, rows: pl.DataFrame) -> dict[str, str]:
    """Return household → the district's own number of it, the id where it has none."""
    keys = rows["household"].unique().to_list()
    found = product.store.read(lambda unit: unit.nodes("Household", keys))
    return {key: code or key for key, code in found.select("id", "code").iter_rows()}
