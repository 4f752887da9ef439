"""Which days a plan covers."""

from __future__ import annotations

from datetime import date

from api.usecases.context import Context
from graphcore.domain.clock import day_of


def horizon(ctx: Context, first_on: str, days: int | None) -> tuple[date, int]:
    """Return the first day ("" = today) and the number of days (None = the rulebook's)."""
    first = date.fromisoformat(first_on) if first_on else day_of(ctx.clock())
    return first, days or int(ctx.rulebook.at("plan.horizon_days", first).value)


__all__ = ["horizon"]
