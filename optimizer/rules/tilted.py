"""Tilt: what a plan states of hard-hit areas and hardship groups is what its lines come to."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

import polars as pl

from graphcore.domain.tables import met
from graphcore.domain.text import say
from optimizer.rules.case import Violation

Key = tuple[str, str]
_CLOSE = 1e-9


def stated(
    needs: pl.DataFrame, lines: pl.DataFrame, sets: pl.DataFrame, said: pl.DataFrame
) -> list[Violation]:
    """Return rows of TILT that differ from an exact recount, row by row, in fractions.

    Args:
        needs: NEEDS.
        lines: LINES.
        sets: MARKS.
        said: TILT as stated.
    """
    real = _recount(needs, lines, sets)
    told = {(kind, mark): row for kind, mark, *row in said.iter_rows()}
    wrong = sorted(k for k in real.keys() | told.keys() if not _same(real.get(k), told.get(k)))
    return [
        Violation("tilt", "/".join(key), say("“{key}”的倾斜与按分配行重算的不符。", key="/".join(key)))
        for key in wrong
    ]  # fmt: skip


def _recount(
    needs: pl.DataFrame, lines: pl.DataFrame, sets: pl.DataFrame
) -> dict[Key, list[float | None]]:
    given: dict[tuple[str, int], int] = defaultdict(int)
    for need, due, units, state in (
        met(lines).select("need", "due_day", "covers", "state").iter_rows()
    ):
        given[need, due] += units if state in ("firm", "accepted") else 0
    of: dict[str, list[Key]] = defaultdict(list)
    for subject, kind, mark in sets.select("subject", "kind", "mark").iter_rows():
        of[subject].append((kind, mark))
    whole: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    part: dict[tuple[Key, str], list[int]] = defaultdict(lambda: [0, 0])
    who: dict[Key, set[str]] = defaultdict(set)
    for subject, need, day, item, owed in needs.select(
        "subject", "need", "day", "item", "quantity"
    ).iter_rows():
        got = min(owed, given[need, day])
        for key in of[subject]:
            who[key].add(subject)
        for sums in (whole[item], *(part[key, item] for key in of[subject])):
            sums[0] += got
            sums[1] += owed
    return {key: _row(key, len(subjects), part, whole) for key, subjects in who.items()}


def _row(
    key: Key, subjects: int, part: dict[tuple[Key, str], list[int]], whole: dict[str, list[int]]
) -> list[float | None]:
    items = [item for k, item in part if k == key]
    mine = sum(Fraction(*part[key, i]) for i in items) / len(items)
    everyone = sum(Fraction(*whole[i]) for i in items) / len(items)
    ratio = float(mine / everyone) if everyone else None
    return [subjects, float(mine), float(everyone), ratio]


def _same(a: list[float | None] | None, b: list[float | None] | None) -> bool:
    if a is None or b is None:
        return a is b
    pairs = zip(a, b, strict=True)
    return all(x is y or (x is not None and y is not None and math.isclose(x, y, rel_tol=_CLOSE))
               for x, y in pairs)  # fmt: skip
