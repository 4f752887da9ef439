"""``doudi ledger``, further commands: notices and answers, the response, the field."""

from __future__ import annotations

import json
from datetime import datetime

import click

from api.cli import output
from api.cli.ledger import ROWS, ledger_command, span, when
from api.cli.output import console, table, yuan
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.figures import Level, ResponseAct
from graphcore.exchange.forms.catalogue import BY_CODE

_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
_NUMBER = click.option("--number", default=0, help=_("第几版，默认最新一版。"))


@ledger_command.command(
    "notices", help=_("台账的每一版、何时因何产生、何时通报民政、签收和答复用了多久，逾期的标出。"),
    epilog=_("例：doudi ledger notices"),
)  # fmt: skip
@_JSON
@click.pass_context
def notices(ctx: click.Context, as_json: bool) -> None:
    """List the ledger's versions with their notices."""
    from api.usecases.ledger.notices import notices as run

    with opened(ctx) as product:
        found = run(product, operator(product))
    if as_json:
        output.print_json({"notices": found.to_dicts()})
        return
    rows = [
        (r["number"], when(r["at"]), _titles(r["cause"]), r["actor"], when(r["received_at"]),
         when(r["answered_at"]), span(r["minutes"]), _("逾期") if r["overdue"] else "")
        for r in found.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        _("第几版"),
        _("产生并通报"),
        _("来自"),
        _("经手人"),
        _("签收"),
        _("答复"),
        _("用时"),
        _("提示"),
    )
    table(_("台账版本和通报（{n}）").format(n=found.height), columns, rows)


def _titles(cause: str) -> str:
    return "、".join(BY_CODE[c].title if c in BY_CODE else c for c in cause.split("、"))


