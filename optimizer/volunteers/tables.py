"""Column schemas of the assignment: who can help, what is to be done, and the finished plan.

Days are offsets from the plan's first day (0-based), hours whole hours, travel whole minutes one
way. A missing string is ``""``, never null. Nobody is named: ids are meaningless.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema

_S, _I, _B = pl.String(), pl.Int64(), pl.Boolean()

VOLUNTEERS: Schema = {
    "volunteer": _S,
    "organisation": _S,
    "home": _S,  # place from which they set out
    "adult": _B,  # a minor goes neither to adults-only tasks nor to cut-off places
    "hours_day": _I,  # most hours on one day
    "rest_hours": _I,  # least hours between the end of a shift and the start of their next
}
"""Who offered help."""

SKILLS: Schema = {"volunteer": _S, "skill": _S, "level": _I}
"""What they can do; level 1 and up, the highest counts."""

CERTIFICATES: Schema = {"volunteer": _S, "certificate": _S, "valid_until": _I}
"""What they may do; `valid_until` is the last valid day."""

LANGUAGES: Schema = {"volunteer": _S, "language": _S}
"""Languages and dialects they speak."""

AVAILABLE: Schema = {"volunteer": _S, "day": _I, "shift": _S}
"""When they offered to come."""

TEAMS: Schema = {"team": _S, "volunteer": _S}
"""Members, who work in the same task at the same time or not at all; at most one team each."""

EQUIPMENT: Schema = {
    "equipment": _S,
    "kind": _S,
    "place": _S,
    "skill": _S,  # of the operator; "" = whoever is in the crew
    "level": _I,
}
"""Boats, generators, excavators: each one piece."""

SHIFTS: Schema = {"shift": _S, "start": _I, "hours": _I}
"""Hour of the day at which a shift starts (0 to 23), and how long it lasts (it may pass midnight)."""

TASKS: Schema = {
    "task": _S,
    "place": _S,
    "day": _I,
    "shift": _S,
    "hours": _I,  # of work; at most the shift's
    "tier": _I,  # 1 survival-critical, 2 priority, 3 other
    "weight": _I,  # of one filled slot in goal 3
    "language": _S,  # wanted, "" = any
    "cut_off": _B,  # no road: nobody stays there alone
    "adults_only": _B,
    "equipment": _S,  # kind of which one piece is needed, "" = none
    "min_crew": _I,  # fewer people do not start it
}
"""What is to be done; a task takes its crew for its whole shift."""

SLOTS: Schema = {
    "slot": _S,
    "task": _S,
    "skill": _S,  # "" = anyone
    "level": _I,
    "certificate": _S,  # "" = none
    "least": _I,  # fewer do not start the task
    "count": _I,  # wanted
}
"""Whom a task needs."""

TRAVEL: Schema = {"start": _S, "place": _S, "minutes": _I}
"""Ways one way; a missing pair means no way, the same place is 0."""

CLAIMS: Schema = {"volunteer": _S, "slot": _S}
"""Promises already made: never moved."""

PREFERENCES: Schema = {"organisation": _S, "task": _S, "points": _I}
"""How gladly an organisation's people do a task (0 to 1000 points for each person)."""

CREW: Schema = {
    "line": _S,
    "volunteer": _S,
    "team": _S,  # "" = comes alone
    "slot": _S,
    "task": _S,
    "place": _S,
    "day": _I,
    "shift": _S,
    "hours": _I,
    "minutes": _I,
    "claim": _B,  # promised beforehand
    "state": _S,  # go, or waiting: a claim whose task cannot start yet
}
"""Who goes where."""

GEAR: Schema = {"equipment": _S, "task": _S, "minutes": _I}
"""Which piece goes where."""

OPEN: Schema = {
    "slot": _S,
    "task": _S,
    "count": _I,  # people still wanted
    "starts": _B,  # the task starts without them
    "reason": _S,  # see optimizer.volunteers.explain
    "detail": _S,  # JSON: the figures behind the reason
}
"""What stays open, each with what binds it. count wanted = go lines + open, by slot."""
