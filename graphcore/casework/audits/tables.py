"""Column schemas of what the audits take and give."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema

_S, _I, _B, _L = pl.String(), pl.Int64(), pl.Boolean(), pl.List(pl.String())

HOMES: Schema = {
    "household": _S,  # id of a household, or of a headcount
    "village": _S,
    "township": _S,  # of residence
    "state": _S,  # RosterState
    "scope": _S,  # full | presumed | "" (no computed need)
    "damage": _S,  # HouseDamage
    "groups": _L,  # HardshipGroup values valid on the day
    "named_by": _L,  # forms of the records that name the household
    "hit": _B,  # its village or township was hit
    "persons": _I,
}
"""Every household of the district, and every headcount that still stands for people."""

OWED: Schema = {
    "need": _S,
    "household": _S,
    "item": _S,
    "basic": _S,
    "units": _I,  # needed over all days
    "received": _I,
    "since": _I,  # UTC microseconds: when it fell due
    "planned_for": _B,  # the plan in force was made from this need as it stands
    "stored": _B,  # the need is in the graph; otherwise it was computed just now
}

LINES_NOW: Schema = {"need": _S, "state": _S, "quantity": _I, "authority": _S}
"""Lines of the plan in force; ``authority`` commands the lot."""

SHORT_NOW: Schema = {"need": _S, "reason": _S, "quantity": _I}

SETTLED: Schema = {"household": _S, "basic": _S, "ruling": _S}
"""Determinations in force: this household does not need this basic need."""

ACCOUNTS: Schema = {
    "household": _S,
    "basic": _S,
    "need": _S,  # "" where nothing was computed
    "item": _S,
    "needed": _I,
    "received": _I,
    "planned": _I,
    "missing": _I,
    "not_needed": _I,
    "reason": _S,  # Missing: of the largest part that is missing, "" if nothing is
    "whom": _S,  # who has to decide, where the reason is `pending`
    "since": _I,
    "stored": _B,  # there is a need in the graph behind it
}
"""needed = received + planned + missing + not_needed, in each row."""

FOUND: Schema = {
    "rule": _S,  # Rule
    "subject": _S,  # household, headcount, refused row, source record, or category
    "village": _S,
    "township": _S,
    "basics": _L,
    "reason": _S,
    "whom": _S,
    "since": _I,
    "detail": _S,  # JSON of ids, codes and figures
    "proof": _L,  # "Label/key" of the nodes that prove it
}

RECORDS: Schema = {"id": _S, "household": _S, "form": _S, "absent_at": _I}
"""Source records that a later file no longer holds and nobody has decided on."""

REFUSED: Schema = {"id": _S, "village": _S, "township": _S, "persons": _I, "at": _I}

AID: Schema = {
    "label": _S,  # of the node that tells it
    "id": _S,
    "household": _S,
    "programme": _S,
    "basic": _S,
    "first_on": _S,  # ISO day
    "last_on": _S,  # ISO day, "" = open
}
"""What a household gets for a basic need by a programme."""
