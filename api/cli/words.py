"""``doudi words``: on which evidence and for which reason something was done."""

from __future__ import annotations

from dataclasses import asdict

import click

from api.cli import output
from api.cli.output import console, table
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.campaign import Step
from graphcore.domain.rebuilding import Milestone


@click.command(
    "words",
    help=_("看一件事的依据和理由：个案、受理件、入户核查、冬春救助调查户、走访、重建个案、认定、资金预留、"
           "监测户的编号均可。须写明用途，按角色遮盖，先记录后显示。"),
    epilog=_("例：doudi words WE-… --purpose casework"),
)  # fmt: skip
@click.argument("key", metavar=_("编号"))
@purposed()
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def words_command(ctx: click.Context, key: str, as_json: bool) -> None:
    """Show what was written of an act."""
    from api.usecases.privacy.grounds import grounds

    with opened(ctx) as product:
        found = grounds(product, operator(product), given(ctx), key)
    if as_json:
        output.print_json({"items": [asdict(one) for one in found]})
        return
    if not found:
        console.print(_("没有可以显示的依据或理由。"))
        return
    titles = {"evidence": _("依据"), "reason": _("理由"), "interim": _("过渡住处"), "extension": _("延期理由"),
              "text": _("诉求"), "answer": _("答复")}  # fmt: skip
    rows = [(_step(one.what) or "—", one.on_day or "—", one.by or "—", titles[entry], text)
            for one in found for entry, text in one.entries.items()]  # fmt: skip
    table(key, (_("步骤"), _("日期"), _("办理人"), _("项目"), _("内容")), rows)


def _step(what: str) -> str:
    if what in set(Step):
        return word("winter_step", what, LANG)
    return word("milestone", what, LANG) if what in set(Milestone) else what
