"""Goals and groups as texts that the edge translates."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.text import Text, named, say
from optimizer.order import SCOPED, TIER


def coded(kind: str, code: str) -> Text:
    """Return a code of `api.text.words` as a text."""
    return Text(f"{kind}:{code}")


def goal_text(name: str, names: Mapping[str, str]) -> Text:
    """Return what a goal is called; of an added one, within which scope.

    Args:
        name: The goal's code.
        names: What people call places and items.
    """
    if not name.startswith(SCOPED):
        return coded("goal", name)
    column, _, value = name.removeprefix(SCOPED).partition("=")
    where = {"basic": coded("basic_need", value), "tier": coded("goal", f"{TIER}{value}")}
    return say("保障率：{where}", where=where.get(column) or named(names.get(value, value)))


def group_text(code: str) -> Text:
    """Return what a hardship group is called."""
    return say("不在困难群体名册中") if code == "none" else coded("hardship_group", code)


def figure(value: float | None, unit: str) -> str:
    """Return a goal's value as people read it."""
    if value is None:
        return "—"
    return f"{value:.1%}" if unit in ("coverage", "share") else f"{value:,.0f}"


__all__ = ["coded", "figure", "goal_text", "group_text"]
