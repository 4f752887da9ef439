"""Words of the winter–spring campaign (冬春救助): needs, classes, steps, visits."""

from __future__ import annotations

from enum import StrEnum


class WinterNeed(StrEnum):
    """What a household lacks for winter and spring."""

    FOOD = "food"  # 口粮
    CLOTHING = "clothing"  # 衣被
    HEATING = "heating"  # 取暖
    HOUSING = "housing"  # 住房（租住、修缮）
    MEDICAL = "medical"  # 因灾伤病


class Grade(StrEnum):
    """Class of relief (分类救助): how badly the household lacks it."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


class EntryState(StrEnum):
    """Where a surveyed household stands; each state but the first is a named person's act."""

    SURVEYED = "surveyed"
    REVIEWED = "reviewed"  # village
    AUDITED = "audited"  # township
    NOTICED = "noticed"  # public notice is up
    DECIDED = "decided"  # county; a case is approved and may be paid
    RETURNED = "returned"  # with a reason; waits for the village's review again


class Step(StrEnum):
    """What may be done with surveyed households (户报、村评、乡审、公示、县定)."""

    REVIEW = "review"
    AUDIT = "audit"
    NOTICE = "notice"
    DECIDE = "decide"
    RETURN = "return"


class VisitResult(StrEnum):
    """What a visit (走访慰问) found."""

    FINE = "fine"
    DIFFICULT = "difficult"  # still in difficulty: temporary assistance is opened
    AWAY = "away"
    DECEASED = "deceased"
