"""Rows written twice: the same again is dropped, the same key with another content is refused."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from graphcore.domain.rows import Severity
from graphcore.domain.text import say
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Form

_REPEATABLE = frozenset({"groups", "headcounts", "stays"})
"""Forms of which one key may come again: a person in two groups, a later count, a second stay."""

_PERSONAL_KEYS = ("head", "id_number")  # a household has one head, named with or without a number


@dataclass(slots=True)
class Seen:
    """Rows of one form met so far in the file, over all its sheets."""

    rows: dict[Hashable, tuple[str, int]] = field(default_factory=dict)
    keys: dict[Hashable, tuple[str, int]] = field(default_factory=dict)


def find_duplicates(
    form: Form, sheet: str, rows: Sequence[int], values: Mapping[str, Sequence[object]],
    compared: Iterable[Sequence[object]], bad: Set[int], seen: Seen,
) -> tuple[set[int], dict[int, Fault]]:  # fmt: skip
    """Return positions to drop (the same row again), and a fault for each position at fault.

    ``rows`` are 1-based row numbers; keys are made of ``values``, sameness of ``compared`` (where
    an unreadable cell stands for itself). ``bad`` positions are refused already and not looked at.
    Dropped rows have a warning.
    """
    dropped: set[int] = set()
    faults: dict[int, Fault] = {}
    lists = [[tuple(v) if isinstance(v, list) else v for v in c] for c in compared]
    keys = _keys(form, values, len(rows))
    for n, (content, key) in enumerate(zip(zip(*lists, strict=True), keys, strict=True)):
        if n in bad:
            continue
        here = (sheet, rows[n])
        if (before := seen.rows.setdefault(content, here)) != here:
            dropped.add(n)
            faults[n] = _same(*before)
        elif key is not None and (before := seen.keys.setdefault(key, here)) != here:
            faults[n] = _contradicts(form, *before)
    return dropped, faults


def _keys(form: Form, values: Mapping[str, Sequence[object]], count: int) -> Iterable[Hashable]:
    """What makes each row its own: a household's number stands for head and ID number."""
    mine = () if form.code in _REPEATABLE else tuple(n for n in form.key if n in values)
    homes = values["household"] if "household" in mine else [None] * count
    columns = [values[n] for n in mine]
    kept = [n for n, name in enumerate(mine) if name not in _PERSONAL_KEYS]
    for home, cells in zip(
        homes, zip(*columns, strict=True) if mine else [()] * count, strict=True
    ):
        key = [cells[n] for n in kept] if home else cells
        yield tuple([c or "" for c in key]) if any(key) else None


def _same(sheet: str, row: int) -> Fault:
    return Fault("duplicate", say("与工作表“{sheet}”第 {row} 行完全相同，只计一次。", sheet=sheet, row=row),
                 say("如是重复录入，请删除此行；如确是两条，请写出它们的区别。"), Severity.WARNING)  # fmt: skip


def _contradicts(form: Form, sheet: str, row: int) -> Fault:
    if "household" in form.key:
        return Fault("contradiction", say("与工作表“{sheet}”第 {row} 行是同一户（人），内容却不同。",
                                          sheet=sheet, row=row),
                     say("请只保留正确的一行；如是同名的另一户，请补上户编号或身份证号码。"))  # fmt: skip
    return Fault("contradiction", say("与工作表“{sheet}”第 {row} 行的编号相同，内容却不同。",
                                      sheet=sheet, row=row),
                 say("请只保留正确的一行，或改正编号。"))  # fmt: skip
