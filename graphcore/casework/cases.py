"""The states of a case, and which act leads from which to which.

proposed → approved or refused (a named person, with a reason) → offered to another bureau, which
accepts (a new case opens with it, the old one is closed) or returns it with a reason. What the
giver knew stays as it was, and its clock runs on until somebody accepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.text import Text, say


class CaseState(StrEnum):
    """Where a case stands."""

    PROPOSED = "proposed"  # likely entitled: help to apply
    APPROVED = "approved"
    REFUSED = "refused"  # by a named person, with a reason; may be decided again
    OFFERED = "offered"  # to the bureau that should take it over
    CLOSED = "closed"  # taken over


class Act(StrEnum):
    """What may be done with a case."""

    APPROVE = "approve"
    REFUSE = "refuse"
    OFFER = "offer"
    ACCEPT = "accept"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act is possible, and where it leads."""

    before: frozenset[CaseState]
    after: CaseState
    reasoned: bool = False


_S = CaseState
STEPS: Mapping[Act, Step] = {
    Act.APPROVE: Step(frozenset({_S.PROPOSED, _S.REFUSED}), _S.APPROVED),
    Act.REFUSE: Step(frozenset({_S.PROPOSED}), _S.REFUSED, reasoned=True),
    Act.OFFER: Step(frozenset({_S.APPROVED}), _S.OFFERED),
    Act.ACCEPT: Step(frozenset({_S.OFFERED}), _S.CLOSED),
    Act.RETURN: Step(frozenset({_S.OFFERED}), _S.APPROVED, reasoned=True),
}


def after(act: Act, state: CaseState, reason: str) -> CaseState:
    """Return the state that an act leads to.

    Raises:
        WrongState: the act is not possible now; says from which states it is.
        InputError: a reason is needed and none was given.
    """
    step = STEPS[act]
    if state not in step.before:
        raise WrongState(
            say("此个案现为“{state}”，不能办理“{act}”。", state=state_word(state), act=act_word(act)),
            say("请先用 doudi cases list 查看个案现状。"),
        )  # fmt: skip
    if step.reasoned and not reason.strip():
        raise InputError(
            say("办理“{act}”必须写明理由。", act=act_word(act)), say("请用 --reason 写明理由。"),
            field="reason",
        )  # fmt: skip
    return step.after


def state_word(state: CaseState) -> Text:
    """Return what a state is called."""
    words = {
        _S.PROPOSED: say("可能符合，待办"), _S.APPROVED: say("已批准"), _S.REFUSED: say("未批准"),
        _S.OFFERED: say("待接收"), _S.CLOSED: say("已移交"),
    }  # fmt: skip
    return words[state]


def act_word(act: Act) -> Text:
    """Return what an act is called."""
    words = {
        Act.APPROVE: say("批准"), Act.REFUSE: say("不批准"), Act.OFFER: say("提请移交"),
        Act.ACCEPT: say("接收"), Act.RETURN: say("退回"),
    }  # fmt: skip
    return words[act]
