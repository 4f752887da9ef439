"""``doudi verify``."""

from __future__ import annotations

import sys

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _


@click.command(
    "verify",
    help=_("在现有数据上核验全部不变量：库存复式记账、不重复承诺、人人有着落、捐赠意向、审计链。"),
    epilog=_("例：doudi verify"),
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def verify_command(ctx: click.Context, as_json: bool) -> None:
    """Run every audit; exit with 1 where one finds something."""
    from api.usecases.verify import verify

    with opened(ctx) as product:
        findings = verify(product, operator(product))
    if as_json:
        rows = [{"rule": f.rule, "ref": f.ref, "what": f.what.render(_)} for f in findings]
        output.print_json({"clean": not findings, "findings": rows})
    elif findings:
        columns = (_("规则"), _("对象"), _("问题"))
        rows_ = [(f.rule, f.ref, f.what.render(_)) for f in findings]
        output.table(_("核验发现的问题"), columns, rows_)
    else:
        output.console.print(_("核验通过：全部不变量成立，审计链完整。"))
    sys.exit(1 if findings else 0)
