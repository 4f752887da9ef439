"""The sheet's own totals, against the rows that were read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

from graphcore.domain.rows import Severity
from graphcore.domain.text import say
from graphcore.exchange.faults import Fault

Numbers = Sequence[object]


def differing(
    rows: Sequence[int], column: Numbers, totals: Sequence[int], figures: Numbers
) -> dict[int, tuple[int, int]]:
    """Return total row → (figure, sum of the rows read), where no run of rows gives the figure.

    ``rows`` and ``totals`` are ascending row numbers. A total may stand above or below its rows,
    over all of them or over those up to another total (nested subtotals): any such run counts.
    """
    sums = [0, *accumulate(v if isinstance(v, int) else 0 for v in column)]
    places = [bisect_left(rows, t) for t in totals]
    ends = {0, sums[-1], *(sums[p] for p in places)}
    wrong = {}
    for total, place, figure in zip(totals, places, figures, strict=True):
        if not isinstance(figure, int) or figure == sums[-1]:
            continue
        runs = {abs(sums[place] - end) for end in ends}
        if figure not in runs:
            wrong[total] = (figure, _nearest(figure, {sums[-1], *runs} - {0} or {0}))
    return wrong


def _nearest(figure: int, runs: Iterable[int]) -> int:
    """The run that the figure most probably means: the one that it misses by least."""
    return min(runs, key=lambda total: (abs(total - figure), total))


def mismatch(figure: int, read: int, scale: int) -> Fault:
    """A total that is not the sum of its rows; ``scale`` is 100 for fen."""
    shown = (_shown(figure, scale), _shown(read, scale))
    return Fault("total", say("合计为 {figure}，读到的行相加为 {read}。", figure=shown[0], read=shown[1]),
                 say("请核对是否漏了行、有行未读入，或合计未更新。"), Severity.WARNING)  # fmt: skip


def _shown(value: int, scale: int) -> str:
    return str(value) if value % scale == 0 and scale == 1 else f"{value / scale:.2f}"
