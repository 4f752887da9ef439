"""``doudi export``."""

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
    from api.usecases.privacy.looking import Reason


@click.command(
    "export",
    help=_(
        "导出计划。xlsx：装车单、发放签收表、缺口表、公示表；csv：plan、lots、needs、totals 四个文件；"
        "trips：各车每日的装车和送达单，以及填好后可用 doudi receive 读回的签收表。"
    ),
    epilog=_("例：doudi export --out 计划.xlsx ；doudi export --format csv --out 核对/"),
)
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["xlsx", "csv", "trips"]),
    default="xlsx",
    help=_("格式，默认 xlsx。"),
)
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@purposed("relief")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def export_command(
    ctx: click.Context, plan: str, kind: str, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Write the plan's files and name them."""
    with opened(ctx) as product:
        paths = write(product, plan, kind, out, given(ctx))
    if as_json:
        output.print_json({"files": [str(p) for p in paths]})
        return
    for path in paths:
        output.console.print(_("已写出 {path}").format(path=path))


def services_of(product: Context) -> dict[str, str]:
    """Return what services that goods cannot meet are called, by code."""
    return {r.service: called(r.name) for r in product.rulebook.referrals.values()}


def _trips(product: Context, plan: str, out: Path, reason: Reason) -> Path:
    from api.cli.explain import said
    from api.text.words import word
    from api.usecases.transport.papers import Spoken, export_trips

    words = Spoken(_, said, lambda code: word("mode", code, LANG))
    return export_trips(product, operator(product), plan, out, words, reason)


def write(product: Context, plan: str, kind: str, out: Path | None, reason: Reason) -> list[Path]:
    """Write the files of one kind; return their paths."""
    from api.text.words import word
    from api.usecases.export_plan import Words, export_csv, export_workbook

    actor = operator(product)
    if kind == "trips":
        return [_trips(product, plan, out or Path("out") / _("车次单和签收表.xlsx"), reason)]
    if kind == "csv":
        return export_csv(product, actor, plan, out or Path("out"))
    services = services_of(product)
    words = Words(
        _, lambda code: word("shortfall", code, LANG), lambda code: word("mode", code, LANG),
        lambda code: services.get(code, code),
        lambda code: _("不在困难群体名册中") if code == "none" else word("hardship_group", code, LANG),
    )  # fmt: skip
    path = out or Path("out") / _("救助计划.xlsx")
    return [export_workbook(product, actor, plan, path, words, reason)]