@ledger_command.command(
    "send", help=_("登记本级灾情汇总已上报：文号、经手人、所汇总的各乡镇版本和数字，此后不再改动。"),
    epilog=_("例：doudi ledger send --document 报灾3号 --officer 王某某"),
)  # fmt: skip
@click.option("--document", required=True, help=_("报送文号。"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@_JSON
@click.pass_context
def send(ctx: click.Context, document: str, officer: str, as_json: bool) -> None:
    """Record that the district's summary went up."""
    from api.usecases.ledger.sentup import send_up

    with opened(ctx) as product:
        done = send_up(product, operator(product, officer), document).row(0, named=True)
    if as_json:
        output.print_json(done)
        return
    console.print(_("已登记第 {number} 次上报。").format(number=done["number"]))


@ledger_command.command(
    "sent", help=_("本级历次上报：文号、经手人、时间、比上一次变了什么，逾期的标出。"),
    epilog=_("例：doudi ledger sent"),
)  # fmt: skip
@_JSON
@click.pass_context
def sent(ctx: click.Context, as_json: bool) -> None:
    """List the summaries that went up."""
    from api.usecases.ledger.sentup import sent as run

    with opened(ctx) as product:
        found = run(product, operator(product))
    if as_json:
        output.print_json({"sent": found.to_dicts()})
        return
    rows = [
        (r["number"], r["document"], when(r["at"]), r["actor"], len(json.loads(r["changed"])),
         _("逾期") if r["late"] else "")
        for r in found.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("第几次"), _("文号"), _("上报"), _("经手人"), _("变动指标"), _("提示"))
    table(_("本级汇总上报（{n}）").format(n=found.height), columns, rows)


@ledger_command.command(
    "receive", help=_("民政部门签收一版台账。"), epilog=_("例：doudi ledger receive")
)
@_NUMBER
@click.pass_context
def receive(ctx: click.Context, number: int) -> None:
    """Take a version in."""
    from api.usecases.ledger.notices import receive as run

    with opened(ctx) as product:
        run(product, operator(product), number)
    console.print(_("已签收。"))


@ledger_command.command(
    "answer", help=_("民政部门答复一版台账：各受灾乡镇比中多少户，立案、批准、发放、待办多少。"),
    epilog=_("例：doudi ledger answer"),
)  # fmt: skip
@_NUMBER
@click.option("--show", is_flag=True, help=_("只看已有的答复。"))
@_JSON
@click.pass_context
def answer(ctx: click.Context, number: int, show: bool, as_json: bool) -> None:
    """Answer a version, or print the answer that was given."""
    from api.usecases.ledger.notices import answer as run
    from api.usecases.ledger.notices import answers
    from api.usecases.ledger.reading import place_names

    with opened(ctx) as product:
        actor = operator(product)
        if not show:
            run(product, actor, number)
        rows = answers(product, actor, number)
        names = product.store.read(place_names)
    if as_json:
        output.print_json({"answers": rows.to_dicts()})
        return
    shown = [
        (names.get(r["township"], r["township"]), r["households"], r["matched"], r["review"],
         r["unmatched"], r["opened"], r["approved"], yuan(r["approved_fen"]), r["paid"],
         yuan(r["paid_fen"]), r["pending"])
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("乡镇"), _("台账户数"), _("比中"), _("待复核"), _("未比中"), _("立案"), _("批准"),
               _("批准金额（元）"), _("已发"), _("已发金额（元）"), _("待办"))  # fmt: skip
    table(_("民政部门的答复"), columns, shown)


@ledger_command.command(
    "response", help=_("登记响应：start 启动，change 调整，stable 灾情稳定，end 终止；写明级别、批准机关和生效时间。"),
    epilog=_("例：doudi ledger response change --level 2 --authority 县减灾委员会 --document 减委〔2026〕3号"),
)  # fmt: skip
@click.argument("act", required=False, type=click.Choice([a.value for a in ResponseAct]))
@click.option("--level", type=click.Choice([x.value for x in Level]), help=_("响应级别，1 至 4。"))
@click.option("--authority", default="", help=_("批准机关。"))
@click.option("--document", default="", help=_("文号。"))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help=_("生效时间，默认现在。"))
@_JSON
@click.pass_context
def response(
    ctx: click.Context, act: str | None, level: str | None, authority: str, document: str,
    at: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    """Record a step of the response, or list the steps."""
    from api.usecases.ledger.response import Said, record, steps

    with opened(ctx) as product:
        actor = operator(product)
        if act is not None:
            began = micros(at.replace(tzinfo=CHINA)) if at else 0
            record(product, actor, Said(ResponseAct(act), authority, level or "", document, began))
        rows = steps(product, actor)
    if as_json:
        output.print_json({"steps": rows.to_dicts()})
        return
    shown = [
        (word("response_act", r["act"], LANG), word("response_level", r["level"], LANG) if r["level"]
         else "—", r["authority"], r["document"], when(r["at"]))
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    table(_("应急响应"), (_("动作"), _("级别"), _("批准机关"), _("文号"), _("生效时间")), shown)


@ledger_command.command(
    "villages", help=_("受灾村的核查进度：尚未到达的村在前，各村还有多少户未核实，由哪个工作组负责。"),
    epilog=_("例：doudi ledger villages ；doudi ledger villages --village 331121202201"),
)  # fmt: skip
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@click.option("--village", default="", help=_("列出一个村未核实的户（代码）。"))
@_JSON
@click.pass_context
def villages(ctx: click.Context, township: str, village: str, as_json: bool) -> None:
    """List villages to survey, or whom nobody has met in one."""
    from api.usecases.ledger.field import groups, to_survey, unknown
    from api.usecases.ledger.reading import place_names

    with opened(ctx) as product:
        actor = operator(product)
        found = unknown(product, actor, village) if village else to_survey(product, actor, township)
        called = dict(groups(product, actor).select("id", "name").iter_rows())
        names = product.store.read(place_names)
    if as_json:
        output.print_json({"rows": found.to_dicts()})
    elif village:
        rows = [(r["code"] or r["id"], when(r["checked_at"] or 0))
                for r in found.iter_rows(named=True)]  # fmt: skip
        table(_("尚未核实的户（{n}）").format(n=found.height), (_("户编号"), _("上次核查")), rows)
    else:
        shown = [
            (names.get(r["village"], r["village"]), names.get(r["township"], ""), r["households"],
             r["unknown"], r["in_need"], r["surveys"], when(r["last_at"]),
             "、".join(called.get(g, g) for g in r["groups"]) or "—", r["done"])
            for r in found.head(ROWS).iter_rows(named=True)
        ]  # fmt: skip
        columns = (_("村"), _("乡镇"), _("户数"), _("未核实"), _("需救助"), _("核查次数"), _("最近核查"),
                   _("工作组"), _("已清零"))  # fmt: skip
        unseen = int((found["surveys"] == 0).sum())
        table(_("受灾村 {n} 个，尚未到达 {unseen} 个").format(n=found.height, unseen=unseen),
              columns, shown)  # fmt: skip


@ledger_command.command(
    "groups",
    help=_("工作组：负责区域、任务、人数和核查次数。"),
    epilog=_("例：doudi ledger groups"),
)
@_JSON
@click.pass_context
def groups_(ctx: click.Context, as_json: bool) -> None:
    """List work groups."""
    from api.usecases.ledger.field import groups
    from api.usecases.ledger.reading import place_names

    with opened(ctx) as product:
        found = groups(product, operator(product))
        names = product.store.read(place_names)
    if as_json:
        output.print_json({"groups": found.to_dicts()})
        return
    rows = [
        (r["code"], r["name"], "、".join(names.get(a, a) for a in r["area"] or []),
         "、".join(r["tasks"] or []), r["members"], r["surveys"], when(r["last_at"]))
        for r in found.iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        _("编号"),
        _("名称"),
        _("负责区域"),
        _("任务"),
        _("人数"),
        _("核查次数"),
        _("最近核查"),
    )
    table(_("工作组"), columns, rows)


__all__ = ["ledger_command"]
