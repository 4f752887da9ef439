"""What restocking starts from, copied out in one short read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import polars as pl

from api.usecases.context import Context
from graphcore.store.port import ReadUnit

_S, _I = pl.String(), pl.Int64()
STRIKES = {"scenario": _S, "township": _S, "intensity": _I, "persons": _I, "relocated": _I,
           "roofless": _I}  # fmt: skip
LOSSES = {"scenario": _S, "facility": _S, "kept_permille": _I}
_LABELS = {
    "scenarios": "Scenario",
    "offers": "ReserveOffer",
    "budgets": "ReserveBudget",
    "warehouses": "Warehouse",
    "lots": "StockLot",
    "roads": "Road",
    "townships": "Township",
    "households": "Household",
    "persons": "Person",
    "statuses": "HardshipStatus",
}


@dataclass(frozen=True)
class Reserves:
    """Node frames as they stood, and what scenarios do to places."""

    scenarios: pl.DataFrame
    offers: pl.DataFrame
    budgets: pl.DataFrame
    warehouses: pl.DataFrame
    lots: pl.DataFrame
    roads: pl.DataFrame
    townships: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    statuses: pl.DataFrame
    strikes: pl.DataFrame  # STRIKES
    roads_lost: pl.DataFrame  # LOSSES
    stores_hit: pl.DataFrame  # LOSSES
    district_name: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it: the same data give the same digest."""
        total = hashlib.sha256()
        for f in fields(self):
            value = getattr(self, f.name)
            text = value.write_json() if isinstance(value, pl.DataFrame) else str(value)
            total.update(f.name.encode() + text.encode())
        return total.hexdigest()


def take(ctx: Context) -> Reserves:
    """Copy out what restocking needs."""
    return ctx.store.read(lambda unit: _read(unit, ctx.district))


def _read(unit: ReadUnit, district: str) -> Reserves:
    frames = {name: unit.nodes(label) for name, label in _LABELS.items()}
    home = unit.nodes("District", [district])
    return Reserves(
        **frames, strikes=unit.table("reserves.strikes", STRIKES),
        roads_lost=unit.table("reserves.roads_lost", LOSSES),
        stores_hit=unit.table("reserves.stores_hit", LOSSES),
        district_name=str(home["name"][0]) if home.height else "",
    )  # fmt: skip
