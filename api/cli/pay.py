"""``doudi pay``: approved cases to bank accounts, in batches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.output import console, table, yuan
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.pay.draft import Draft

SHOWN = 30


@click.group(
    "pay",
    help=_("资金发放：已批准的个案成批发到银行账户。先试算人数、总额和资金来源，再签批，再送银行；"
           "银行回盘逐行登记。"),
    epilog=_("例：doudi pay draft emergency_living ；doudi pay list"),
)  # fmt: skip
def pay_command() -> None:
    """Group the payment commands."""


@pay_command.command(
    "draft", help=_("试算一批发放；加 --commit 才占用资金并生成批次。"),
    epilog=_("例：doudi pay draft emergency_living --commit"),
)  # fmt: skip
@click.argument("benefit", metavar=_("救助项目代码"))
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@click.option("--commit", is_flag=True, help=_("占用资金，生成批次。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def draft(ctx: click.Context, benefit: str, township: str, commit: bool, as_json: bool) -> None:
    """Try a batch, or draft it."""
    from api.usecases.pay.draft import commit as run
    from api.usecases.pay.draft import dry_run

    with opened(ctx) as product:
        actor = operator(product)
        plan = dry_run(product, actor, benefit, township)
        batch = run(product, actor, plan) if commit else ""
        if as_json:
            output.print_json({**_as_dict(plan), "batch": batch})
            return
        _print_draft(product, plan, batch)


@pay_command.command(
    "sign", help=_("签批一个批次；需要几人由金额和笔数决定。"),
    epilog=_("例：doudi pay sign 1 --officer 王某某"),
)  # fmt: skip
@click.argument("batch", metavar=_("批次"))
@click.option("--officer", required=True, help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--rank", default="", help=_("签批人的级别，如分管负责人；从低到高依次签批。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def sign(ctx: click.Context, batch: str, officer: str, rank: str, as_json: bool) -> None:
    """Sign a batch."""
    from api.usecases.pay.bank import sign as run

    with opened(ctx) as product:
        left = run(product, operator(product, officer), batch, rank)
    if as_json:
        output.print_json({"batch": batch, "signatures_left": left})
    elif left:
        console.print(_("已签批，还需 {left} 人签批。").format(left=left))
    else:
        console.print(_("已签批完毕，可以生成银行文件。"))


@pay_command.command(
    "file", help=_("生成送银行的发放文件（含账号，请妥善保管）。"),
    epilog=_("例：doudi pay file 1 --out 发放第1批.xlsx"),
)  # fmt: skip
@click.argument("batch", metavar=_("批次"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("写到哪个文件。"))
@purposed("payment")
@click.pass_context
def file(ctx: click.Context, batch: str, out: Path) -> None:
    """Write the bank's file."""
    from api.usecases.pay.bank import bank_file

    with opened(ctx) as product:
        bank_file(product, operator(product), batch, out, given(ctx))
    console.print(_("已写出 {path}").format(path=out))


@pay_command.command(
    "returned", help=_("登记银行回盘：逐行说明已付、失败、退回、不明、重复。"),
    epilog=_("例：doudi pay returned 1 回盘.xlsx"),
)  # fmt: skip
@click.argument("batch", metavar=_("批次"))
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def returned(ctx: click.Context, batch: str, path: Path, as_json: bool) -> None:
    """Answer a returned file."""
    from api.usecases.pay.bank import returned as run

    with opened(ctx) as product:
        done = run(product, operator(product), batch, path)
    if as_json:
        rows = [{"row": a.row, "payment": a.payment, "state": a.state and a.state.value,
                 "told": a.told.render(_), "look": a.look} for a in done.rows]  # fmt: skip
        output.print_json({"rows": rows, "silent": list(done.silent), "states": done.states})
        return
    told = "、".join(f"{word('pay_state', s, LANG)} {n:,}" for s, n in sorted(done.states.items()))
    console.print(_("本批：{states}").format(states=told))
    look = [(a.row, a.payment, a.told.render(_)) for a in done.rows if a.look]
    if look:
        table(_("需要人工核查"), (_("行"), _("支付编号"), _("说明")), look[:SHOWN])
    if done.silent:
        console.print(
            _("回盘没有提到的支付 {count} 笔，仍为待答复。").format(count=len(done.silent))
        )


