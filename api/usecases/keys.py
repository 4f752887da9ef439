"""API keys: made once, shown once, stored as a digest with roles and scope."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import Row, WriteUnit

PREFIX: Final = "doudi_"
_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
_SCOPE: Final = re.compile(r"[0-9]{0,12}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. ``token`` is shown once and kept nowhere."""

    id: str
    token: str

    def __repr__(self) -> str:
        return f"NewKey(id={self.id!r})"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed."""

    id: str
    name: str
    roles: tuple[Role, ...]
    scope: str
    active: bool
    created_at: int
    organization: str = ""


def create_key(ctx: Context, actor: Actor, name: str, roles: Iterable[Role], scope: str,
               entropy: Callable[[int], bytes], organization: str = "") -> NewKey:  # fmt: skip
    """Make a key for the caller ``name`` (no person's name: it stands in logs and events).

    ``organization`` is the code of the organisation that a coordinator speaks for.

    Raises:
        Forbidden: the actor may not manage keys, or the scope is wider than the actor's.
        InputError: a name, role or scope that does not fit.
    """
    authorise(actor, Operation.MANAGE_KEYS)
    granted = sorted(set(roles))
    _check(name, granted, scope)
    _within(actor, scope)
    speaks_for = _organization(ctx, granted, organization)
    new = NewKey(ctx.mint.mint(Kind.KEY), PREFIX + entropy(_BYTES).hex())
    row = {"id": new.id, "digest": digest(new.token), "actor": name, "roles": granted,
           "scope": scope, "organization": speaks_for, "active": True,
           "created_at": ctx.clock(), "version": 1}  # fmt: skip
    body = {"key": new.id, "name": name, "roles": list(granted), "scope": scope}
    event = EventDraft("key.created", actor.id, ctx.clock(), body)  # type: ignore[arg-type]

    def write(unit: WriteUnit) -> None:
        unit.create("ApiKey", pl.DataFrame([row]))
        unit.append(event)

    ctx.store.write(ctx.district, write)
    return new


def _within(actor: Actor, scope: str) -> None:
    if not actor.covers(scope):  # "" is everywhere: wider than any scope but its own
        raise Forbidden(say("密钥的范围不能大于您自己的范围。"),
                        say("请把范围写成 {scope} 或其下级代码。", scope=actor.scope))  # fmt: skip


def _check(name: str, roles: list[Role], scope: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(say("密钥名称不合要求。"),
                         say("请用 2 至 64 个英文字母、数字、点、横线或下划线，不要用人名。"),
                         field="name")  # fmt: skip
    if not roles:
        raise InputError(say("密钥至少要有一个角色。"), say("请指定角色后重试。"), field="roles")
    if not _SCOPE.fullmatch(scope):
        raise InputError(say("密钥范围应为行政区划代码的前若干位。"),
                         say("例如区县用六位代码，乡镇用九位代码。"), field="scope")  # fmt: skip


def _organization(ctx: Context, roles: list[Role], code: str) -> str:
    """Return the id of the organisation that a coordinator's key speaks for."""
    if not code:
        return ""
    if Role.ORGANIZATION not in roles:
        raise InputError(say("只有社会力量协调员的密钥可以指定组织。"),
                         say("请加上角色 organization，或不写组织代码。"), field="organization")  # fmt: skip
    known = ctx.store.read(lambda unit: unit.nodes("Organization"))
    found = known.filter(pl.col("code") == code)["id"].to_list()
    if not found:
        raise InputError(say("没有代码为 {code} 的组织。", code=code),
                         say("请先导入“社会力量登记表”，或改正代码。"), field="organization")  # fmt: skip
    return str(found[0])


def list_keys(ctx: Context, actor: Actor) -> list[ApiKey]:
    """Return the keys within the actor's scope, without their digests.

    Raises:
        Forbidden: the actor may not manage keys.
    """
    authorise(actor, Operation.MANAGE_KEYS)
    keys = [_key(row) for row in ctx.store.read(lambda unit: unit.rows("keys.all"))]
    return [key for key in keys if actor.covers(key.scope)]


def revoke_key(ctx: Context, actor: Actor, key_id: str) -> None:
    """Make a key useless, at once and for good.

    Raises:
        Forbidden: the actor may not manage keys.
        NotFound: there is no key of that id within the actor's scope.
    """
    authorise(actor, Operation.MANAGE_KEYS)
    event = EventDraft("key.revoked", actor.id, ctx.clock(), {"key": key_id})

    def write(unit: WriteUnit) -> None:
        found = unit.nodes("ApiKey", [key_id])
        if found.is_empty() or not actor.covers(found["scope"][0]):
            raise NotFound(say("没有编号为 {key} 的密钥。", key=key_id),
                           say("请用 doudi key list 查看现有密钥。"))  # fmt: skip
        if found["active"][0]:
            gone = {"id": key_id, "active": False, "version": found["version"][0] + 1}
            unit.update("ApiKey", pl.DataFrame([gone]))
            unit.append(event)

    ctx.store.write(ctx.district, write)


def actor_of(ctx: Context, token: str) -> Actor | None:
    """Return who a token stands for, None if for nobody. A revoked key stands for nobody."""
    if not token.startswith(PREFIX):
        return None
    rows = ctx.store.read(lambda unit: unit.rows("keys.by_digest", digest=digest(token)))
    if not rows:
        return None
    key = _key({**rows[0], "active": True, "created_at": 0})
    return Actor(key.name, frozenset(key.roles), key.scope, key.organization)


def digest(token: str) -> str:
    """Return what is stored of a token: it has 256 random bits, so a plain SHA-256 hides it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key(row: Row) -> ApiKey:
    roles = row["roles"]
    assert isinstance(roles, list)
    created = row["created_at"]
    return ApiKey(
        id=str(row["id"]),
        name=str(row["actor"]),
        roles=tuple(Role(str(r)) for r in roles),
        scope=str(row["scope"]),
        active=bool(row["active"]),
        created_at=created if isinstance(created, int) else 0,
        organization=str(row["organization"] or ""),
    )
