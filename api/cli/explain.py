"""``doudi explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.markup import escape

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import speaker
from graphcore.domain.text import Text

if TYPE_CHECKING:
    from api.usecases.story import Cell, Section, Story


@click.command(
    "explain",
    help=_("解释一户（户编号）、一个乡镇（名称或代码）、一条分配、缺口或一个车次（编号）：应得什么、依据什么、"
           "安排了什么、还缺什么、卡在哪里。"),
    epilog=_("例：doudi explain 某某镇 ；doudi explain A-…-00001"),
)  # fmt: skip
@click.argument("what", metavar=_("户|乡镇|编号"))
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@purposed("casework")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def explain_command(ctx: click.Context, what: str, plan: str, as_json: bool) -> None:
    """Print a story."""
    from api.usecases.explain_case import explain

    with opened(ctx) as product:
        story = explain(product, operator(product), what, plan, given(ctx))
    if as_json:
        output.print_json(as_dict(story))
    else:
        print_story(story)


def print_story(story: Story) -> None:
    """Print the sections one after the other."""
    output.console.print(f"[bold]{escape(said(story.title))}[/]")
    for section in story.sections:
        if section.rows:
            rows = [tuple(said(c) if not isinstance(c, int) else c for c in r)
                    for r in section.rows]  # fmt: skip
            output.table(said(section.heading), [said(c) for c in section.columns], rows)
        else:
            output.console.print(f"[bold]{escape(said(section.heading))}[/]")
        for sentence in section.sentences:
            output.console.print("  · " + escape(said(sentence)), soft_wrap=True)


def as_dict(story: Story) -> dict[str, object]:
    """A story as JSON."""
    return {"title": said(story.title), "sections": [_section(s) for s in story.sections]}


def _section(section: Section) -> dict[str, object]:
    columns = [said(c) for c in section.columns]
    return {
        "heading": said(section.heading),
        "sentences": [said(s) for s in section.sentences],
        "rows": [dict(zip(columns, map(_plain, row), strict=True)) for row in section.rows],
    }


def _plain(cell: Cell) -> object:
    return cell if isinstance(cell, int) else said(cell)


def said(cell: Cell) -> str:
    """Return a cell in the user's language; ``kind:code`` is a word of `api.text.words`."""
    told = cell.render(_worded) if isinstance(cell, Text) else str(cell if cell is not None else "")
    return output.listed(told)


_worded = speaker(LANG)
