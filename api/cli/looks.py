"""``doudi looks``: who looked at whom."""

from __future__ import annotations

from dataclasses import asdict

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _
from graphcore.domain.clock import moment


@click.command(
    "looks",
    help=_(
        "谁看过某户的个人信息、何时、为何用途；不写户编号则列出最近的查看。供审计，也供答复本人。"
    ),
    epilog=_("例：doudi looks H001 ；doudi looks --by key-clerk"),
)
@click.argument("household", default="", metavar=_("[户编号]"))
@click.option("--by", default="", help=_("只看某人的查看。"))
@click.option("--limit", default=100, type=click.IntRange(1, 100_000), help=_("最多几条。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def looks_command(
    ctx: click.Context, household: str, by: str, limit: int, as_json: bool
) -> None:  # fmt: skip
    """List looks, the newest first."""
    from api.usecases.privacy.looked import who_looked
    from api.usecases.privacy.looking import purposes

    with opened(ctx) as product:
        found = who_looked(product, operator(product), household, by, limit)
        titles = purposes(product)
    if as_json:
        output.print_json({"looks": [asdict(one) for one in found]})
        return
    rows = [
        (one.seq, moment(one.at).strftime("%Y-%m-%d %H:%M:%S"), one.actor,
         titles.get(one.purpose, one.purpose), one.note, one.what, "、".join(one.entries),
         one.subjects)
        for one in found
    ]  # fmt: skip
    columns = (_("序号"), _("时间"), _("谁"), _("用途"), _("说明"), _("在哪里"), _("看了哪些项"),
               _("涉及人（户）数"))  # fmt: skip
    output.table(_("个人信息查看记录"), columns, rows)
