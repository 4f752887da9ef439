"""``doudi notice``: what may hang outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.privacy.notices import NoticeWords


@click.command(
    "notice",
    help=_("写出公示：allocation 物资分配，payment 已发放的资金。户主姓名隐去部分，不含未成年人户、困难身份、"
           "病情、电话、账号和证件号码；过小的户数合并。"),
    epilog=_("例：doudi notice allocation --out 公示.xlsx"),
)  # fmt: skip
@click.argument("of", type=click.Choice(["allocation", "payment"]))
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@purposed("relief")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def notice_command(
    ctx: click.Context, of: str, plan: str, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Write a public notice."""
    from api.usecases.privacy.notices import allocation_notice, payment_notice

    path = out or Path("out") / _("公示.xlsx")
    with opened(ctx) as product:
        who, words, why = operator(product), notice_words(product), given(ctx)
        if of == "allocation":
            done = allocation_notice(product, who, plan, path, words, why)
        else:
            done = payment_notice(product, who, path, words, why)
    if as_json:
        output.print_json({"file": str(path), "named": done.named, "unnamed": done.unnamed})
        return
    text = _("已写出 {path}：公示 {named} 户，依法不公开姓名 {unnamed} 户。")
    output.console.print(text.format(path=path, named=done.named, unnamed=done.unnamed))


def notice_words(product: Context) -> NoticeWords:
    """Return how a notice speaks in the session's language."""
    from api.usecases.privacy.notices import NoticeWords

    rules = product.rulebook
    items = {code: rules.item_name(code, LANG) for code in rules.catalogue}
    benefits = {code: rules.benefit_name(code, LANG) for code in rules.benefits}
    return NoticeWords(called, lambda code: (items | benefits).get(code, code))
