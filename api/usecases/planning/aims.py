"""What a plan is asked to be: the order of its goals, and the published plan that it keeps to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from optimizer.keep import published
from optimizer.order import SCOPED, Aims, Order, read, within
from optimizer.problem import Problem


def aims(order: Order, lines: pl.DataFrame, base_first_on: str, first_on: date, days: int) -> Aims:
    """Return the aims of a plan.

    Args:
        order: Of its goals.
        lines: LINES of the plan in force; empty if there is none.
        base_first_on: That plan's first day (ISO), "" if there is none.
        first_on: The new plan's first day.
        days: The new plan's horizon.
    """
    if not base_first_on:
        return Aims(order)
    shift = (date.fromisoformat(base_first_on) - first_on).days
    kept = published(lines, shift=shift, days=days)
    return Aims(order, kept if kept.height else None)


def stored_order(plan: Mapping[str, object]) -> Order:
    """Return a stored plan's order of goals."""
    texts: Sequence[str] = json.loads(str(plan["aims"] or "[]"))
    return read(texts)


def aimed_at_somebody(order: Order, problem: Problem) -> None:
    """Refuse an added goal that no need of the plan falls under: a code mistyped.

    Raises:
        InputError: which goal.
    """
    for aim in order.aims:
        if aim.goal.startswith(SCOPED) and problem.needs.filter(within(aim.goal)).is_empty():
            raise InputError(
                say("添加的目标“{goal}”范围内没有任何需求。", goal=aim.goal[:60]),
                say(
                    "请核对乡镇代码、物资编码或基本需求（food、clothing、water、shelter、medical）。"
                ),
                field="order",
            )


def as_json(order: Order) -> str:
    """Return an order as it is stored with its plan."""
    return json.dumps(order.texts(), ensure_ascii=False)


__all__ = ["aimed_at_somebody", "aims", "as_json", "stored_order"]
