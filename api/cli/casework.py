"""``doudi cases fast | papers | watch``: simplified procedure, papers, households at risk of poverty."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.output import console, table
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.household import WatchState

ROWS = 40
_JSON = click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))


@click.command(
    "fast",
    help=_(
        "对特殊人群、重点对象适用简化程序（免交或后补材料）；不写个案则办理全部可用的待办个案。"
    ),
    epilog=_("例：doudi cases fast --officer 王某某"),
)
@click.argument("case", nargs=-1, metavar=_("个案编号…"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@_JSON
@click.pass_context
def fast_command(ctx: click.Context, case: tuple[str, ...], officer: str, as_json: bool) -> None:
    """Grant fast tracks."""
    from api.usecases.cases.simplify import simplify

    with opened(ctx) as product:
        done = simplify(product, operator(product, officer), case)
        titles = {n: t.title for n, t in product.rulebook.fast_tracks.items()}
    if as_json:
        output.print_json({"cases": done.cases, "tracks": done.tracks})
        return
    rows = [(titles.get(name, name), count) for name, count in done.tracks.items()]
    table(_("已适用简化程序"), (_("简化程序"), _("个案")), rows)


@click.command(
    "show", help=_("看一件个案最近一次决定的理由：须写明用途，按角色遮盖，先记录后显示。"),
    epilog=_("例：doudi cases show CA-… --purpose casework"),
)  # fmt: skip
@click.argument("case", metavar=_("个案编号"))
@purposed()
@click.pass_context
def show_command(ctx: click.Context, case: str) -> None:
    """Show why a case was decided."""
    from api.usecases.privacy.words import case_words

    with opened(ctx) as product:
        told = case_words(product, operator(product), given(ctx), case)
    entries = ("reason", "evidence", "extension")
    titles = (_("理由"), _("收件依据"), _("延期理由"))
    table(case, titles, [tuple(told.get(entry) or "—" for entry in entries)])


@click.command(
    "papers",
    help=_("登记收到的材料，列出还缺哪些。"),
    epilog=_(
        "例：doudi cases papers CA-… --paper 临时救助申请表 --evidence 收件5号 --officer 李某"
    ),
)
@click.argument("case", metavar=_("个案编号"))
@click.option("--paper", multiple=True, required=True, help=_("材料名称，可写多次。"))
@click.option("--evidence", required=True, help=_("收件登记编号。"))
@click.option("--officer", required=True, help=_("办理人（姓名或工号），记入审计链。"))
@_JSON
@click.pass_context
def papers_command(
    ctx: click.Context, case: str, paper: tuple[str, ...], evidence: str, officer: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Record papers."""
    from api.usecases.cases.simplify import receive_papers

    with opened(ctx) as product:
        left = receive_papers(product, operator(product, officer), case, paper, evidence)
    if as_json:
        output.print_json({"case": case, "missing": left})
    elif left:
        console.print(_("还缺：{papers}").format(papers="、".join(left)))
    else:
        console.print(_("材料已齐。"))


@click.command(
    "watch",
    help=_(
        "受灾的防返贫监测户，未移交乡村振兴部门的在前；写出编号和 --to 则提请移交、登记接收或退回。"
    ),
    epilog=_("例：doudi cases watch ；doudi cases watch PW-… --to offered --officer 王某某"),
)
@click.argument("key", nargs=-1, metavar=_("编号…"))
@click.option("--to", type=click.Choice([s.value for s in WatchState if s is not WatchState.LISTED]),
              help=_("offered 提请移交，accepted 已接收，returned 退回（须写理由）。"))  # fmt: skip
@click.option("--officer", default="", help=_("办理人（姓名或工号），记入审计链。"))
@click.option("--reason", default="", help=_("理由。"))
@_JSON
@click.pass_context
def watch_command(
    ctx: click.Context, key: tuple[str, ...], to: str | None, officer: str, reason: str,
    as_json: bool,
) -> None:  # fmt: skip
    """List watched households, or hand them over."""
    from api.usecases.cases.watched import hand_over, watched
    from api.usecases.show import codes

    if bool(key) != bool(to) or (to and not officer):
        raise click.UsageError(_("移交须同时写出编号、--to 和 --officer。"))
    with opened(ctx) as product:
        if to:
            hand_over(product, operator(product, officer), key, WatchState(to), reason)
        rows = watched(product, operator(product))
        coded = product.store.read(codes)
    if as_json:
        output.print_json({"watched": rows.to_dicts()})
        return
    shown = [
        (r["id"], coded.get(r["household"], r["household"]), word("watch_kind", r["kind"], LANG),
         word("house_damage", r["damage"], LANG), r["source"] or "—", r["valid_from"] or "—",
         word("watch_state", r["state"], LANG))
        for r in rows.head(ROWS).iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("编号"), _("户编号"), _("监测类别"), _("损坏程度"), _("数据来源"), _("纳入日期"),
               _("移交"))  # fmt: skip
    table(_("受灾的防返贫监测户（共 {count} 户）").format(count=rows.height), columns, shown)
