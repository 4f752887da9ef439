"""Lists of social forces and rosters, page by page, each cut to what the actor sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.lists import Ask, Page, after_of, cursor_of
from api.usecases.roster.sight import Sight
from api.usecases.roster.view import find_roster, roster_view
from graphcore.domain.actor import Actor
from graphcore.store.port import ReadUnit, Row

NOBODY: Final = "-"
"""A scope, or an organisation, that nothing has."""

_SEEN = ("after", "limit", "township", "state", "scope")
_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "volunteers": (*_SEEN, "own"),
    "equipment": (*_SEEN, "own"),
    "tasks": ("after", "limit", "township", "state"),
    "rosters": ("after", "limit", "state", "district"),
    "assignments": (*_SEEN, "own", "roster"),
    "openings": (*_SEEN, "roster"),
}
FORCES: Final = tuple(_PARAMETERS)
"""Names of the lists; the last two lie within a roster, whose id ``Ask.plan`` holds."""


def forces_page(ctx: Context, actor: Actor, name: str, ask: Ask) -> Page:
    """Return one page of a list, only of what the actor sees.

    Raises:
        Forbidden: the actor may not read the list.
        InputError: the cursor is not one of this list.
        NotFound: there is no such roster.
    """
    authorise(actor, Operation.READ_FORCES)
    sight = Sight.of(actor)
    given = {
        "after": after_of(name, ask), "limit": ask.limit + 1, "township": ask.township,
        "state": ask.state, "district": ctx.district, "roster": ask.plan,
        "scope": NOBODY if sight.places is None else sight.places, "own": sight.organization or NOBODY,
    }  # fmt: skip

    def read(unit: ReadUnit) -> list[Row]:
        if ask.plan:
            find_roster(unit, ctx.district, ask.plan)
        return unit.rows(f"rosters.list_{name}", **{k: given[k] for k in _PARAMETERS[name]})

    found = ctx.store.read(read)
    rows = tuple(found[: ask.limit])
    more = len(found) > ask.limit
    return Page(rows, cursor_of(name, ask, str(rows[-1]["id"])) if more else "")


def roster_summary(ctx: Context, actor: Actor, roster: str) -> dict[str, Any]:
    """Return a roster with its goals, and its totals within what the actor sees.

    Raises:
        Forbidden: the actor may not read rosters.
        NotFound: there is no such roster.
    """
    view = roster_view(ctx, actor, roster)
    going = view.going
    states = going.group_by("progress").len().sort("progress")
    return {
        **view.roster, "goals": view.goals, "orders": going.height,
        "volunteers": going["volunteer"].n_unique(),
        "progress": [{"state": s, "orders": n} for s, n in states.iter_rows()],
        "openings": view.openings.group_by("reason").agg(pl.col("missing").sum()).sort(
            "reason").to_dicts(),
    }  # fmt: skip
