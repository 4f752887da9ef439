"""API keys: shown once, stored as a digest, useless once revoked, never wider than their maker."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from api.usecases.context import Context
from api.usecases.keys import PREFIX, actor_of, create_key, digest, list_keys, revoke_key
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound
from graphcore.store.port import GraphStore
from tests.support.small_world import DISTRICT, WHEAT, admin, context, new_key, token

DISTRICTS_ADMIN = Actor("local", frozenset({Role.ADMIN}), DISTRICT)
CLERK = Actor("clerk", frozenset(Role) - {Role.ADMIN}, "")


@pytest.fixture
def ctx(store: GraphStore) -> Context:
    return context(store)


def test_a_token_stands_for_its_name_roles_and_scope(ctx: Context) -> None:
    made = token(ctx, Role.TOWNSHIP, Role.AUDITOR, scope=WHEAT, name="clerk-1")
    assert made.startswith(PREFIX)
    roles = frozenset({Role.TOWNSHIP, Role.AUDITOR})
    assert actor_of(ctx, made) == Actor("clerk-1", roles, WHEAT)


def test_what_is_stored_is_no_token(ctx: Context) -> None:
    made = new_key(ctx, Role.ADMIN)
    row = ctx.store.read(lambda unit: unit.nodes("ApiKey")).row(0, named=True)
    assert row["digest"] == digest(made.token)
    assert made.token.removeprefix(PREFIX) not in repr(row) + repr(made)
    events = ctx.store.read(lambda unit: unit.nodes("Event")["canonical"].to_list())
    assert made.token not in "".join(events)
    assert made.id in events[0]


@pytest.mark.parametrize("wrong", ["", PREFIX, "doudi_zz", "密钥", "x" * 10_000])
def test_any_other_token_stands_for_nobody(ctx: Context, wrong: str) -> None:
    made = token(ctx, Role.ADMIN)
    for candidate in (wrong, made[:-1], made + "0", made.upper(), made.removeprefix(PREFIX)):
        assert actor_of(ctx, candidate) is None


def test_a_revoked_key_stands_for_nobody_and_is_revoked_once(ctx: Context) -> None:
    made = new_key(ctx, Role.ADMIN)
    for _ in range(2):
        revoke_key(ctx, admin(), made.id)
    assert actor_of(ctx, made.token) is None
    assert [key.active for key in list_keys(ctx, admin())] == [False]
    types = ctx.store.read(lambda unit: unit.nodes("Event")["type"].to_list())
    assert sorted(types) == ["key.created", "key.revoked"]
    assert ctx.store.read(lambda unit: unit.nodes("ApiKey")["version"].to_list()) == [2]


def test_only_who_manages_keys_may(ctx: Context) -> None:
    with pytest.raises(Forbidden):
        create_key(ctx, CLERK, "k1", [Role.AUDITOR], "", secrets.token_bytes)
    with pytest.raises(Forbidden):
        list_keys(ctx, CLERK)
    with pytest.raises(Forbidden):
        revoke_key(ctx, CLERK, "K-1")


@pytest.mark.parametrize(("scope", "ok"), [(DISTRICT, True), (WHEAT, True), (DISTRICT[:5], False),
                                           ("", False), ("990102", False)])  # fmt: skip
def test_no_key_is_wider_than_its_maker(ctx: Context, scope: str, ok: bool) -> None:
    if ok:
        create_key(ctx, DISTRICTS_ADMIN, "k1", [Role.AUDITOR], scope, secrets.token_bytes)
    else:
        with pytest.raises(Forbidden):
            create_key(ctx, DISTRICTS_ADMIN, "k1", [Role.AUDITOR], scope, secrets.token_bytes)
    assert len(list_keys(ctx, admin())) == ok


def test_keys_of_elsewhere_are_neither_seen_nor_revoked(ctx: Context) -> None:
    made = new_key(ctx, Role.AUDITOR, scope="")
    assert list_keys(ctx, DISTRICTS_ADMIN) == []
    for key_id in (made.id, "K-NONE"):
        with pytest.raises(NotFound):
            revoke_key(ctx, replace(DISTRICTS_ADMIN, scope=WHEAT), key_id)
    assert actor_of(ctx, made.token) is not None


@pytest.mark.parametrize(
    ("name", "roles", "scope", "field"),
    [
        ("a", [Role.AUDITOR], "", "name"),
        ("a" * 65, [Role.AUDITOR], "", "name"),
        ("-ab", [Role.AUDITOR], "", "name"),
        ("王某某", [Role.AUDITOR], "", "name"),
        ("cli:me", [Role.AUDITOR], "", "name"),
        ("ok", [], "", "roles"),
        ("ok", [Role.AUDITOR], "9" * 13, "scope"),
        ("ok", [Role.AUDITOR], "99a", "scope"),
        ("ok", [Role.AUDITOR], "９９", "scope"),
    ],
)
def test_what_a_key_may_not_be(
    ctx: Context, name: str, roles: list[Role], scope: str, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        create_key(ctx, admin(), name, roles, scope, secrets.token_bytes)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["ab", "a" * 64, "platform-a.1_b"])
def test_names_at_their_bounds(ctx: Context, name: str) -> None:
    assert token(ctx, Role.PLATFORM, name=name)
