"""``doudi desk``: applications, objections and appeals, at any window or by phone."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.ledger import ROWS, when
from api.cli.output import console, table
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.casework.desk import Channel, Kind, State

_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))


@click.group(
    "desk",
    help=_("一站式窗口：任何窗口或电话都可受理申请、异议、申诉和困难线索，给受理号和答复期限，逐件答复。"),
    epilog=_("例：doudi desk take apply --place 331121202000 --text 房屋进水，无处居住"),
)  # fmt: skip
def desk_command() -> None:
    """Group the commands of the desk."""


@desk_command.command(
    "take",
    help=_("受理一件，打印受理号和答复期限。"),
    epilog=_("例：doudi desk take object --place 331121202000 --about CA-… --text 对公示有异议"),
)
@click.argument("kind", type=click.Choice([k.value for k in Kind]))
@click.option("--place", required=True, help=_("由哪个乡镇答复（代码）。"))
@click.option("--text", required=True, help=_("诉求，加密保存。"))
@click.option("--channel", type=click.Choice([c.value for c in Channel]), default="window",
              show_default=True, help=_("来的方式。"))  # fmt: skip
@click.option("--name", default="", help=_("姓名，加密保存；可不写。"))
@click.option("--phone", default="", help=_("电话，加密保存。"))
@click.option("--household", default="", help=_("户编号，可不写。"))
@click.option("--benefit", default="", help=_("救助项目（代码），可不写。"))
@click.option("--about", default="", help=_("所涉个案、公示或批次的编号。"))
@_JSON
@click.pass_context
def take(
    ctx: click.Context, kind: str, place: str, text: str, channel: str, name: str, phone: str,
    household: str, benefit: str, about: str, as_json: bool,
) -> None:  # fmt: skip
    """Take one in."""
    from api.usecases.ledger.desk import Application
    from api.usecases.ledger.desk import take as run

    asked = Application(Kind(kind), Channel(channel), place, text, name, phone, household, benefit,
                        about)  # fmt: skip
    with opened(ctx) as product:
        done = run(product, operator(product), asked)
    if as_json:
        output.print_json({"id": done.id, "number": done.number, "due_on": done.due_on})
        return
    console.print(_("受理号 {number}，{due} 前答复（{cites}）。").format(
        number=done.number, due=done.due_on, cites=done.cites), markup=False)  # fmt: skip


@desk_command.command(
    "answer",
    help=_("答复一件：granted 支持，partly 部分支持，declined 不支持，transferred 转办。"),
    epilog=_("例：doudi desk answer 331121-20260702-0001 granted --text 已立案 --officer 王某某"),
)
@click.argument("number", metavar=_("受理号"))
@click.argument("state", type=click.Choice([s.value for s in State if s is not State.OPEN]))
@click.option("--text", required=True, help=_("理由。"))
@click.option("--to", default="", help=_("转办给哪个乡镇（代码）。"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@click.pass_context
def answer(ctx: click.Context, number: str, state: str, text: str, to: str, officer: str) -> None:
    """Answer one."""
    from api.usecases.ledger.desk import answer as run

    with opened(ctx) as product:
        run(product, operator(product, officer), number, State(state), text, to=to)
    console.print(_("已答复。"))


@desk_command.command(
    "show", help=_("看一件的诉求和答复：须写明用途，按角色遮盖，先记录后显示。"),
    epilog=_("例：doudi desk show 331121-20260702-0001 --purpose casework"),
)  # fmt: skip
@click.argument("number", metavar=_("受理号"))
@purposed()
@click.pass_context
def show(ctx: click.Context, number: str) -> None:
    """Show what was said and answered."""
    from api.usecases.privacy.words import application_words

    with opened(ctx) as product:
        told = application_words(product, operator(product), given(ctx), number)
    names = {"name": _("姓名"), "phone": _("联系电话"), "text": _("诉求"), "answer": _("答复")}
    rows = [(title, told[entry]) for entry, title in names.items() if told.get(entry)]
    table(number, (_("项目"), _("内容")), rows)


@desk_command.command(
    "list", help=_("受理的件，最紧急的在前。"), epilog=_("例：doudi desk list --overdue")
)
@click.option("--state", type=click.Choice([s.value for s in State]), help=_("只看一种状态。"))
@click.option("--overdue", is_flag=True, help=_("只看逾期的。"))
@_JSON
@click.pass_context
def list_(ctx: click.Context, state: str | None, overdue: bool, as_json: bool) -> None:
    """List what was taken in."""
    from api.usecases.ledger.desk import applications
    from api.usecases.ledger.reading import place_names

    with opened(ctx) as product:
        found = applications(product, operator(product), state=state or "", overdue=overdue)
        places = product.store.read(place_names)
    if as_json:
        output.print_json({"applications": found.to_dicts()})
        return
    rows = [
        (r["number"], word("application", r["kind"], LANG), word("channel", r["channel"], LANG),
         places.get(r["township"], r["township"]), when(r["received_at"]), r["due_on"],
         r["days_left"], word("application_state", r["state"], LANG))
        for r in found.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        _("受理号"),
        _("类别"),
        _("方式"),
        _("乡镇"),
        _("受理时间"),
        _("答复期限"),
        _("还剩天数"),
        _("状态"),
    )
    table(_("受理件（{n}）").format(n=found.height), columns, rows)
