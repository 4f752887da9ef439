"""Column schemas of the tables that pass between stages.

Bulk stages pass polars frames, since a million households as objects cost gigabytes. All
quantities are whole units, days are offsets from the plan's first day (0-based), dates are ISO
strings, times integer UTC microseconds. A missing string is ``""``, never null, unless noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import polars as pl

Schema: TypeAlias = Mapping[str, pl.DataType]

_S, _I, _B, _L = pl.String(), pl.Int64(), pl.Boolean(), pl.List(pl.String())

SUBJECTS: Schema = {
    "subject": _S,  # household id, or headcount id
    "anonymous": _B,  # a headcount: people without names yet
    "village": _S,  # 12-digit code of residence
    "township": _S,  # code of the township in which the delivery point lies
    "point": _S,  # delivery point where they are now
    "point_kind": _S,  # PointKind
    "state": _S,  # RosterState
    "persons": _I,  # at least 1
    "households": _I,  # 1; of a headcount, the households it stands for
    "infants": _I,
    "children": _I,  # 3 to 17
    "elders": _I,
    "roofless": _I,  # persons whose house collapsed or is severely damaged
    "damage": _S,  # HouseDamage
    "relocated": _B,  # away from home now (shelter or elsewhere)
    "cut_off": _B,  # the point cannot be reached by road
    "intensity": _I,  # hazard intensity of the township of residence, 0 to 100
    "groups": _L,  # HardshipGroup values valid on the day
}
"""Who is counted, one row a household or headcount: what entitlement is computed from."""

FACTS: Schema = {"subject": _S, "person": _S, "fact": _S}  # MedicalFact
"""Medical facts of persons: read for computing needs, never logged or exported."""

NEEDS: Schema = {
    "need": _S,  # id, the same for every day of a daily need
    "subject": _S,
    "anonymous": _B,
    "point": _S,
    "township": _S,
    "item": _S,
    "basic": _S,  # BasicNeed
    "day": _I,  # due day; a daily need has a row for each day
    "daily": _B,  # lost if missed (food, water); a durable may come late
    "quantity": _I,  # units due, greater than 0
    "survival": _B,  # part of the survival floor: counted for every person alike
    "tier": _I,  # 1 = priority groups, 2 = everyone else
    "weight": _I,  # goal 3, permille: hardship x how hard the area was hit
    "groups": _L,  # the subject's hardship groups, for donor intent
}
"""What is owed, one row a (need, day): unique."""

REFERRALS: Schema = {
    "referral": _S,
    "subject": _S,
    "person": _S,
    "township": _S,
    "service": _S,  # code of a medical service that goods cannot meet
    "due_at": _I,  # deadline, UTC microseconds
    "cites": _S,  # rulebook citation
}
"""Services to arrange: what goods cannot meet."""

LOTS: Schema = {
    "lot": _S,
    "item": _S,
    "warehouse": _S,
    "quantity": _I,  # available units: on hand minus reserved
    "arrives_day": _I,  # 0 = here now
    "expires_day": _I,  # last day on which it may be handed over; NEVER if none
    "commanded": _B,  # the bureau may dispatch it; otherwise lines on it are requests
    "hold": _S,  # Hold
    "only_townships": _L,  # donor intent; empty = any
    "only_groups": _L,  # donor intent (HardshipGroup); empty = any
    "donation": _S,  # "" = public stock
    "only_items": _L,  # donor intent: items of the needs that it may serve; empty = any
    "min_units": _I,  # a delivery to a township on a day takes at least so many, or none
    "surplus": _B,  # its donor agreed: what its purpose leaves over may go to others
    "project": _S,  # name of the project that it was given for, "" if none
}
"""What exists, by lot."""

SWAPS: Schema = {
    "swap": _S,  # name of the rule
    "need_item": _S,  # the item that is owed
    "item": _S,  # the item that is given instead
    "give": _I,  # units of `item` ...
    "of": _I,  # ... that stand for so many units of `need_item`
    "most_permille": _I,  # of a township's units of the item due on a day, at most
    "market": _B,  # only where a market works (MARKETS)
}
"""What may be given instead of what, and at which rate. One row a rule; several for one pair."""

KITS: Schema = {
    "kit": _S,  # item that is handed over whole
    "item": _S,  # item that is owed
    "units": _I,  # of the owed item in one kit
}
"""What a kit holds, one row an item: a household that gets it has each of these needs met."""

MARKETS: Schema = {"township": _S, "from_day": _I}
"""Townships where a market works, from a day on: there, money can stand for goods."""

FLOORS: Schema = {
    "floor": _S,  # what the dispatcher wrote
    "township": _S,  # code; "*" = each by itself; "" = all together
    "group": _S,  # HardshipGroup; "" = everybody
    "item": _S,  # code; "*" = each by itself; "" = all together
    "permille": _I,  # of what is owed in the plan's days, at least
}
"""Equity floors that the dispatcher states."""

NEVER = 1_000_000
"""`expires_day` of goods that do not expire within any horizon."""

ITEMS: Schema = {
    "item": _S,
    "basic": _S,
    "weight_g": _I,  # per unit
    "volume_ml": _I,
    "cold": _B,  # spoils unless it is kept cold on the way
}
"""Supply items that the plan may use."""

ACCESS: Schema = {
    "warehouse": _S,
    "point": _S,
    "mode": _S,  # Mode
    "minutes": _I,  # one way, loading not included
    "from_day": _I,  # first day on which the way is open
}
"""Ways from a warehouse to a delivery point; a missing row means no way."""

FLEET: Schema = {
    "warehouse": _S,
    "mode": _S,
    "day": _I,
    "capacity_kg": _I,
    "capacity_l": _I,
    "cold": _B,  # keeps goods cold on the way
}
"""What each warehouse can send out by each mode on each day, all vehicles and trips together."""

LINES: Schema = {
    "line": _S,
    "lot": _S,
    "item": _S,
    "warehouse": _S,
    "township": _S,
    "point": _S,
    "subject": _S,
    "need": _S,
    "day": _I,  # day of delivery
    "due_day": _I,  # day of the NEEDS row that it serves
    "quantity": _I,
    "mode": _S,
    "state": _S,  # LineState: firm or request
    "reason": _S,  # reason code, see optimizer.explain
    "need_item": _S,  # item of the need served; differs from `item` where a substitute is given
    "covers": _I,  # units of the need that are met; equals `quantity` where nothing is substituted
    "swap": _S,  # name of the substitution rule, "" if none; the kit's item where a kit is given
    "also": _L,  # needs that a kit meets besides: need, item, due day and units of one kit, by |
}
"""The plan's lines, to named households (or headcounts): what is handed over, once. See `met`."""

