"""``doudi import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.import_files import FileOutcome


@click.command(
    "import",
    help=_(
        "导入表格（.xlsx、.csv）。默认整个文件全部正确才写入；同一文件再次导入不会改变任何数据。"
    ),
    epilog=_("例：doudi import 04-受灾人员救助台账.xlsx --keep-good-rows"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--form", help=_("指定表单代码（不写则按表头识别）。"))
@click.option(
    "--mapping",
    type=click.Path(exists=True, path_type=Path),
    help=_("映射文件（YAML），用来导入任何其他格式的表。"),
)
@click.option(
    "--keep-good-rows", is_flag=True, help=_("先导入无误的行，有误的行另存为待改正文件。")
)
@click.option(
    "--report",
    "report_to",
    type=click.Path(path_type=Path),
    help=_("把逐行说明写到此目录：原文件副本，错误单元格有标记。"),
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def import_command(
    ctx: click.Context, files: tuple[Path, ...], form: str | None, mapping: Path | None,
    keep_good_rows: bool, report_to: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Import files and print what each did."""
    from api.usecases.import_files import ImportOptions, import_files
    from graphcore.domain.errors import RowsRefused

    bad_to = report_to or Path.cwd()
    options = ImportOptions(form, mapping, keep_good_rows, bad_to if keep_good_rows else None)
    with opened(ctx) as product, output.progress() as tell:
        try:
            done = import_files(product, operator(product), files, options, tell)
        except RowsRefused as error:
            for path in files if report_to else ():
                _mark(path, error, report_to or bad_to)
            raise
    if as_json:
        output.print_json({"files": [as_dict(o) for o in done]})
        return
    print_outcomes(done)


def _mark(path: Path, error: object, folder: Path) -> None:
    from graphcore.domain.errors import RowsRefused
    from graphcore.exchange.report import write_marked_copy

    assert isinstance(error, RowsRefused)
    if path.name != error.what.params.get("name"):
        return
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{path.stem}-{_('已标记')}.xlsx"
    write_marked_copy(path, error.problems, out)
    output.errors.print(_("已写出标记了错误单元格的副本：{path}").format(path=out))


def print_outcomes(done: list[FileOutcome]) -> None:
    """Print a line a file, then what was noticed."""
    states = {"imported": _("已导入"), "partly": _("部分导入"), "unchanged": _("无变化")}
    columns = (_("文件"), _("结果"), _("行数"), _("新增"), _("更新"), _("未变"), _("拒收"), _("缺席"),
               _("提醒"))  # fmt: skip
    rows = [
        (o.name, states[o.state], o.rows, o.created, o.updated, o.unchanged, o.refused, o.absent,
         len(o.problems))
        for o in done
    ]  # fmt: skip
    output.table(_("导入结果"), columns, rows)
    output.show_problems([p for o in done for p in o.problems])


def as_dict(o: FileOutcome) -> dict[str, object]:
    """An outcome as JSON, with its row report."""
    problems = [
        {"sheet": p.sheet, "row": p.row, "column": p.column, "severity": p.severity,
         "code": p.code, "what": p.what.render(_), "advice": p.advice.render(_)}
        for p in o.problems
    ]  # fmt: skip
    figures = {
        n: getattr(o, n) for n in ("rows", "created", "updated", "unchanged", "refused", "absent")
    }
    return {"name": o.name, "file": o.file, "state": o.state, **figures, "problems": problems}
