"""The calendar of the demonstration flood. Nothing here asks a clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from graphcore.domain.clock import CHINA, micros

FLOOD = datetime(2026, 7, 1, 2, 0, tzinfo=CHINA)
DAY = FLOOD.date()
PLANNED = datetime(2026, 7, 1, 14, 0, tzinfo=CHINA)  # when the plan is made: files are older
DAYS = 3  # horizon of the plan that stocks are sized for


def after(minutes: int) -> int:
    """Return the time ``minutes`` after the flood, integer UTC microseconds."""
    return micros(FLOOD + timedelta(minutes=minutes))


def on(offset: int) -> str:
    """Return the ISO date ``offset`` days after the flood's day."""
    return (DAY + timedelta(days=offset)).isoformat()


def born(age: int, within: int) -> date:
    """Return a birth date of someone ``age`` years old whose birthday was ``within`` days ago."""
    year = DAY.year - age
    return date(year, DAY.month, DAY.day) - timedelta(days=within)
