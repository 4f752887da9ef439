"""Column schemas of the restocking problem and its plan.

Money is whole fen, quantities are whole units, times are whole minutes, dates are ISO strings.
Every figure is handed in, dated and sourced by who hands it in; none lives in code.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema

_S, _I, _B, _F = pl.String(), pl.Int64(), pl.Boolean(), pl.Float64()

KINDS = ("physical", "agreement", "capacity")
"""On the shelf; held by a supplier under contract; production that a maker keeps ready."""

SITES: Schema = {
    "site": _S,
    "capacity_l": _I,  # litres of shelf space
    "opening_fen": _I,  # what opening it costs; 0 for a site that is open
    "candidate": _B,  # not open yet: the plan may open it
}
GOODS: Schema = {
    "item": _S,
    "volume_ml": _I,
    "weight_g": _I,
    "deadline_min": _I,  # a unit that arrives later serves nobody
    "wait_fen_per_hour": _I,  # what an hour of waiting for one unit is counted at
}
OPTIONS: Schema = {
    "site": _S,
    "item": _S,
    "kind": _S,  # KINDS
    "unit_fen": _I,  # price, retainer or readiness fee of one unit over the plan's horizon
    "call_fen": _I,  # paid for each unit that a disaster calls
    "delay_min": _I,  # from the call to the site's gate
    "lead_days": _I,  # from the purchase to when it can be called
    "most": _I,  # most units that may be bought in all
}
"""What may be bought: one row a (site, item, kind)."""

STOCK: Schema = {
    "lot": _S,
    "site": _S,
    "item": _S,
    "kind": _S,
    "quantity": _I,
    "expires_on": _S,  # last day on which it may be handed over; "" = never
}
DATES: Schema = {"buys_on": _S, "budget_fen": _I}
"""Purchase dates with the money that becomes free on each; what is left carries over."""

LANES: Schema = {"origin": _S, "target": _S, "fen_per_kg": _I}
"""Pairs of sites between which stock may be moved before the season."""

SCENARIOS: Schema = {
    "scenario": _S,
    "type": _S,
    "intensity": _I,
    "probability": _F,  # of the horizon; all add up to 1, a quiet one included
    "strikes_on": _S,
    "source": _S,  # who says so
}
HITS: Schema = {
    "scenario": _S,
    "township": _S,
    "item": _S,
    "priority": _I,  # 1 = first; a township may have several
    "quantity": _I,
    "short_fen": _I,  # what one missing unit is counted at
}
WAYS: Schema = {"scenario": _S, "site": _S, "township": _S, "minutes": _I}
"""Surviving ways; a missing row means that none survives."""

DAMAGE: Schema = {"scenario": _S, "site": _S, "kept_permille": _I}
"""What a hit site keeps of its stock; a missing row means all."""

TARGETS: Schema = {"site": _S, "item": _S, "kind": _S, "today": _I, "target": _I}
PURCHASES: Schema = {
    "buys_on": _S,
    "site": _S,
    "item": _S,
    "kind": _S,
    "quantity": _I,
    "cost_fen": _I,
    "callable_on": _S,  # from when a disaster may call it
}
TRANSFERS: Schema = {
    "origin": _S,
    "target": _S,
    "item": _S,
    "quantity": _I,
    "cost_fen": _I,
    "gain_fen": _I,  # rise of expected loss and risk if this transfer alone is left out
}
ROTATION: Schema = {
    "lot": _S,
    "site": _S,
    "item": _S,
    "quantity": _I,
    "expires_on": _S,
    "use_by": _S,  # last day to hand it out, sell or exchange it
    "replaced": _I,  # units bought at the site for it, by the plan
    "last_lost_on": _S,  # latest scenario that could no longer use it, "" = none
}
OPENINGS: Schema = {"site": _S, "open": _B, "cost_fen": _I}
SPENDING: Schema = {"buys_on": _S, "free_fen": _I, "spent_fen": _I}
