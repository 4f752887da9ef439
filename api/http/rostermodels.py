"""What the API answers of volunteers, equipment, tasks and rosters."""

from __future__ import annotations

from pydantic import BaseModel

from api.http.models import Flag, Goal, Int, Micros, Str, Words
from graphcore.domain.forces import Progress
from graphcore.domain.forces import RosterState as ForcesState


class Volunteer(BaseModel):
    """A volunteer by number: abilities and times, never a name, number of papers or telephone."""

    id: str
    code: Str
    organization: Str
    team: Str
    township: Str
    adult: Flag
    skills: Words
    certificates: Words
    languages: Words
    from_on: Str
    to_on: Str
    shifts: Words
    hours_day: int | None
    rest_hours: int | None
    readiness: Str


class Equipment(BaseModel):
    """Pieces of equipment that are alike, kept in one place."""

    id: str
    code: Str
    kind: Str
    organization: Str
    township: Str
    pieces: Int
    operator: Flag
    readiness: Str


class Task(BaseModel):
    """A need that wants hands: where, when, how urgent, and by which rule."""

    id: str
    code: Str
    name: Str
    kind: Str
    place: Str
    township: Str
    day_on: Str
    shift: Str
    hours: Int
    tier: Int
    language: Str
    equipment: Str
    adults_only: Flag
    min_crew: Int
    state: Str
    plan: Str
    cites: Str


class Roster(BaseModel):
    """Who goes where, as a draft or approved."""

    id: str
    number: Int
    base: Str
    state: ForcesState
    plan: Str
    first_on: Str
    days: Int
    by_clock: Flag
    created_at: Micros
    approved_at: Micros
    version: Int


class Reported(BaseModel):
    """Orders by how far they have come."""

    state: str
    orders: int


class Missing(BaseModel):
    """People still wanted, by what binds."""

    reason: str
    missing: int


class RosterSummary(Roster):
    """A roster with its goals, and its totals within what the caller sees."""

    goals: list[Goal]
    orders: int
    volunteers: int
    progress: list[Reported]
    openings: list[Missing]


class Assignment(BaseModel):
    """One volunteer's order: where, when, how long the way is, how far it has come."""

    id: str
    volunteer: Str
    organization: Str
    team: Str
    slot: Str
    task: Str
    place: Str
    township: Str
    day_on: Str
    shift: Str
    begins_at: Micros
    ends_at: Micros
    hours: Int
    minutes: Int
    claim: Flag
    cut_off: Flag
    state: Str
    progress: Progress


class Opening(BaseModel):
    """A slot that stays open, with what binds it."""

    id: str
    slot: Str
    task: Str
    place: Str
    township: Str
    day_on: Str
    shift: Str
    missing: Int
    underway: Flag
    reason: Str


class Changed(BaseModel):
    """What a request changed."""

    id: str
    state: str
