"""People over HTTP: masks by role, a purpose in the header, a record before the answer."""

from __future__ import annotations

from typing import Any

import pytest

from api.access import TABLE, Operation
from api.masks import Field, View, view_of
from graphcore.domain.actor import Actor, Role
from tests.support.small_world import NAMES, PHONES
from tests.unit.http.serving import Service

PATH = "/v1/households/H-1/people"


def people(shop: Service, role: Role, purpose: str = "visit") -> Any:
    headers = {**shop.key(role), "Doudi-Purpose": purpose}
    return shop.client.get(PATH, headers=headers)


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_the_table_of_masks_says(shop: Service, role: Role) -> None:
    answer = people(shop, role)
    if role not in TABLE[Operation.READ_PERSON]:
        assert answer.status_code == 403
        assert not any(secret in answer.text for secret in (*NAMES, *PHONES))
        return
    clear = view_of(Actor("a", frozenset({role}), ""), Field.NAME) is View.CLEAR
    assert (NAMES[1] in answer.text) is clear
    assert (PHONES[1] in answer.text) is clear
    assert not any(secret in answer.text for secret in (*NAMES[2:], *PHONES[2:]))


def test_without_a_purpose_there_is_no_answer(shop: Service) -> None:
    answer = shop.client.get(PATH, headers=shop.key(Role.CIVIL_AFFAIRS))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    answer = people(shop, Role.CIVIL_AFFAIRS, "curiosity")
    assert (answer.status_code, answer.json()["code"]) == (400, "input")


def test_the_look_is_listed_for_the_auditor(shop: Service) -> None:
    before = len(shop.get("/v1/looks", Role.AUDITOR, household="H-3").json()["items"])
    headers = {
        **shop.key(Role.CIVIL_AFFAIRS),
        "Doudi-Purpose": "subject",
        "Doudi-Note": "%E5%B7%A5",
    }
    shop.client.get("/v1/households/H-3/people", headers=headers)
    (newest, *rest) = shop.get("/v1/looks", Role.AUDITOR, household="H-3").json()["items"]
    assert len(rest) == before
    assert (newest["purpose"], newest["note"], newest["subjects"]) == ("subject", "工", 1)
    assert shop.get("/v1/looks", Role.AUDITOR, by="nobody").json()["items"] == []
