"""Working days, from the dated calendars of the rulebook."""

from __future__ import annotations

from datetime import date, timedelta

from graphcore.policy.rulebook import Rulebook

_SATURDAY = 5
OFF, WORKED = "calendar.days_off", "calendar.days_worked"


def is_working(rulebook: Rulebook, day: date) -> bool:
    """Whether offices work on the day: a made-up weekend day does, a public holiday does not.

    Raises:
        NoRuleInForce: the calendars have no value on the day.
    """
    if _named(rulebook, WORKED, day):
        return True
    return day.weekday() < _SATURDAY and not _named(rulebook, OFF, day)


def _named(rulebook: Rulebook, name: str, day: date) -> bool:
    return day.isoformat() in {str(d) for d in rulebook.at(name, day).value}


def after_working_days(rulebook: Rulebook, start: date, days: int) -> date:
    """Return the last day of a term of ``days`` working days that begins the day after ``start``.

    Raises:
        NoRuleInForce: the calendars have no value on a day of the term.
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(rulebook, day)
    return day
