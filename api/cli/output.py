"""How commands print: tables for people, one JSON object for programs, errors on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from api.cli.speech import LANG, _
from api.usecases.context import Progress
from graphcore.domain.errors import DoudiError, RowsRefused, StalePlan
from graphcore.domain.rows import RowProblem, Severity

SHOWN = 20  # row problems on the screen; the file has them all

FEN = 100  # of a yuan

WIDTH = 110  # of a file or pipe, which has no width of its own


_NOTHING = ("", "—")
_NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?%?")
_CODE = re.compile(r"[!-~]{1,24}|\d{4}-\d\d-\d\d \d\d:\d\d")
_HAN = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_BESIDE_HAN = re.compile(f"(?<={_HAN}) (?=[!-~])|(?<=[!-~]) (?={_HAN})")
"""Spaces that would be taken for the only places where a cell's line may break."""
_LISTED = re.compile(r"(?<![\u3400-\u9fff])、|、(?![\u3400-\u9fff])")
"""The mark between what is listed, unless both of its neighbours are Chinese."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[.,;:)]?")
_SENTENCE, _ROOM = 8, 28
"""Words that make a cell a sentence; columns that it gets at least."""
_WHOLE = (16, 12, 9, 7, 4)
"""The longest word kept whole, while all columns fit side by side."""


def _console(*, stderr: bool = False) -> Console:
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=WIDTH)


console = _console()
errors = _console(stderr=True)


def print_json(value: object) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()  # a server's address must not wait in a buffer


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table: numbers to the right, codes and times unbroken; a line if there are no rows."""
    if not rows:
        console.print(f"[bold]{escape(title)}[/]{_('：无。')}")
        return
    made = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    cells = [[_cell(value) for value in row] for row in rows]
    told = [_Column(*both) for both in zip(columns, zip(*cells, strict=True), strict=True)]
    for column, least in zip(told, _leasts(told), strict=True):
        code = least is not None and column.code
        made.add_column(
            _folded(column.name, least or 0) if code else column.name, overflow="fold",
            justify="right" if column.number else "left", no_wrap=code, min_width=least,
        )  # fmt: skip
    for row in cells:
        made.add_row(*row)
    console.print(made)


class _Column:
    """What a column is like, looked at once: cells may be thousands."""

    def __init__(self, name: str, cells: Sequence[str]) -> None:
        self.name = name
        self.number, self.code = _all(_NUMBER, cells), _all(_CODE, cells)
        self.whole = cell_len(name) if self.code else 0  # of a header that is not folded
        self._widest = max(map(cell_len, cells))
        self._head = min(cell_len(name), _longest((name,)))
        self._word = _longest((name, *cells))
        self._wordy = any(len(_WORD.findall(text)) > _SENTENCE for text in cells)

    def least(self, longest: int) -> int:
        """Return the width below which codes or words would be broken, or sentences a word a line."""
        if self.code:
            return max(self._widest, min(self._head, longest))
        return max(min(self._word, longest), _ROOM if self._wordy else 0)


def _leasts(told: Sequence[_Column]) -> Sequence[int | None]:
    """Return each column's least width, all of which fit; None: nothing is kept unbroken."""
    room = console.width - 3 * len(told) - 1
    tries = [[max(c.least(_WHOLE[0]), c.whole) for c in told]]
    tries += [[c.least(longest) for c in told] for longest in _WHOLE]
    return next((least for least in tries if sum(least) <= room), [None] * len(told))


def _longest(texts: Sequence[str]) -> int:
    """Return the length of the longest word; two characters are one in Chinese."""
    words = [len(word) for text in texts for word in _WORD.findall(text)]
    return max([*words, *(4 for text in texts if re.search(_HAN, text))], default=0)


def _folded(name: str, width: int) -> str:
    """Return a header over codes, which rich does not fold, in lines of that width."""
    return "\n".join(line.plain.rstrip() for line in Text(name).wrap(console, max(width, 1)))


