"""One household's people: each field clear, masked or absent by the role, the look recorded."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.homes import find_home, members, no_home
from api.usecases.privacy.looking import Reason, Seen, check_purpose, show
from api.usecases.privacy.records import opened
from graphcore.domain.actor import Actor
from graphcore.store.port import ReadUnit

ENTRIES = (
    "name", "id_number", "phone", "address", "born_on", "sex", "relation", "groups", "facts",
    "account", "account_name",
)  # fmt: skip
_SEEN = Seen("show.household", ENTRIES)


@dataclass(frozen=True, slots=True)
class Member:
    """A subject of the household: itself (its head, as the ledger names it), or a person."""

    subject: str
    is_head: bool
    age_band: str
    entries: dict[str, str]


@dataclass(frozen=True, slots=True)
class People:
    """A household and who belongs to it."""

    household: str
    code: str
    village: str
    state: str
    members: tuple[Member, ...]


def household_people(ctx: Context, actor: Actor, reason: Reason, home: str) -> People:
    """Return a household's people by id or code, as the actor may see them.

    Raises:
        InputError: no such purpose, or a note that holds personal data.
        Forbidden: the role may not read persons.
        NotFound: no such household within the actor's scope.
    """
    authorise(actor, Operation.READ_PERSON)
    check_purpose(ctx, reason)
    row = find_household(ctx, actor, home)
    persons, groups = ctx.store.read(lambda unit: _related(unit, str(row["id"])))
    subjects = [str(row["id"]), *persons["id"].to_list()]
    records = {s: {**r, "groups": groups.get(s, [])} for s, r in opened(ctx, subjects).items()}
    told = show(ctx, actor, reason, records, _SEEN)
    facts = {r["id"]: r for r in persons.iter_rows(named=True)}
    members = tuple(
        Member(s, s not in facts or bool(facts[s]["is_head"]),
               str(facts[s]["age_band"]) if s in facts else "", told.get(s, {}))
        for s in subjects
    )  # fmt: skip
    return People(str(row["id"]), str(row["code"] or ""), str(row["village"] or ""),
                  str(row["state"] or ""), members)  # fmt: skip


def find_household(ctx: Context, actor: Actor, home: str) -> dict[str, object]:
    """Return a household's node by id or code; one out of scope is as if it were not there.

    Raises:
        NotFound: no such household within the actor's scope.
    """
    found = ctx.store.read(lambda unit: find_home(unit, home))
    if not actor.covers(str(found["village"])):
        raise no_home(home)
    return found


def members_of(unit: ReadUnit, home: str) -> pl.DataFrame:
    """Return the Person nodes of a household."""
    return unit.nodes("Person", members(unit, [home])["id"].to_list())


def _related(unit: ReadUnit, home: str) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    held = unit.nodes("HardshipStatus").filter(pl.col("household") == home)
    groups: dict[str, list[str]] = {}
    for r in held.iter_rows(named=True):
        groups.setdefault(str(r["person"] or home), []).append(str(r["group"]))
    return members_of(unit, home), groups
