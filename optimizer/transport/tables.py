"""Column schemas of transport: what is to be moved, by what, and the finished routes.

Days are offsets from the plan's first day (0-based); times are whole minutes of that day. A missing
string is ``""``, never null.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema

_S, _I = pl.String(), pl.Int64()

LOADS: Schema = {
    "load": _S,
    "warehouse": _S,
    "point": _S,
    "mode": _S,  # Mode of the last leg
    "day": _I,
    "item": _S,
    "units": _I,
    "weight_g": _I,  # per unit
    "volume_ml": _I,  # per unit
    "worth": _I,  # per unit: what stays behind when not everything can go
    "cold": pl.Boolean(),  # spoils unless it is kept cold on the way; empty = no
}
"""What a plan sends, households taken together."""

VEHICLES: Schema = {
    "vehicle": _S,
    "day": _I,
    "mode": _S,
    "base": _S,  # place where it loads: a warehouse or a transfer
    "capacity_kg": _I,
    "capacity_l": _I,
    "gross_kg": _I,  # loaded weight, for roads with a limit; 0 = not known: takes none of them
    "start": _I,  # its shift
    "end": _I,
    "hours": _I,  # minutes from first loading to last return
    "trips": _I,  # most on the day
    "convoy": _S,  # vehicles of a base and mode with the same name go together; "" = alone
    "cold": pl.Boolean(),  # keeps goods cold; empty = nobody was asked, counts as able
}
"""What can go, one row a vehicle and day."""

PLACES: Schema = {
    "place": _S,  # warehouse, delivery point or transfer
    "node": _S,  # place code in the road table
    "opens": _I,
    "closes": _I,  # unloading is done, or the trip has left, by then
    "together": _I,  # fewer vehicles than this do not go there; 1 = a single one may
}
"""Where things are, and when they may be entered."""

TRANSFERS: Schema = {
    "transfer": _S,  # a place
    "mode": _S,  # Mode that goes on from there
}
"""Where goods change from truck to boat, helicopter or bearers."""

STOPS: Schema = {
    "vehicle": _S,
    "day": _I,
    "trip": _I,
    "stop": _I,  # 0 = loading at the base; the last is the return
    "kind": _S,  # load, deliver, return
    "place": _S,
    "arrive": _I,
    "leave": _I,
    "minutes": _I,  # of the leg that leads here, rests not included
    "rests": _I,  # minutes of rest on that leg
    "path": pl.List(pl.String()),  # place codes from the last stop to here
}
"""Where each vehicle is, and when."""

DROPS: Schema = {
    "vehicle": _S,
    "day": _I,
    "trip": _I,
    "stop": _I,
    "load": _S,
    "parcel": _S,  # joins the two legs of a parcel that changes vehicle
    "leg": _S,  # direct, feeder (to a transfer), final (from it)
    "units": _I,
}
"""What is unloaded at each stop."""

LEFT: Schema = {"load": _S, "units": _I, "reason": _S, "detail": _S}
"""What no vehicle takes, each with what binds it; detail is JSON. units = dropped + left."""

HEADS: Schema = {
    "vehicle": _S,
    "day": _I,
    "trip": _I,  # in the order of travel; trips that begin so come before all others
    "stop": _I,  # in the order of travel
    "load": _S,
    "units": _I,
}
"""First stops of trips that are to stay as they are: which vehicle brings what there, in order."""

CUTS: Schema = {
    "kind": _S,  # way: the pair is closed; capacity: the fleet carries no more; item: too large
    "warehouse": _S,
    "mode": _S,
    "day": _I,
    "point": _S,  # "" for a capacity
    "item": _S,  # "" but for kind item
    "capacity_kg": _I,
    "capacity_l": _I,
    "reason": _S,
}
"""What the allocation has to respect the next time."""
