"""The graph's main lists, page by page, each cut to the actor's scope."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, Row, Value


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: who may read it, the field that orders it, whether it lies within a plan."""

    operation: Operation
    key: str = "id"
    of_plan: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Which page: at most ``limit`` rows behind ``cursor``; "" filters nothing.

    ``state`` filters by the list's own state (roster state, hold, basic need, stage, reason).
    """

    limit: int = 100
    cursor: str = ""
    township: str = ""
    state: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of their key; ``next`` is the cursor of the next page, "" at the end."""

    rows: tuple[Row, ...]
    next: str


LISTS: Final[Mapping[str, Listing]] = {
    "townships": Listing(Operation.READ_PLACES, key="code"),
    "villages": Listing(Operation.READ_PLACES, key="code"),
    "households": Listing(Operation.READ_CASES),
    "disasters": Listing(Operation.READ_PLACES),
    "programmes": Listing(Operation.READ_PLACES),
    "organizations": Listing(Operation.READ_PLACES),
    "donations": Listing(Operation.READ_SUPPLY),
    "warehouses": Listing(Operation.READ_SUPPLY),
    "lots": Listing(Operation.READ_SUPPLY),
    "needs": Listing(Operation.READ_CASES),
    "plans": Listing(Operation.READ_PLAN),
    "lines": Listing(Operation.READ_PLAN, of_plan=True),
    "shortfalls": Listing(Operation.READ_PLAN, of_plan=True),
    "trips": Listing(Operation.READ_PLAN, of_plan=True),
    "cargo": Listing(Operation.READ_PLAN, of_plan=True),
}


def page(ctx: Context, actor: Actor, name: str, ask: Ask) -> Page:
    """Return one page of a list, only of places within the actor's scope.

    Raises:
        Forbidden: the actor may not read the list, or the township is out of scope.
        InputError: the cursor is not one of this list.
        NotFound: there is no such plan.
    """
    listing = LISTS[name]
    authorise(actor, listing.operation, ask.township)
    after = after_of(name, ask)
    given = {"after": after, "limit": ask.limit + 1, "scope": actor.scope,
             "township": ask.township, "state": ask.state, "plan": ask.plan}  # fmt: skip

    def read(unit: ReadUnit) -> list[Row]:
        if listing.of_plan:
            _plan_row(unit, ask.plan)
        return unit.rows(f"lists.{name}", **{k: given[k] for k in _PARAMETERS[name]})

    found = ctx.store.read(read)
    rows = tuple(found[: ask.limit])
    more = len(found) > ask.limit
    return Page(rows, cursor_of(name, ask, str(rows[-1][listing.key])) if more else "")


def plan_summary(ctx: Context, actor: Actor, plan: str) -> Row:
    """Return a plan with its goals, and its totals within the actor's scope.

    Raises:
        Forbidden: the actor may not read plans.
        NotFound: there is no such plan, or it was never published.
    """
    authorise(actor, Operation.READ_PLAN)

    def read(unit: ReadUnit) -> Row:
        row = _plan_row(unit, plan)
        lines = unit.rows("lists.plan_lines_total", plan=plan, scope=actor.scope)
        missing = unit.rows("lists.plan_shortfalls_total", plan=plan, scope=actor.scope)
        goals: Value = json.loads(str(row["goals"] or "[]"))
        totals: dict[str, Value] = {"lines": _dicts(lines), "shortfalls": _dicts(missing)}
        aims: Value = json.loads(str(row["aims"] or "[]"))
        floors: Value = json.loads(str(row["floors"] or "[]"))
        return {**row, "aims": aims, "floors": floors, "goals": goals, **totals}

    return ctx.store.read(read)


def _dicts(rows: list[Row]) -> Value:
    return list(rows)


def _plan_row(unit: ReadUnit, plan: str) -> Row:
    rows = unit.rows("lists.plan", plan=plan)
    if not rows:
        raise NotFound(
            say("没有编号为 {plan} 的方案。", plan=plan), say("请用方案列表查询现有方案的编号。")
        )
    return rows[0]


_PLACE = ("after", "limit", "scope", "township")
_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "townships": _PLACE,
    "villages": _PLACE,
    "households": (*_PLACE, "state"),
    "disasters": ("after", "limit", "state"),
    "programmes": ("after", "limit", "state"),
    "organizations": ("after", "limit"),
    "donations": ("after", "limit"),
    "warehouses": _PLACE,
    "lots": (*_PLACE, "state"),
    "needs": (*_PLACE, "state"),
    "plans": ("after", "limit", "state"),
    "lines": (*_PLACE, "state", "plan"),
    "shortfalls": (*_PLACE, "state", "plan"),
    "trips": (*_PLACE, "state", "plan"),
    "cargo": (*_PLACE, "plan"),
}


def cursor_of(name: str, ask: Ask, last: str) -> str:
    """Return an opaque cursor that is good only for the same list and filters."""
    raw = json.dumps([name, ask.township, ask.state, ask.plan, last], separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def after_of(name: str, ask: Ask) -> str:
    """Return the key behind which a cursor's page begins, "" for the first page.

    Raises:
        InputError: the cursor is not one of this list and these filters.
    """
    if not ask.cursor:
        return ""
    try:
        padded = ask.cursor + "=" * (-len(ask.cursor) % 4)
        *of, last = json.loads(urlsafe_b64decode(padded.encode()))
        str(last).encode()  # half a surrogate pair is JSON, but no text that an engine takes
    except (ValueError, TypeError):
        of, last = [], ""
    if of != [name, ask.township, ask.state, ask.plan] or not isinstance(last, str):
        raise InputError(
            say("翻页标记 cursor 不属于这个列表。"),
            say("请不带 cursor 从第一页查起，并保持筛选条件不变。"),
            field="cursor",
        )
    return last
