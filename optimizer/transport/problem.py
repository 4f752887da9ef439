"""What transport is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from graphcore.policy.rulebook import Rulebook
from optimizer.transport.router import NO_REST, Rest


@dataclass(frozen=True, slots=True)
class Handling:
    """Minutes of handling, by `Mode` value where they differ. Policy's come from `handling_of`."""

    load: Mapping[str, int]  # at the base, before each trip
    stop: Mapping[str, int]  # at each stop, whatever is unloaded
    tonne: Mapping[str, int]  # unloading 1,000 kg
    transfer: int = 0  # from unloaded at a transfer to ready for the next vehicle
    rest: Rest = NO_REST  # at the wheel
    foot_minutes: int | None = None  # longest walk one way

    def unload(self, mode: str, grams: int) -> int:
        """Return the minutes that unloading takes, the stop's own not included."""
        return -(-grams * self.tonne.get(mode, 0) // 1_000_000)


def handling_of(rulebook: Rulebook, day: date) -> Handling:
    """Return the handling times in force on a day.

    Raises:
        NoRuleInForce: a figure has no value on the day.
    """

    def at(name: str) -> Mapping[str, int]:
        return {str(k): int(v) for k, v in rulebook.at(name, day).value.items()}

    def figure(name: str) -> int:
        return int(rulebook.at(name, day).value)

    return Handling(
        at("transport.load_minutes"),
        at("transport.stop_minutes"),
        at("transport.unload_minutes_tonne"),
        figure("transport.transfer_minutes"),
        Rest(figure("transport.drive_minutes"), figure("transport.rest_minutes")),
        figure("network.foot_minutes"),
    )


@dataclass(frozen=True)
class Problem:
    """Loads, vehicles and roads; frames have the schemas of `optimizer.transport.tables`."""

    loads: pl.DataFrame
    vehicles: pl.DataFrame
    places: pl.DataFrame
    roads: pl.DataFrame  # graphcore.network ROADS
    first_on: date  # calendar day of day 0
    handling: Handling
    transfers: pl.DataFrame | None = None
    attach: pl.DataFrame | None = None  # graphcore.network ATTACH
    heads: pl.DataFrame | None = None  # HEADS: what routing must leave as it is
    known: pl.DataFrame | None = None  # HEADS: trips to begin the search from, free to change


@dataclass(frozen=True)
class Routes:
    """Finished routes. ``by_clock``: a stop by the clock may have decided them."""

    stops: pl.DataFrame  # STOPS
    drops: pl.DataFrame  # DROPS
    left: pl.DataFrame  # LEFT
    cuts: pl.DataFrame  # CUTS
    by_clock: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
