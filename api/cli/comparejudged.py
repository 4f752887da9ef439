"""``doudi compare thresholds``, and how expected errors are printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.comparison.judging import Judgement
    from api.usecases.comparison.limits import Expected
    from graphcore.linkage.thresholds import Errors, Share

ROWS = 20


@click.command(
    "thresholds",
    help=_("用标注过的记录对检验库中比对所用的阈值，并提出阈值：以复核中已认定的为样本，可再加标注样本"
           "（CSV：left、right、same）。误差附 95% 区间；样本须从比对结果中均匀抽取才能代表全部。"),
    epilog=_("例：doudi compare thresholds ；doudi compare thresholds 抽样.csv --wrong 0.01 --out 阈值.yaml"),
)  # fmt: skip
@click.argument(
    "labels", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--wrong", type=click.FloatRange(0, 1), default=0.001, show_default=True,
              help=_("自动比中的记录对中，允许不是同一人的比例。"))  # fmt: skip
@click.option("--missed", type=click.FloatRange(0, 1), default=0.01, show_default=True,
              help=_("真实的同一人中，允许无人看到的比例。"))  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help=_("把提出的阈值写成规则文件，放进本区的规则目录即生效。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def thresholds_command(
    ctx: click.Context, labels: Path | None, wrong: float, missed: float, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Judge the thresholds in use, and propose others."""
    from api.cli.session import opened, operator
    from api.usecases.comparison.judging import Allowed, judge_stored, judged_as_dict
    from api.usecases.comparison.limits import read_labels, write_rule
    from graphcore.domain.clock import day_of

    told = read_labels(labels) if labels else None
    with opened(ctx) as product:
        found = judge_stored(product, operator(product), told, Allowed(wrong, missed))
        if out is not None:
            write_rule(out, found.proposed, day_of(product.clock()))
    if as_json:
        output.print_json({**judged_as_dict(found), "file": str(out) if out else None})
        return
    print_judgement(found)
    if out is not None:
        output.console.print(_("已写出 {path}").format(path=out))


def print_judgement(found: Judgement) -> None:
    """Print what the thresholds did to the sample, which ones it proves, and the table."""
    output.console.print(
        _("样本 {n} 对，其中复核认定 {decided} 对。").format(
            n=found.labelled, decided=found.decided
        )
    )
    rows = [(_("所用阈值"), f"{found.thresholds.matched:g}", *_told(found.now))]
    then = found.proposed
    rows.append((_("提出的阈值"), f"{then.thresholds.matched:g}", *_told(then.errors)))
    columns = (_("阈值"), _("权重"), _("自动比中"), _("不是同一人（95% 区间）"),
               _("没有自动比中（95% 区间）"), _("无人看到（95% 区间）"))  # fmt: skip
    output.table(_("阈值在样本上的误差"), columns, rows)
    if found.proposal.matched is None:
        output.console.print(
            _("样本不足以证明任何比中阈值达到所允许的误差：请多标注一些自动比中的记录对。")
        )
    if found.proposal.review is None:
        output.console.print(_("样本不足以证明任何复核阈值达到所允许的漏看比例。"))
    elif found.proposal.review != found.thresholds.review:
        output.console.print(
            _("复核阈值可提高到 {weight}。").format(weight=f"{found.proposal.review:g}")
        )
    every = max(1, -(-found.table.height // ROWS))
    sweep = [(f"{r['weight']:g}", r["matched"], r["wrong"], r["wrong_most"], r["missed"],
              r["missed_most"]) for r in found.table.gather_every(every).iter_rows(named=True)]  # fmt: skip
    output.table(_("各权重起比中的误差"), (_("权重"), _("比中"), _("其中有误"), _("有误比例上限"),
                 _("没有比中"), _("没有比中比例上限")), sweep)  # fmt: skip


def _told(e: Errors) -> tuple[str, ...]:
    return (f"{e.matched:,}", f"{e.wrong} · {_between(e.wrong_share)}",
            f"{e.missed} · {_between(e.missed_share)}", f"{e.unseen} · {_between(e.unseen_share)}")  # fmt: skip


def _between(s: Share) -> str:
    return f"{s.least:.2%}–{s.most:.2%}"


def print_expected(hope: Expected) -> None:
    """Print the errors to expect of a comparison's thresholds, with their intervals."""
    output.console.print(
        _("预计误差：自动比中 {n} 对中约 {wrong} 对不是同一人（95% 区间 {least}–{most}）；真实的同一人约 {missed} "
          "没有自动比中，约 {unseen} 无人看到（95% 上限 {top}）。依据：{cites}").format(
            n=f"{hope.matched:,}", wrong=f"{hope.wrong.value:.1f}", least=f"{hope.wrong.least:.1f}",
            most=f"{hope.wrong.most:.1f}", missed=f"{hope.missed.value:.1%}",
            unseen=f"{hope.unseen.value:.2%}", top=f"{hope.unseen.most:.2%}", cites=hope.cites)
    )  # fmt: skip
