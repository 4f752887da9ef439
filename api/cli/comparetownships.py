"""``doudi compare township``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.speech import LANG, _, called
from api.text.words import speaker, word

if TYPE_CHECKING:
    from api.usecases.comparison.answers import Answers


@click.command(
    "township",
    help=_("各乡镇的比对结果：受灾户中谁是低保、特困、孤儿等在册对象，谁在册、所在村受灾却不在任何报告中。"
           "写明乡镇时列出各户；--out 写成工作簿。"),
    epilog=_("例：doudi compare township ；doudi compare township 海口镇 --out 海口镇.xlsx"),
)  # fmt: skip
@click.argument("township", required=False, default="", metavar=_("[乡镇]"))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help=_("写成工作簿：汇总和两张名单；姓名按角色遮盖，留下记录。"))  # fmt: skip
@purposed("visit")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def township_command(
    ctx: click.Context, township: str, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Say what the stored comparison means for each township."""
    from api.cli.session import opened, operator
    from api.usecases.comparison.answers import answers, township_lists
    from api.usecases.comparison.townships import write_townships
    from api.usecases.show import code_of, codes, names

    with opened(ctx) as product:
        actor, place = operator(product), code_of(product, township)
        if out is not None:
            told = write_townships(
                product, actor, out, speaker(LANG), township=place, reason=given(ctx)
            ).told
        elif place:
            told = township_lists(product, actor, place, given(ctx))
        else:
            told = answers(product, actor)
        known = product.store.read(lambda unit: {**codes(unit), **names(unit)})
    if as_json:
        lists = {"held": told.held.to_dicts(), "unreported": told.silent.to_dicts()}
        output.print_json({"townships": told.rows(), **(lists if place else {}),
                           "file": str(out) if out else None})  # fmt: skip
        return
    _print_townships(told, known)
    if place:
        _print_lists(told, known)
    if out is not None:
        output.console.print(_("已写出 {path}").format(path=out))


def _print_townships(told: Answers, names: dict[str, str]) -> None:
    every = cast("list[dict[str, Any]]", told.rows())
    columns = (_("乡镇"), _("受灾户"), _("已比中的户"), _("待人工复核的户"), _("未比中的户"), _("在册户"),
               _("不在任何报告中的在册户"))  # fmt: skip
    rows = [
        (called(names.get(r["township"], r["township"])), r["affected"], r["matched"], r["review"],
         r["none"], r["registered"], r["unreported"])
        for r in every
    ]  # fmt: skip
    output.table(_("各乡镇比对结果（户）"), columns, rows)
    statuses = [
        (called(names.get(r["township"], r["township"])), "；".join(
            f"{word('hardship_group', g['group'], LANG)} {g['households']}" for g in r["groups"]))
        for r in every if r["groups"]
    ]  # fmt: skip
    output.table(_("受灾户中的在册类别（户）"), (_("乡镇"), _("在册类别")), statuses)


def _print_lists(told: Answers, names: dict[str, str]) -> None:
    held = [
        (called(names.get(r["village"], r["village"])), names.get(r["household"], r["household"]),
         word("hardship_group", r["group"], LANG),
         _("本户在册") if not r["match"] else _("已比中") if r["certain"] else _("待人工复核"), r["match"])
        for r in told.held.to_dicts()
    ]  # fmt: skip
    output.table(_("受灾户中的在册对象（可能符合，请协助申请）"),
                 (_("村（社区）"), _("户编号"), _("在册类别"), _("依据"), _("比对编号")), held)  # fmt: skip
    silent = [
        (called(names.get(r["village"], r["village"])), names.get(r["household"], r["household"]),
         "、".join(word("hardship_group", g, LANG) for g in r["groups"]),
         _("待人工复核") if r["state"] == "review" else _("未在任何报告中"))
        for r in told.silent.to_dicts()
    ]  # fmt: skip
    output.table(_("在册、所在村受灾却不在任何报告中：请去看一看"),
                 (_("村（社区）"), _("户编号"), _("在册类别"), _("情况")), silent)  # fmt: skip
