"""The audits' words: what is missing and why, what an audit finds, where a finding stands."""

from __future__ import annotations

from enum import StrEnum


class Missing(StrEnum):
    """Why a household lacks what it is owed."""

    UNKNOWN = "unknown"  # nobody has checked the household
    NOT_REPORTED = "not_reported"  # no report names it
    NOT_MATCHED = "not_matched"  # a record that could not be tied to a household
    PENDING = "pending"  # somebody has to decide; the finding says who
    NO_STOCK = "no_stock"
    NO_ROAD = "no_road"
    UNDELIVERABLE = "undeliverable"  # stock and road are there, vehicles or hands are not


class Role(StrEnum):
    """What the state of a plan's line means for the household's account."""

    PLANNED = "planned"
    RECEIVED = "received"
    ASKED = "asked"  # of an owner who has not answered: counts as missing
    VOID = "void"  # promises nothing any more


class Rule(StrEnum):
    """What an audit looks for."""

    UNSERVED = "omission.unserved"
    UNKNOWN = "omission.unknown"
    NOT_REPORTED = "omission.not_reported"  # on the assistance register, in no report
    NOT_MATCHED = "omission.not_matched"  # a refused row
    NOT_REGISTERED = "omission.not_registered"  # affected, not on the local roster
    BELOW_THRESHOLD = "omission.below_threshold"
    ABSENT = "omission.absent"  # no longer in a later file
    TWICE = "bundling.twice"  # one need, two programmes, and the matrix does not allow it
    STATUS = "bundling.status"  # decided otherwise than for equals without the status
    STATUS_RULE = "bundling.rule"  # owed otherwise because of the status, and no rule is cited
    GAP = "fairness.gap"
    REPORT_LATE = "report.late"  # a township that has not reported when it should
    REPORT_DIFFERS = "report.differs"  # its totals are not those of the houses under them
    WINTER_AMOUNT = "winter.amount"  # not what need and class give
    WINTER_EQUAL = "winter.equal"  # a village split equally what differs in need
    WINTER_ROTATION = "winter.rotation"  # a village takes turns
    WINTER_RELATIVE = "winter.relative"  # an official's declared relative
    WINTER_DECEASED = "winter.deceased"
    WINTER_VILLAGES = "winter.two_villages"  # on two villages' lists
    WINTER_CARD = "winter.shared_card"
    WINTER_LATE = "winter.late"  # a village waits for a step past its last day
    WINTER_VISIT = "winter.visit"  # a key household that nobody visited by Spring Festival
    FAST_MISSED = "fast_track.missed"  # entitled to a simplified procedure, went the slow way
    WATCH_OPEN = "watch.not_handed_over"  # at risk of poverty, affected, not handed over
    ACCOUNT_CHANGED = "pay.account_changed"  # after the decision, before the money
    REBUILD_FROST = "rebuild.frost"  # no safe, warm dwelling before the first frost
    REBUILD_STALLED = "rebuild.stalled"


class FindingState(StrEnum):
    """A finding stands until the facts change; of a standing one somebody may accept the facts."""

    OPEN = "open"
    ACCEPTED = "accepted"  # it stands: a named person has looked, and finds it in order
    CLOSED = "closed"


class Ruling(StrEnum):
    """What a named person determined."""

    MET_OTHERWISE = "met_otherwise"  # a need: somebody else meets it
    DECLINED = "declined"  # a need: the household does not want it
    STILL_THERE = "still_there"  # an absent record: the household is there, the file is wrong
    MOVED_AWAY = "moved_away"
    DOUBLE = "double"  # another record names the same household
    REGISTERED_IN_ERROR = "registered_in_error"
    ACCEPTED = "accepted"  # a finding: looked at, and in order as the facts stand


OF_NEEDS = frozenset({Ruling.MET_OTHERWISE, Ruling.DECLINED})
"""Rulings on a household's need; the others but `ACCEPTED` are on an absent record."""

FOR_A_PERSON = frozenset({
    Rule.TWICE, Rule.STATUS, Rule.WINTER_AMOUNT, Rule.WINTER_EQUAL, Rule.WINTER_ROTATION,
    Rule.WINTER_RELATIVE, Rule.WINTER_DECEASED, Rule.WINTER_VILLAGES, Rule.WINTER_CARD,
})  # fmt: skip
"""Patterns for a person to judge, who may accept one with evidence: nobody has to act on it while
its facts stand. It goes, as all others do, only when the facts change."""

STANDING = (FindingState.OPEN, FindingState.ACCEPTED)
"""States of a finding whose facts are there."""
