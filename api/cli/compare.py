"""``doudi compare``: files, what is stored, the townships' lists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.comparejudged import (
    print_expected,
    print_judgement,
    thresholds_command,
)
from api.cli.comparetownships import township_command
from api.cli.speech import LANG, _
from api.text.words import speaker
from graphcore.domain.clock import day_of, system_clock

if TYPE_CHECKING:
    from datetime import date

    from api.usecases.comparison.files import Compared
    from api.usecases.comparison.limits import Limits


FILES = "files"


class _Compare(click.Group):
    """A group whose ``files`` needs no name: ``doudi compare LEFT RIGHT``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``files`` in front of anything that is no command of the group and no call for help."""
        if not args or args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = [FILES, *args]
        return super().parse_args(ctx, args)


@click.group(
    "compare",
    cls=_Compare,
    help=_(
        "比对台账与社会救助名册，或任意两张人员名单：doudi compare [左表] [右表]（即 files，选项见 "
        "doudi compare files --help）；各乡镇名单用 township，阈值的误差用 thresholds。"
    ),
    epilog=_(
        "例：doudi compare 台账.xlsx 名册.xlsx ；doudi compare ；doudi compare township 海口镇"
    ),
)
def compare_command() -> None:
    """Group what compares."""


@compare_command.command(
    FILES,
    help=_(
        "写两个文件：比对两张人员名单（写一个则查重），写出 links.csv（左编号、右编号、权重、结果）和各乡镇的比对结果，"
        "不写入数据库。不写文件：比对库中的受灾台账与社会救助名册，存疑的列入复核（doudi review）。"
        "结果只提示“可能是同一人”，不据此拒绝、削减或停止救助。"
    ),
    epilog=_(
        "例：doudi compare 台账.xlsx 低保名册.xlsx --out 比对/ ；doudi compare 名册.csv --map 列.yaml"
    ),
)
@click.argument(
    "left", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument(
    "right", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--map", "mapping", type=click.Path(exists=True, path_type=Path),
    help=_("映射文件（YAML）：各列是什么，见 docs/LINKAGE.md。"),
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path),
    help=_("写到此目录：比对文件默认为 compare；比对库中数据时，写明才写出含姓名的名单。"),
)  # fmt: skip
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
@click.option("--labels", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help=_("标注样本（CSV：left、right、same）：据此报告阈值的误差，并提出阈值。"))  # fmt: skip
@click.option("--draw", type=click.IntRange(0), default=0,
              help=_("从结果中均匀抽出若干对，写成 sample.csv，供人标注是否同一人。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def files_command(
    ctx: click.Context, left: Path | None, right: Path | None, mapping: Path | None,
    out: Path | None, learn: bool, model: Path | None, labels: Path | None, draw: int, as_json: bool,
) -> None:  # fmt: skip
    """Compare files, or what is stored, and say what was found."""
    if left is None:
        _compare_stored(ctx, out, as_json=as_json)
        return
    from api.usecases.comparison.files import CompareOptions, compare_files

    today = day_of(system_clock())
    how = CompareOptions(mapping, learn, model, limits=_limits(ctx, today), labels=labels,
                         draw=draw, on=today)  # fmt: skip
    done = compare_files(left, right, out or Path("compare"), how, speaker(LANG))
    if as_json:
        output.print_json(as_dict(done))
        return
    print_compared(done, single=right is None)


def _limits(ctx: click.Context, on: date) -> Limits:
    """Return the thresholds that the configured rules have on a day; no store is opened for it."""
    from api.cli.session import settings_of
    from api.usecases.comparison.limits import limits_in
    from graphcore.policy.rulebook import load

    settings = settings_of(ctx)
    return limits_in(load(settings.rules).within(settings.district), on)


def _compare_stored(ctx: click.Context, out: Path | None, *, as_json: bool) -> None:
    from api.cli.session import opened, operator
    from api.usecases.comparison.stored import compare_stored

    with opened(ctx) as product:
        found = compare_stored(product, operator(product), out, speaker(LANG))
    if as_json:
        output.print_json(asdict(found))
        return
    rows = [
        (_("报告所列人员"), found.reports), (_("在册人员"), found.register),
        (_("导入时已对上的在册人员"), found.joined), (_("已比中"), found.matched),
        (_("待人工复核"), found.review), (_("沿用以前的认定"), found.decided),
        (_("受灾村中不在任何报告中的在册人员"), found.unreported),
    ]  # fmt: skip
    output.table(_("比对结果"), (_("项目"), _("数量")), rows)
    if found.matched:
        print_expected(found.expected)
    if found.review:
        output.console.print(_("请用 doudi review 逐对复核。"))


def as_dict(done: Compared) -> dict[str, object]:
    """The result as JSON."""
    from api.usecases.comparison.judging import judged_as_dict

    return {
        "left": done.left, "right": done.right, "matched": done.matched, "review": done.review,
        "households": done.households, "unreported": done.unreported, "model": done.model,
        "files": [str(p) for p in done.files],
        "expected": asdict(done.expected) if done.expected else None,
        "thresholds": judged_as_dict(done.judgement) if done.judgement else None,
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
    if done.expected and done.matched:
        print_expected(done.expected)
    if done.judgement:
        print_judgement(done.judgement)
    for path in done.files:
        output.console.print(_("已写出 {path}").format(path=path))


compare_command.add_command(township_command)
compare_command.add_command(thresholds_command)
