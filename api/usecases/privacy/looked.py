"""Who looked at whom, when and for what: for auditors, and to answer the person themself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.person import find_household, members_of
from graphcore.domain.actor import Actor
from graphcore.domain.event import Event


@dataclass(frozen=True, slots=True)
class Looked:
    """One look as it is told; ``subjects`` counts everyone it showed."""

    seq: int
    at: int
    actor: str
    roles: tuple[str, ...]
    purpose: str
    note: str
    what: str
    entries: tuple[str, ...]
    subjects: int


def who_looked(
    ctx: Context, actor: Actor, home: str = "", by: str = "", limit: int = 100
) -> list[Looked]:
    """Return looks at a household or its people ("" = at anyone), by an actor ("" = anyone).

    The newest first, ``limit`` at most.

    Raises:
        Forbidden: the actor may not read looks, or asks beyond a household of a narrow scope.
        NotFound: no such household within the actor's scope.
        StoreDamaged: the log cannot be read.
    """
    authorise(actor, Operation.READ_LOOKS, "" if home else ctx.district)
    wanted = _subjects(ctx, actor, home) if home else set()
    found = [
        event for event in ctx.looks.looks()
        if by in ("", event.actor) and (not home or wanted & set(_body(event)["subjects"]))
    ]  # fmt: skip
    return [_looked(event) for event in reversed(found[-limit:])]


def _subjects(ctx: Context, actor: Actor, home: str) -> set[str]:
    key = str(find_household(ctx, actor, home)["id"])
    return {key, *ctx.store.read(lambda unit: members_of(unit, key))["id"].to_list()}


def _body(event: Event) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(event.canonical)["body"]
    return body


def _looked(event: Event) -> Looked:
    told = _body(event)
    return Looked(
        event.seq, event.at, event.actor, tuple(told["roles"]), told["purpose"], told["note"],
        told["what"], tuple(told["entries"]), len(told["subjects"]),
    )  # fmt: skip