SHORTFALLS: Schema = {
    "shortfall": _S,
    "need": _S,
    "subject": _S,
    "township": _S,
    "point": _S,
    "item": _S,
    "day": _I,
    "quantity": _I,
    "tier": _I,
    "reason": _S,  # stock | road | vehicle | intent | expired | hold | requested | priority
    "detail": _S,  # JSON: ids and figures behind the reason
}
"""What remains unserved, each with what binds it. needed = lines + shortfalls, per NEEDS row."""

LEFT_OUT: Schema = {"lot": _S, "item": _S, "warehouse": _S, "quantity": _I, "reason": _S}
"""Lots (or parts) that the plan does not use: expired, hold, restricted, unreachable, no_need."""


OPTIONAL: Mapping[str, pl.Expr] = {
    "need_item": pl.col("item"),
    "covers": pl.col("quantity"),
    "swap": pl.lit(""),
    "also": pl.lit([], dtype=pl.List(pl.String())),
    "only_items": pl.lit([], dtype=pl.List(pl.String())),
    "surplus": pl.lit(value=False),
    "project": pl.lit(""),
    "cold": pl.lit(value=False),
    "min_units": pl.lit(1, dtype=pl.Int64),
}
"""What a column means that a table leaves out or empty: nothing substituted, no restriction."""


def completed(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return the table with its optional columns filled in, in the schema's order and types.

    Raises:
        ValueError: another column is missing or cannot be cast.
    """
    optional = {name: OPTIONAL[name] for name in schema if name in OPTIONAL}
    lacking = {n: value for n, value in optional.items() if n not in table.columns}
    full = table.with_columns(**lacking)
    return conform(full.with_columns(pl.col(n).fill_null(v) for n, v in optional.items()), schema)


def met(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row a need that the lines meet: a kit's line once for each of its contents.

    Sums of ``covers`` by need are taken over these rows, sums of ``quantity`` over the lines.
    """
    if "also" not in lines.columns:
        return lines
    given = lines.filter(pl.col("also").list.len() > 0)
    if given.is_empty():
        return lines
    part = pl.col("also").str.split("|").list
    more = given.explode("also", empty_as_null=False).with_columns(
        need=part.get(0), need_item=part.get(1), due_day=part.get(2).cast(_I),
        covers=pl.col("quantity") * part.get(3).cast(_I),
        also=pl.lit([], dtype=_L),
    )  # fmt: skip
    return pl.concat([lines, more.select(lines.columns)])


def empty(schema: Schema) -> pl.DataFrame:
    """Return a frame of the schema without rows."""
    return pl.DataFrame(schema=dict(schema))


def frame(schema: Schema, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return rows as a frame of exactly the schema's columns and types."""
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def conform(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return the table with the schema's columns, in its order, cast to its types.

    Raises:
        ValueError: a column is missing or cannot be cast: a fault of ours, not of the user's.
    """
    missing = [c for c in schema if c not in table.columns]
    if missing:
        raise ValueError(f"columns missing: {missing}")
    return table.select(pl.col(c).cast(t) for c, t in schema.items())
