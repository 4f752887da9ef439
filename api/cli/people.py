"""``doudi people``: the dead and the missing, and those they leave."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.ledger import ROWS, when
from api.cli.output import console, table
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word

_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
_OFFICER = click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))


@click.group(
    "people",
    help=_("因灾死亡、失踪、受伤人员和他们的家人：限制查阅、告知亲属、指定户主和监护人。"),
    epilog=_("例：doudi people lost ；doudi people open"),
)  # fmt: skip
def people_command() -> None:
    """Group the commands on the lost and the bereaved."""


@people_command.command(
    "lost", help=_("死亡、失踪、受伤人员登记。默认不显示姓名；显示姓名须写明用途，每次查看都记入审计链。"),
    epilog=_("例：doudi people lost --names --purpose 告知亲属"),
)  # fmt: skip
@click.option("--names", is_flag=True, help=_("显示姓名和亲属。"))
@click.option("--purpose", default="", help=_("用途。"))
@_JSON
@click.pass_context
def lost(ctx: click.Context, names: bool, purpose: str, as_json: bool) -> None:
    """List the dead, the missing and the injured."""
    from api.usecases.ledger.people import casualties
    from api.usecases.ledger.reading import place_names

    with opened(ctx) as product:
        found = casualties(product, operator(product), names=names, purpose=purpose)
        places = product.store.read(place_names)
    if as_json:
        output.print_json({"casualties": found.to_dicts()})
        return
    rows = [
        (r["id"], *((r["name"], r["kin"]) if names else ()), word("casualty", r["kind"], LANG),
         places.get(r["village"], r["village"]), r["occurred_on"], r["certified_by"] or "—",
         when(r["kin_told_at"] or 0), r["closed_on"] or "—")
        for r in found.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    named = (_("姓名"), _("亲属")) if names else ()
    columns = (
        _("编号"),
        *named,
        _("类别"),
        _("村"),
        _("日期"),
        _("认定单位"),
        _("告知亲属"),
        _("已找到"),
    )
    table(_("因灾死亡、失踪、受伤人员（{n}）").format(n=found.height), columns, rows)


@people_command.command(
    "open", help=_("尚未办完的事：亲属未告知、户主未指定、监护人未确定、账户已停用。"),
    epilog=_("例：doudi people open"),
)  # fmt: skip
@_JSON
@click.pass_context
def open_(ctx: click.Context, as_json: bool) -> None:
    """List what a death left open."""
    from api.usecases.ledger.people import matters

    with opened(ctx) as product:
        found = matters(product, operator(product))
    if as_json:
        output.print_json({"matters": found.to_dicts()})
        return
    words = {"kin": _("尚未告知亲属"), "head": _("尚未指定户主"), "guardian": _("尚未确定监护人"),
             "account": _("户名人已故，账户已停用，待新账户")}  # fmt: skip
    rows = [(r["code"] or r["household"], words[r["matter"]], when(r["since"]))
            for r in found.iter_rows(named=True)]  # fmt: skip
    table(
        _("待办的善后事项（{n}）").format(n=found.height), (_("户编号"), _("事项"), _("自")), rows
    )


@people_command.command(
    "head",
    help=_("为一户指定新户主。"),
    epilog=_("例：doudi people head 户编号 P-… --officer 王某某"),
)
@click.argument("household", metavar=_("户编号"))
@click.argument("person", metavar=_("成员编号"))
@_OFFICER
@click.pass_context
def head(ctx: click.Context, household: str, person: str, officer: str) -> None:
    """Name a head."""
    from api.usecases.ledger.people import name_head

    with opened(ctx) as product:
        name_head(product, operator(product, officer), household, person)
    console.print(_("已指定户主。"))


@people_command.command(
    "guardian", help=_("为只有未成年人的户确定监护人或代领人。"),
    epilog=_("例：doudi people guardian 户编号 --name 李某某 --relation 祖父 --document 监护1号 --officer 王某某"),
)  # fmt: skip
@click.argument("household", metavar=_("户编号"))
@click.option("--name", required=True, help=_("姓名，加密保存。"))
@click.option("--relation", required=True, help=_("与儿童的关系。"))
@click.option("--document", required=True, help=_("文书编号。"))
@click.option("--kind", type=click.Choice(["guardian", "proxy"]), default="guardian", show_default=True,
              help=_("guardian 监护人，proxy 代领人。"))  # fmt: skip
@_OFFICER
@click.pass_context
def guardian(
    ctx: click.Context, household: str, name: str, relation: str, document: str, kind: str, officer: str
) -> None:  # fmt: skip
    """Approve a guardian or proxy."""
    from api.usecases.ledger.people import Guardian, approve_guardian

    with opened(ctx) as product:
        approve_guardian(product, operator(product, officer), household,
                         Guardian(name, relation, document, kind))  # fmt: skip
    console.print(_("已确定监护人，该户的救助可以发放到其账户。"))
