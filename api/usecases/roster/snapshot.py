"""Everything a roster is made from, copied out in one short read. Nobody is named in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import polars as pl

from api.usecases.context import Context
from graphcore.domain.forces import RosterState
from graphcore.domain.tables import Schema
from graphcore.store.port import ReadUnit

_S, _I = pl.String(), pl.Int64()
_LABELS = {
    "organizations": "Organization", "teams": "Team", "volunteers": "Volunteer",
    "equipment": "Equipment", "claims": "Claim", "tasks": "Task", "slots": "Slot",
    "villages": "Village", "shelters": "Shelter", "townships": "Township",
    "warehouses": "Warehouse", "roads": "Road", "households": "Household",
    "statuses": "HardshipStatus", "dwellings": "Dwelling", "stays": "ShelterStay",
    "items": "SupplyItem",
}  # fmt: skip
_TOLD = ("organizations", "teams", "volunteers", "equipment", "claims", "tasks", "slots", "roads")
_HOMES: Schema = {"village": _S, "township": _S}
_BROUGHT: Schema = {"point": _S, "day": _I, "item": _S, "quantity": _I}
NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Snapshot:
    """Node frames as they stood, the relief plan in force and the roster in force."""

    organizations: pl.DataFrame
    teams: pl.DataFrame
    volunteers: pl.DataFrame
    equipment: pl.DataFrame
    claims: pl.DataFrame
    tasks: pl.DataFrame
    slots: pl.DataFrame
    villages: pl.DataFrame
    shelters: pl.DataFrame
    townships: pl.DataFrame
    warehouses: pl.DataFrame
    roads: pl.DataFrame
    households: pl.DataFrame
    statuses: pl.DataFrame
    dwellings: pl.DataFrame
    stays: pl.DataFrame
    items: pl.DataFrame
    homes: pl.DataFrame  # village, township
    brought: pl.DataFrame  # point, day, item, quantity: what the relief plan delivers
    orders: pl.DataFrame  # Assignment nodes of the roster in force
    plan: dict[str, Any]  # the relief plan in force, {} if none
    base: dict[str, Any]  # the roster in force, {} if none
    number: int  # highest number of a roster
    district: str

    @property
    def digest(self) -> str:
        """SHA-256 over what people and offices told of forces, tasks, roads and orders under way."""
        return digest({name: getattr(self, name) for name in _TOLD} | {"orders": self.orders})


def digest(told: dict[str, pl.DataFrame]) -> str:
    """Return SHA-256 over frames, whatever their versions; tasks only if an office asked for them."""
    asked = told["tasks"].filter(pl.col("plan") == "")
    mine = pl.col("task").is_in(asked["id"].implode())
    frames = {**told, "tasks": asked, "slots": told["slots"].filter(mine)}
    total = hashlib.sha256()
    for name in sorted(frames):
        total.update(name.encode() + frames[name].drop("version").write_json().encode())
    return total.hexdigest()


def told_now(unit: ReadUnit, roster: str) -> dict[str, pl.DataFrame]:
    """Return what is told now, to compare with a roster's digest; ``roster``: its base."""
    return {n: unit.nodes(_LABELS[n]) for n in _TOLD} | {"orders": orders_of(unit, roster)}


def take(ctx: Context, base: str | None = None) -> Snapshot:
    """Copy out what a roster of the district needs; ``base`` None = the roster in force."""
    return ctx.store.read(lambda unit: read(unit, ctx.district, base))


def read(unit: ReadUnit, district: str, wanted: str | None = None) -> Snapshot:
    """Return the snapshot within a unit."""
    plans = unit.rows("planning.current", district=district)
    plan = unit.nodes("Plan", [str(plans[0]["id"])]).row(0, named=True) if plans else NOTHING
    base = current(unit, district) if wanted is None else _roster(unit, wanted)
    rows = unit.rows("rosters.numbers", district=district)
    frames = {name: unit.nodes(label) for name, label in _LABELS.items()}
    return Snapshot(
        **frames, homes=unit.table("planning.homes", _HOMES),
        brought=unit.table("rosters.brought", _BROUGHT, plan=str(plan.get("id", ""))),
        orders=orders_of(unit, str(base.get("id", ""))), plan=plan, base=base,
        number=int(str(rows[0]["number"] or 0)) if rows else 0, district=district,
    )  # fmt: skip


def _roster(unit: ReadUnit, key: str) -> dict[str, Any]:
    found = unit.nodes("Roster", [key])
    return found.row(0, named=True) if found.height else NOTHING


def current(unit: ReadUnit, district: str) -> dict[str, Any]:
    """Return the approved roster of the district, {} if there is none."""
    found = unit.nodes("Roster").filter(
        (pl.col("district") == district) & (pl.col("state") == RosterState.APPROVED.value)
    )
    return found.sort("number").tail(1).row(0, named=True) if found.height else NOTHING


def orders_of(unit: ReadUnit, roster: str) -> pl.DataFrame:
    """Return the Assignment nodes of a roster, by id."""
    return unit.nodes(
        "Assignment", [str(r["id"]) for r in unit.rows("rosters.orders", roster=roster)]
    )
