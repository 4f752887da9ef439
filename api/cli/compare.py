"""``doudi compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.compare.files import Compared


@click.command(
    "compare",
    help=_(
        "比对两张人员名单（或一张，查重），不写入数据库：写出 links.csv（左编号、右编号、权重、结果）和各乡镇的"
        "比对结果。结果只提示“可能是同一人”，不据此拒绝、削减或停止救助。"
    ),
    epilog=_(
        "例：doudi compare 台账.xlsx 低保名册.xlsx --out 比对/ ；doudi compare 名册.csv --map 列.yaml"
    ),
)
@click.argument("left", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "right", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--map", "mapping", type=click.Path(exists=True, path_type=Path),
    help=_("映射文件（YAML）：各列是什么，见 docs/LINKAGE.md。"),
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("compare"), help=_("写到此目录。")
)
@click.option(
    "--train",
    "learn",
    is_flag=True,
    help=_("用这两张表重新训练模型（默认：表小则用随产品的模型）。"),
)
@click.option(
    "--model", type=click.Path(exists=True, path_type=Path),
    help=_("使用以前写出的 model.json，使权重与上次相同。"),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def compare_command(
    left: Path, right: Path | None, mapping: Path | None, out: Path, learn: bool,
    model: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Compare files and say what was found."""
    from api.usecases.compare.files import CompareOptions, compare_files

    done = compare_files(left, right, out, CompareOptions(mapping, learn, model), _)
    if as_json:
        output.print_json(as_dict(done))
        return
    print_compared(done, single=right is None)


def as_dict(done: Compared) -> dict[str, object]:
    """The result as JSON."""
    return {
        "left": done.left, "right": done.right, "matched": done.matched, "review": done.review,
        "households": done.households, "unreported": done.unreported, "model": done.model,
        "files": [str(p) for p in done.files],
    }  # fmt: skip


def print_compared(done: Compared, *, single: bool) -> None:
    """Print the figures and where the files are."""
    rows = [(_("左表行数"), done.left), (_("已比中"), done.matched), (_("待人工复核"), done.review)]
    if not single:
        rows[1:1] = [(_("右表行数"), done.right)]
        rows += [
            (_("比中的户"), done.households),
            (_("受灾村中不在任何报告中的在册人员"), done.unreported),
        ]
    output.table(_("比对结果"), (_("项目"), _("数量")), rows)
    for path in done.files:
        output.console.print(_("已写出 {path}").format(path=path))
