"""The state machine of cases: every act from every state."""

from __future__ import annotations

import itertools

import pytest

from graphcore.casework.cases import STEPS, Act, CaseState, act_word, after, state_word
from graphcore.domain.errors import InputError, WrongState

ALLOWED = {
    (Act.APPROVE, CaseState.PROPOSED), (Act.APPROVE, CaseState.REFUSED),
    (Act.REFUSE, CaseState.PROPOSED), (Act.OFFER, CaseState.APPROVED),
    (Act.ACCEPT, CaseState.OFFERED), (Act.RETURN, CaseState.OFFERED),
}  # fmt: skip


@pytest.mark.parametrize(("act", "state"), list(itertools.product(Act, CaseState)))
def test_an_act_is_possible_from_its_states_only(act: Act, state: CaseState) -> None:
    if (act, state) in ALLOWED:
        assert after(act, state, "有理由") is STEPS[act].after
    else:
        with pytest.raises(WrongState):
            after(act, state, "有理由")


@pytest.mark.parametrize(
    ("act", "state"), [(Act.REFUSE, CaseState.PROPOSED), (Act.RETURN, CaseState.OFFERED)]
)
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_refusal_needs_its_reason(act: Act, state: CaseState, reason: str) -> None:
    with pytest.raises(InputError):
        after(act, state, reason)


def test_every_state_and_act_has_a_word() -> None:
    assert len({str(state_word(s)) for s in CaseState}) == len(CaseState)
    assert len({str(act_word(a)) for a in Act}) == len(Act)
