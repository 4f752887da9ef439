"""A roster as people look at it: orders, equipment, openings, with words for ids; nobody is named."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.roster.sight import Sight
from api.usecases.roster.snapshot import orders_of
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.forces import RosterState
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit


@dataclass(frozen=True)
class RosterView:
    """A roster with the frames that screens, files and answers are made from."""

    roster: dict[str, Any]
    goals: list[dict[str, Any]]
    orders: pl.DataFrame  # Assignment nodes
    gear: pl.DataFrame  # GearOrder nodes
    openings: pl.DataFrame  # Opening nodes
    tasks: pl.DataFrame  # Task nodes that the roster knows
    slots: pl.DataFrame  # Slot nodes of them
    volunteers: pl.DataFrame  # Volunteer nodes
    equipment: pl.DataFrame  # Equipment nodes
    names: dict[str, str]  # id or code → what people call it
    codes: dict[str, str]  # id → the number in the user's own files

    @property
    def going(self) -> pl.DataFrame:
        """Orders of people who set out."""
        return self.orders.filter(pl.col("state") == "go")


def roster_view(ctx: Context, actor: Actor, roster: str = "") -> RosterView:
    """Return a roster ("" = the approved one, or else the newest), cut to what the actor may see.

    A coordinator sees the own organisation's people, a township's clerk those who come there.

    Raises:
        NotFound: no such roster, or none yet.
    """
    authorise(actor, Operation.READ_FORCES)
    view = ctx.store.read(lambda unit: _view(unit, ctx.district, roster))
    return _cut(view, Sight.of(actor))


def _view(unit: ReadUnit, district: str, wanted: str) -> RosterView:
    row = find_roster(unit, district, wanted)
    key = str(row["id"])
    orders = orders_of(unit, key)
    gear = unit.nodes("GearOrder", [str(r["id"]) for r in unit.rows("rosters.gear", roster=key)])
    openings = unit.nodes(
        "Opening", [str(r["id"]) for r in unit.rows("rosters.openings", roster=key)]
    )
    known = pl.concat([t["task"] for t in (orders, gear, openings)]).unique().sort()
    return RosterView(
        roster=row, goals=json.loads(str(row["goals"])), orders=orders, gear=gear,
        openings=openings, tasks=unit.nodes("Task", known.to_list()),
        slots=unit.nodes("Slot").filter(pl.col("task").is_in(known.implode())),
        volunteers=unit.nodes("Volunteer"), equipment=unit.nodes("Equipment"),
        names=_names(unit), codes=_codes(unit),
    )  # fmt: skip


def find_roster(unit: ReadUnit, district: str, wanted: str) -> dict[str, Any]:
    """Return a roster node by id or number; "" = approved, else newest.

    Raises:
        NotFound: no such roster.
    """
    rosters = unit.nodes("Roster").filter(pl.col("district") == district).sort("number")
    approved = rosters.filter(pl.col("state") == RosterState.APPROVED.value)
    if wanted:
        rosters = rosters.filter(
            (pl.col("id") == wanted) | (pl.col("number").cast(pl.String()) == wanted)
        )
    elif approved.height:
        rosters = approved
    if rosters.is_empty():
        raise NotFound(say("没有找到排班 {roster}。", roster=wanted),
                       say("请先运行 doudi roster make。"))  # fmt: skip
    return rosters.tail(1).row(0, named=True)


def _names(unit: ReadUnit) -> dict[str, str]:
    names: dict[str, str] = {}
    for label in ("Township", "Village", "Shelter", "Organization", "Team", "Skill"):
        nodes = unit.nodes(label)
        names |= dict(zip(nodes[nodes.columns[0]], nodes["name"].fill_null(""), strict=True))
    return names


def _codes(unit: ReadUnit) -> dict[str, str]:
    codes: dict[str, str] = {}
    for label in ("Volunteer", "Equipment", "Task"):
        nodes = unit.nodes(label).filter(pl.col("code") != "")
        codes |= dict(zip(nodes["id"], nodes["code"], strict=True))
    return codes


def _cut(view: RosterView, sight: Sight) -> RosterView:
    at, own = sight.at(), sight.own()
    orders = view.orders.filter(at | own)
    seen = pl.col("id").is_in(orders["volunteer"].implode())
    return replace(
        view, orders=orders, gear=view.gear.filter(at | pl.col("task").is_in(orders["task"].implode())),
        openings=view.openings.filter(at), volunteers=view.volunteers.filter(seen | at | own),
        equipment=view.equipment.filter(at | own),
    )  # fmt: skip
