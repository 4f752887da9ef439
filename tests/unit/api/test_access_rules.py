"""The one table: nothing is open by default, scope is a prefix."""

from __future__ import annotations

import pytest

from api.access import TABLE, Operation, authorise
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden

DISTRICT, WHEAT = "990101", "990101001"


def test_every_operation_is_in_the_table_and_somebody_may_do_it() -> None:
    assert set(TABLE) == set(Operation)
    assert all(TABLE.values())


@pytest.mark.parametrize("operation", Operation)
def test_no_role_opens_nothing(operation: Operation) -> None:
    with pytest.raises(Forbidden):
        authorise(Actor("x", frozenset(), ""), operation)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("operation", Operation)
def test_a_role_opens_what_the_table_says(operation: Operation, role: Role) -> None:
    actor = Actor("x", frozenset({role}), DISTRICT)
    if role in TABLE[operation]:
        authorise(actor, operation, WHEAT)
    else:
        with pytest.raises(Forbidden):
            authorise(actor, operation, WHEAT)


@pytest.mark.parametrize(
    ("scope", "place", "ok"),
    [
        (DISTRICT, WHEAT, True), (DISTRICT, DISTRICT, True), (WHEAT, DISTRICT, False),
        (WHEAT, "990101002", False), ("", DISTRICT, True), ("990102", DISTRICT, False),
        (WHEAT, "", True),
    ],
)  # fmt: skip
def test_a_scope_is_a_prefix(scope: str, place: str, ok: bool) -> None:
    actor = Actor("x", frozenset({Role.DISPATCHER}), scope)
    if ok:
        authorise(actor, Operation.READ_CASES, place)
    else:
        with pytest.raises(Forbidden):
            authorise(actor, Operation.READ_CASES, place)


def test_who_gives_or_carries_goods_sees_no_household() -> None:
    seen = {Operation.READ_PLACES, Operation.READ_SUPPLY}
    own = {Operation.READ_FORCES, Operation.REPORT_PROGRESS}  # of the organisation's own people
    for role, more in ((Role.ORGANIZATION, own), (Role.PLATFORM, set[Operation]())):
        assert {operation for operation, roles in TABLE.items() if role in roles} == seen | more


def test_who_makes_a_roster_does_not_approve_it() -> None:
    assert not TABLE[Operation.MAKE_ROSTER] & TABLE[Operation.APPROVE_ROSTER]


def test_who_makes_a_plan_does_not_approve_it() -> None:
    assert not TABLE[Operation.MAKE_PLAN] & TABLE[Operation.APPROVE_PLAN]
