"""Time is handed in: a clock that tells integer UTC microseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], int]
"""Returns now as integer UTC microseconds since 1970-01-01."""

CHINA = timezone(timedelta(hours=8), "UTC+8")


def system_clock() -> int:
    """Now, from the operating system: the only place that asks it."""
    return micros(datetime.now(UTC))  # noqa: TID251 -- the one allowed use


def micros(moment: datetime) -> int:
    """Return an aware datetime as integer UTC microseconds."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(at: int) -> datetime:
    """Return integer UTC microseconds as an aware datetime in China's time."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(CHINA)


def day_of(at: int) -> date:
    """Return the calendar day in China on which ``at`` falls."""
    return moment(at).date()
