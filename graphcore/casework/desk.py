"""Applications, objections, appeals: taken at any window or by phone, answered by a day that is due."""

from __future__ import annotations

import re
from enum import StrEnum

from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.text import say

_NUMBERS = re.compile(r"\d{11,}")
"""An identity or telephone number has as many digits."""


class Kind(StrEnum):
    """What somebody asks for."""

    APPLY = "apply"
    OBJECT = "object"  # to a list, a review, a payment
    APPEAL = "appeal"  # against a decision
    REPORT = "report"  # somebody else is in difficulty


class Channel(StrEnum):
    """How it came."""

    WINDOW = "window"
    PHONE = "phone"
    ONLINE = "online"
    VISIT = "visit"


class State(StrEnum):
    """Where it stands."""

    OPEN = "open"
    GRANTED = "granted"
    PARTLY = "partly"
    DECLINED = "declined"  # by a named person, with a reason
    TRANSFERRED = "transferred"  # to whoever has to answer; the term runs on


FINAL = frozenset({State.GRANTED, State.PARTLY, State.DECLINED})


def receipt_number(district: str, day: str, count: int) -> str:
    """Return the receipt number of the day's next application.

    >>> receipt_number("331121", "2026-07-02", 0)
    '331121-20260702-0001'
    """
    return f"{district}-{day.replace('-', '')}-{count + 1:04d}"


def check_answer(now: State, then: State, answer: str) -> None:
    """Let an answer through, or refuse.

    Raises:
        WrongState: it was answered before; whoever is not content appeals.
        InputError: no reason was given, or it is no answer.
    """
    if now in FINAL:
        raise WrongState(say("此件已经答复。"), say("不服答复的，请登记申诉。"))
    if _NUMBERS.search(answer):
        raise InputError(
            say("答复中含有证件、电话一类的号码。"), say("请只写要点和文书编号。"), field="answer"
        )
    if then is State.OPEN or not answer.strip():
        raise InputError(say("答复须写明结果和理由。"), say("请写明支持、部分支持、不支持或转办，并说明理由。"),
                         field="answer")  # fmt: skip
