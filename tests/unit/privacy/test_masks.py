"""The table of masks: a role sees no more of a field than it says."""

from __future__ import annotations

import pytest

from api.access import TABLE as ACCESS
from api.access import Operation
from api.masks import TABLE, Field, View, view_of
from api.usecases.privacy.masking import FIELDS, shown, shown_record
from graphcore.domain.actor import Actor, Role

TOLD = {"name": "欧阳麦穗", "id_number": "990101199001011234", "phone": "13900000001",
        "facts": ["insulin"], "secret": "x", "sex": "female"}  # fmt: skip


def actor(*roles: Role) -> Actor:
    return Actor("a", frozenset(roles), "")


def test_every_role_is_in_the_table() -> None:
    assert set(TABLE) == set(Role)


def test_whoever_may_take_names_out_sees_names() -> None:
    for role in ACCESS[Operation.EXPORT_PERSONAL]:
        assert view_of(actor(role), Field.NAME) is View.CLEAR


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PLATFORM, Role.ORGANIZATION])
def test_who_has_no_business_with_people_sees_nothing(role: Role) -> None:
    assert shown_record(actor(role), TOLD, FIELDS) == {}


def test_a_mask_keeps_a_surname_and_four_digits() -> None:
    seen = shown_record(actor(Role.AUDITOR), TOLD, TOLD)
    assert seen == {"name": "欧阳**", "id_number": "*" * 14 + "1234", "phone": "*" * 7 + "0001",
                    "sex": "female"}  # fmt: skip


def test_of_several_roles_the_one_that_sees_most_counts() -> None:
    assert shown(actor(Role.AUDITOR, Role.CIVIL_AFFAIRS), "facts", ["insulin"]) == "insulin"


def test_an_entry_that_is_not_listed_is_absent() -> None:
    assert shown(actor(Role.CIVIL_AFFAIRS), "secret", "x") == ""


def test_no_role_at_all_sees_nothing() -> None:
    assert view_of(actor(), Field.NAME) is View.ABSENT
