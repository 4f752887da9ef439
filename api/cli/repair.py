"""``doudi repair``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.session import settings_of
from api.cli.speech import _

if TYPE_CHECKING:
    from pathlib import Path

    from graphcore.store.embedded.repair import RepairReport


@click.command(
    "repair",
    help=_(
        "检查并修复损坏的数据库日志（内置引擎）。先在副本上检查，换上副本前会询问，原文件保留。"
    ),
    epilog=_("例：doudi repair ；doudi repair --yes --json"),
)
@click.option("--yes", is_flag=True, help=_("不询问，需要修复时直接换上副本。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON；不询问，没有 --yes 时只检查。"))
@click.pass_context
def repair_command(ctx: click.Context, *, yes: bool, as_json: bool) -> None:
    """Inspect a copy, tell what it holds and lacks, swap it in on consent."""
    from graphcore.store.embedded import repair

    report = repair.inspect(_folder(ctx))
    if not as_json:
        _tell(report)
    agreed = report.needed and (yes or (not as_json and click.confirm(_("换上修复后的副本？"))))
    kept: Path | None = None
    if agreed:
        kept = repair.apply(report)
    else:
        repair.discard(report)
    if as_json:
        output.print_json(_as_json(report, kept))
    elif kept:
        output.console.print(_("已修复；损坏的原文件保存在 {folder}。").format(folder=kept))
    elif report.needed:
        output.console.print(_("没有改动任何文件。"))


def _folder(ctx: click.Context) -> Path:
    from graphcore.domain.errors import NotFound, SettingsError
    from graphcore.domain.text import say

    settings = settings_of(ctx)
    if settings.engine != "embedded":
        raise SettingsError(
            say("repair 只用于内置引擎。"), say("Neo4j 请用它自带的备份与检查工具。")
        )
    if not settings.database.is_dir():
        raise NotFound(say("这里还没有数据库。"), say("请核对 --home 或环境变量 DOUDI_HOME。"))
    return settings.database


def _tell(report: RepairReport) -> None:
    state = _("数据库需要修复。") if report.needed else _("数据库可以正常打开，不需要修复。")
    output.console.print(state)
    for district, seq in sorted(report.kept.items()):
        line = _("{district}：可读到第 {seq} 个事件。")
        output.console.print(line.format(district=district, seq=seq))
    if report.unreadable_lines:
        line = _("事件日志中有 {count} 行无法读取。")
        output.console.print(line.format(count=report.unreadable_lines))
    if report.faults:
        line = _("审计链有 {count} 处不符，修复不能改变这一点；请运行 doudi verify。")
        output.console.print(line.format(count=report.faults))
    if report.lost:
        rows = [tuple(row.values()) for row in _lost(report)]
        columns = (_("区县"), _("序号"), _("事件"), _("经办"), _("时间"))
        output.table(_("日志里有、图中没有的事件，须重新办理"), columns, rows)


def _lost(report: RepairReport) -> list[dict[str, Any]]:
    from graphcore.domain.clock import moment

    return [
        {
            "district": e.district,
            "seq": str(e.seq),
            "type": e.type,
            "actor": e.actor,
            "at": moment(e.at).isoformat(timespec="seconds"),
        }
        for e in report.lost
    ]


def _as_json(report: RepairReport, kept: Path | None) -> dict[str, object]:
    return {
        "needed": report.needed,
        "repaired": kept is not None,
        "kept": report.kept,
        "lost": _lost(report),
        "unreadable_lines": report.unreadable_lines,
        "faults": report.faults,
        "damaged_files": str(kept) if kept else None,
    }
