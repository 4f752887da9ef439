"""``doudi household``: a household's people, for a purpose."""

from __future__ import annotations

from dataclasses import asdict

import click

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word


@click.command(
    "household",
    help=_("查看一户的人员信息：须写明用途，按角色遮盖，先记录后显示。"),
    epilog=_("例：doudi household H001 --purpose visit"),
)
@click.argument("household", metavar=_("户编号"))
@purposed()
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def household_command(ctx: click.Context, household: str, as_json: bool) -> None:
    """Show a household's people."""
    from api.usecases.privacy.person import household_people

    with opened(ctx) as product:
        found = household_people(product, operator(product), given(ctx), household)
    if as_json:
        output.print_json(asdict(found))
        return
    rows = [tuple(_cell(m.entries, e) for e in _COLUMNS) for m in found.members]
    title = _("户 {code}").format(code=found.code or found.household)
    output.table(title, tuple(_COLUMNS.values()), rows)


_COLUMNS = {
    "name": _("姓名"), "relation": _("与户主关系"), "id_number": _("身份证号码"), "phone": _("联系电话"),
    "address": _("住址"), "born_on": _("出生日期"), "sex": _("性别"), "groups": _("在册类别"),
    "facts": _("健康状况"), "account": _("银行账号"),
}  # fmt: skip
_KINDS = {"groups": "hardship_group", "facts": "medical_fact"}


def _cell(entries: dict[str, str], entry: str) -> str:
    text = entries.get(entry, "")
    if entry not in _KINDS or not text:
        return text
    return "、".join(word(_KINDS[entry], code, LANG) for code in text.split("、"))
