"""What a plan was made from, packed with it: roads, lots, donations, vehicles, ways."""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Mapping

import polars as pl

from api.usecases.planning.snapshot import Snapshot
from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    FLOORS,
    ITEMS,
    LINES,
    LOTS,
    MARKETS,
    SWAPS,
    Schema,
    completed,
    empty,
)
from optimizer.problem import Problem

_KEPT: Mapping[str, tuple[str, ...]] = {
    "roads": ("id", "code", "a", "b", "minutes", "modes", "state", "weight_limit_kg",
              "repaired_on"),
    "stock": ("id", "code", "warehouse", "item", "on_hand", "arrives_on", "expires_on", "owner",
              "authority", "hold", "donation", "min_units"),
    "donations": ("id", "code", "only_townships", "only_groups", "redirect_consent",
                  "only_needs", "surplus", "received_on"),
    "vehicles": ("id", "warehouse", "mode", "vehicles", "capacity_kg", "capacity_l",
                 "trips_per_day"),
}  # fmt: skip
_FROM = {"roads": "roads", "stock": "lots", "donations": "donations", "vehicles": "fleet"}
_TABLES: Mapping[str, Schema] = {
    "lots": LOTS, "items": ITEMS, "access": ACCESS, "fleet": FLEET, "swaps": SWAPS,
    "markets": MARKETS, "floors": FLOORS, "pinned": LINES,
}  # fmt: skip

Facts = Mapping[str, pl.DataFrame]
"""Tables by name: of the graph (`_KEPT`) and of the problem (`_TABLES`)."""


def facts(snapshot: Snapshot, problem: Problem) -> Facts:
    """Return what a plan rests on, but for needs: its own lines and shortfalls tell these."""
    graph = {
        name: getattr(snapshot, _FROM[name]).select(columns) for name, columns in _KEPT.items()
    }
    return graph | {name: _table(problem, name, s) for name, s in _TABLES.items()}


def _table(problem: Problem, name: str, schema: Schema) -> pl.DataFrame:
    table: pl.DataFrame | None = getattr(problem, name)
    return empty(schema) if table is None else completed(table, schema)


def pack(snapshot: Snapshot, problem: Problem) -> str:
    """Return the facts as compressed text; no personal data is among them."""
    told = {name: table.write_json() for name, table in facts(snapshot, problem).items()}
    raw = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    return base64.b85encode(zlib.compress(raw, 6)).decode()


def unpack(payload: str, like: Facts) -> Facts:
    """Return packed facts, with the types of ``like``."""
    told: dict[str, str] = json.loads(zlib.decompress(base64.b85decode(payload)))
    return {
        name: pl.read_json(io.StringIO(told[name]), schema=dict(table.schema))
        if told[name] != "[]" else table.clear()
        for name, table in like.items()
    }  # fmt: skip


def kept(payload: str, name: str) -> pl.DataFrame:
    """Return one of a plan's tables (`_TABLES`), empty where nothing was kept."""
    none = empty(_TABLES[name])
    return unpack(payload, {name: none})[name] if payload else none