def _all(kind: re.Pattern[str], column: Sequence[str]) -> bool:
    """Whether all that a column says is of a kind, and it says something."""
    told = [text for text in column if text not in _NOTHING]
    return bool(told) and all(map(kind.fullmatch, told))


def yuan(fen: float, decimals: int = 2) -> str:
    """Return fen as yuan, with thousands set apart."""
    return f"{fen / FEN:,.{decimals}f}"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        return f"{value:.1%}"
    if isinstance(value, int):
        return f"{value:,}"
    text = "" if value is None else str(value)
    return escape(listed(text) if LANG == "en" else _BESIDE_HAN.sub("", text))


def listed(text: str) -> str:
    """Return a text with lists as the user's language writes them."""
    return _LISTED.sub(", ", text) if LANG == "en" else text


def complain(error: DoudiError) -> None:
    """Say what went wrong, where, and what to do next."""
    errors.print(f"[bold red]{_('错误：')}[/]{escape(error.what.render(_))}")
    if isinstance(error, StalePlan):
        for change in error.changes:
            errors.print(f"  · {escape(change.render(_))}")
    if isinstance(error, RowsRefused):
        show_problems(error.problems, errors)
    if error.advice:
        errors.print(f"{_('怎么办：')}{escape(error.advice.render(_))}")
    if error.retry:
        errors.print(_("这个问题稍后重试可能会消失。"))


def show_problems(problems: Sequence[RowProblem], to: Console = console) -> None:
    """Print the per-row report, errors first."""
    if not problems:
        return
    made = Table(title=_("逐行说明"), title_justify="left", title_style="bold")
    for name in (_("工作表"), _("行"), _("列"), _("程度"), _("问题"), _("怎么办")):
        made.add_column(name, overflow="fold")
    ranked = sorted(problems, key=lambda p: p.severity is not Severity.ERROR)
    for p in ranked[:SHOWN]:
        level = _("错误") if p.severity is Severity.ERROR else _("提醒")
        texts = (p.sheet, str(p.row), p.column, level, p.what.render(_), p.advice.render(_))
        made.add_row(*map(_cell, texts))
    to.print(made)
    if len(ranked) > SHOWN:
        to.print(_("……另有 {count} 条，详见报告文件。").format(count=len(ranked) - SHOWN))


STEPS = {
    "import.read": _("读取表格"),
    "import.write": _("写入图数据库"),
    "plan.snapshot": _("读取快照"),
    "plan.needs": _("计算需求"),
    "plan.roads": _("计算道路可达"),
    "plan.solve": _("优化分配"),
    "plan.check": _("独立核对"),
    "plan.commit": _("提交计划"),
    "relief.solve": _("逐项试算"),
    "roster.snapshot": _("读取快照"),
    "roster.tasks": _("派生任务"),
    "roster.solve": _("安排人员和装备"),
    "roster.check": _("独立核对"),
    "roster.save": _("保存草案"),
    "fairness": _("沿曲线逐级求解"),
    "route.read": _("读取计划和道路"),
    "route.solve": _("排车次"),
    "route.check": _("独立核对车次"),
    "route.save": _("保存车次"),
    "replan.snapshot": _("读取快照"),
    "replan.needs": _("计算需求"),
    "replan.solve.near": _("调整直接受影响的地方"),
    "replan.solve": _("比较还能改进多少"),
    "replan.check": _("独立核对"),
    "replan.commit": _("提交计划"),
    "export": _("导出"),
    "verify": _("核验"),
}


@contextmanager
def progress() -> Iterator[Progress]:
    """Show steps on stderr while a command works; silent where stderr is no terminal."""
    seen: set[str] = set()
    with errors.status("") as status:

        def tell(step: str, share: float) -> None:
            known = next((k for k in STEPS if step == k or step.startswith(f"{k}.")), step)
            status.update(f"{STEPS.get(known, step)} {share:.0%}")
            if known not in seen and not errors.is_terminal:
                errors.print(f"… {STEPS.get(known, known)}")
            seen.add(known)

        yield tell