@pay_command.command(
    "list", help=_("批次、资金来源和从决定到入账的天数。"), epilog=_("例：doudi pay list")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List batches, funds and lead times."""
    from api.usecases.pay.lists import batches, funds, lead_times

    with opened(ctx) as product:
        actor = operator(product)
        all_, money, days = (f(product, actor) for f in (batches, funds, lead_times))
        if as_json:
            output.print_json({"batches": all_.to_dicts(), "funds": money.to_dicts(),
                               "lead_times": days.to_dicts()})  # fmt: skip
            return
        named = _named(product)
        table(_("发放批次"), (_("批次"), _("救助项目"), _("状态"), _("笔数"), _("金额（元）"), _("已付"),
                            _("失败"), _("退回"), _("不明"), _("待答复")), [
            (r["number"], named(r["benefit"]), word("batch_state", r["state"], LANG), r["payments"],
             yuan(r["amount_fen"]), r["paid"], r["failed"], r["reversed"], r["unknown"], r["pending"])
            for r in all_.iter_rows(named=True)
        ])  # fmt: skip
        table(_("资金来源"), (_("资金编号"), _("级次"), _("限定用途"), _("金额（元）"), _("已占用（元）"),
                            _("剩余（元）"), _("其中已预留（元）")), [
            (r["code"], word("fund_level", r["level"], LANG), "、".join(r["benefits"] or []) or "—",
             yuan(r["amount_fen"]), yuan(r["drawn_fen"]), yuan(r["left_fen"]),
             yuan(r["aside_fen"]))
            for r in money.iter_rows(named=True)
        ])  # fmt: skip
        if days.height:
            table(_("从决定到入账"), (_("救助项目"), _("笔数"), _("天数中位数"), _("最长")), [
                (named(r["benefit"]), r["payments"], f"{r['median']:.0f}", r["longest"])
                for r in days.iter_rows(named=True)
            ])  # fmt: skip


@pay_command.command(
    "allot", help=_("分配资金：在一笔资金中为某项救助预留多少，其他救助不得占用。"),
    epilog=_("例：doudi pay allot ZJ-01 winter_spring 200000 --officer 王某某 --evidence 会议纪要5号"),
)  # fmt: skip
@click.argument("fund", metavar=_("资金编号"))
@click.argument("benefit", metavar=_("救助项目代码"))
@click.argument("amount", type=click.IntRange(1, 10_000_000_000), metavar=_("元"))
@click.option("--officer", required=True, help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--evidence", required=True, help=_("依据的记录编号，不写姓名和证件号码。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def allot(
    ctx: click.Context, fund: str, benefit: str, amount: int, officer: str, evidence: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Set money aside."""
    from api.usecases.pay.allot import allot as run

    with opened(ctx) as product:
        key = run(product, operator(product, officer), fund, benefit, amount * output.FEN, evidence)
    if as_json:
        output.print_json({"allotment": key})
    else:
        console.print(_("已预留 {yuan} 元。").format(yuan=yuan(amount * output.FEN)))


@pay_command.command(
    "accounts", help=_("发放账户变更记录：哪户、何时、由哪份文件改、改后是否已付款。不含账号。"),
    epilog=_("例：doudi pay accounts"),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def accounts(ctx: click.Context, as_json: bool) -> None:
    """List changes of accounts."""
    from api.usecases.pay.changes import account_changes
    from api.usecases.show import codes
    from graphcore.domain.clock import moment

    with opened(ctx) as product:
        rows = account_changes(product, operator(product))
        coded = product.store.read(codes)
    if as_json:
        output.print_json({"changes": rows.to_dicts()})
        return
    shown = [
        (coded.get(r["household"], r["household"]), f"{moment(r['changed_at']):%Y-%m-%d %H:%M}",
         r["file"], r["actor"], r["n"], r["waiting"])
        for r in rows.head(SHOWN).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("户编号"), _("变更时间"), _("文件"), _("导入人"), _("第几版"), _("待付个案"))
    table(_("发放账户变更（共 {count} 次）").format(count=rows.height), columns, shown)


def _print_draft(product: Context, plan: Draft, batch: str) -> None:
    console.print(
        _("[bold]{name}[/]：{count} 笔，共 {total} 元，需 {signatures} 人签批").format(
            name=_named(product)(plan.benefit), count=f"{plan.lines.height:,}",
            total=yuan(plan.total_fen), signatures=plan.signatures,
        )
    )  # fmt: skip
    if any(plan.approvers):
        console.print(_("依次签批：{ranks}").format(ranks="、".join(map(called, plan.approvers))))
    if plan.short_fen:
        console.print(_("[bold red]资金还差 {yuan} 元。[/]").format(yuan=yuan(plan.short_fen)))
    if plan.no_account.height:
        console.print(
            _("没有发放账户的个案 {count} 件，不在本批，请补账户。").format(
                count=plan.no_account.height
            )
        )
    if plan.shared.height:
        console.print(
            _("[bold yellow]与他户共用账户的个案 {count} 件，请人工核查。[/]").format(
                count=plan.shared.height
            )
        )
    console.print(_("已生成批次 {batch}，资金已占用。").format(batch=batch) if batch
                  else _("以上为试算，未占用资金；加 --commit 生成批次。"))  # fmt: skip


def _as_dict(plan: Draft) -> dict[str, Any]:
    return {
        "benefit": plan.benefit, "payments": plan.lines.height, "total_fen": plan.total_fen,
        "short_fen": plan.short_fen, "signatures": plan.signatures, "approvers": list(plan.approvers),
        "funds": plan.drawn,
        "no_account": plan.no_account["case"].to_list(), "shared": plan.shared["case"].to_list(),
    }  # fmt: skip


def _named(product: Context) -> Callable[[str], str]:
    return lambda code: product.rulebook.benefit_name(code, LANG)
