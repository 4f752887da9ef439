"""Needs that want hands: tasks for volunteers that follow from the plan and from who is hit.

Every figure is a parameter ``force.*`` of the rulebook, dated and cited. Nothing here is personal:
households are counted, not named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from graphcore.domain.forces import Shift, TaskKind, TaskState
from graphcore.domain.ids import Kind, derived
from graphcore.domain.tables import Schema
from graphcore.policy.rulebook import Parameter, Rulebook

_S, _I = pl.String(), pl.Int64()
LOADS: Schema = {"point": _S, "day": _I, "kg": _I}
"""What the relief plan brings to a delivery point on a day."""
HOMES: Schema = {"household": _S, "point": _S, "groups": pl.List(_S), "damage": _S}
"""Households in need or unknown that are at home: their village, groups, damage of the house."""
LODGED: Schema = {"shelter": _S, "persons": _I}
"""People at each shelter now."""

_DAMAGED = ("severe", "minor")
_PAIR = 2


@dataclass(frozen=True)
class Situation:
    """What tasks are derived from."""

    loads: pl.DataFrame  # LOADS
    homes: pl.DataFrame  # HOMES
    lodged: pl.DataFrame  # LODGED
    townships: Mapping[str, str]  # point → township
    cut: Mapping[str, str]  # cut-off point → its cluster, a place's code
    days: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One slot: whom, and how many."""

    skill: str
    least: int
    count: int
    level: int = 1
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One task before it is a node."""

    kind: TaskKind
    place: str
    day: int
    shift: Shift
    tier: int
    slots: tuple[Wanted, ...]
    min_crew: int
    cites: str
    adults_only: bool = False


@dataclass(frozen=True)
class Figures:
    """The parameters in force on the plan's first day."""

    rulebook: Rulebook
    on: date

    def at(self, name: str) -> Parameter:
        """Return ``force.NAME``."""
        return self.rulebook.at(f"force.{name}", self.on)

    def __getitem__(self, name: str) -> Any:
        """Return the value of ``force.NAME``."""
        return self.at(name).value


def jobs(situation: Situation, rulebook: Rulebook, first_on: date) -> list[Job]:
    """Return what is to be done, by kind, place and day.

    Raises:
        NoRuleInForce: a figure has no value on the first day.
    """
    figures = Figures(rulebook, first_on)
    made = [
        *_unloading(situation, figures), *_medical(situation, figures),
        *_visits(situation, figures), *_clearing(situation, figures),
    ]  # fmt: skip
    return sorted(made, key=lambda j: (j.kind, j.place, j.day))


def _unloading(situation: Situation, figures: Figures) -> Iterator[Job]:
    """At each point that gets more than its people can carry: the plan's trucks are unloaded."""
    least, each, most = (figures[f"unload.{n}"] for n in ("least_kg", "kg_person", "most"))
    heavy = situation.loads.filter((pl.col("kg") >= least) & (pl.col("day") < situation.days))
    for point, day, kg in heavy.sort("point", "day").select(list(LOADS)).iter_rows():
        hands = max(_PAIR, min(most, -(-kg // each)))
        yield Job(TaskKind.UNLOAD, point, day, Shift.AFTERNOON, 1,
                  (Wanted("carrying", 1, 1), Wanted("", 0, hands - 1)), _PAIR,
                  figures.at("unload.kg_person").cites, adults_only=True)  # fmt: skip


def _medical(situation: Situation, figures: Figures) -> Iterator[Job]:
    """At each larger shelter, every day: somebody with a first-aid card, a medic if there is one."""
    large = situation.lodged.filter(pl.col("persons") >= figures["medical.persons"])
    for shelter in large["shelter"].sort():
        for day in range(situation.days):
            yield Job(TaskKind.MEDICAL, shelter, day, Shift.AFTERNOON, 1,
                      (Wanted("first_aid", 1, 1, 2, "first_aid_card"), Wanted("medical", 0, 1)), 1,
                      figures.at("medical.persons").cites)  # fmt: skip


def _visits(situation: Situation, figures: Figures) -> Iterator[Job]:
    """Pairs visit old people alone, disabled people and others of the groups named."""
    named = figures["visit.groups"]
    frail = situation.homes.filter(pl.col("groups").list.eval(pl.element().is_in(named)).list.any())
    each = figures["visit.homes_pair"]
    day = min(1, situation.days - 1)
    for place, homes in _gathered(situation, frail["point"], cut=True):
        pairs = -(-homes // each)
        yield Job(TaskKind.VISIT, place, day, Shift.MORNING, 2,
                  (Wanted("visiting", 1, pairs), Wanted("", 0, pairs)), _PAIR,
                  figures.at("visit.homes_pair").cites)  # fmt: skip


def _clearing(situation: Situation, figures: Figures) -> Iterator[Job]:
    """Crews clear mud and debris of damaged houses, where a road leads."""
    hit = situation.homes.filter(pl.col("damage").is_in(_DAMAGED))
    each, crew, most = (figures[f"clear.{n}"] for n in ("homes_crew", "crew", "most"))
    day = situation.days - 1
    for place, homes in _gathered(situation, hit["point"], cut=False):
        crews = max(1, min(most // crew, -(-homes // each)))
        yield Job(TaskKind.CLEAR, place, day, Shift.MORNING, 3,
                  (Wanted("clearing", 1, crews), Wanted("", 0, crews * (crew - 1))), crew,
                  figures.at("clear.homes_crew").cites, adults_only=True)  # fmt: skip


def _gathered(situation: Situation, points: pl.Series, *, cut: bool) -> list[tuple[str, int]]:
    """Return (township, or cluster of cut-off villages; households) in the order of places."""
    found: dict[str, int] = {}
    for point in points.to_list():
        off = situation.cut.get(point)
        if off is not None and not cut:
            continue
        place = off or situation.townships.get(point, point)
        found[place] = found.get(place, 0) + 1
    return sorted(found.items())


def nodes(
    made: Iterable[Job], plan: str, first_on: date, townships: Mapping[str, str]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return Task and Slot rows of jobs: the same job of a plan has the same id each time."""
    tasks: list[dict[str, object]] = []
    slots: list[dict[str, object]] = []
    for job in made:
        day_on = date.fromordinal(first_on.toordinal() + job.day).isoformat()
        key = derived(Kind.TASK, plan, job.kind, job.place, day_on, job.shift)
        tasks.append({
            "id": key, "code": "", "name": "", "kind": job.kind.value, "place": job.place,
            "township": townships.get(job.place, job.place), "day_on": day_on,
            "shift": job.shift.value, "hours": 0, "tier": job.tier, "weight": 10 * (4 - job.tier),
            "language": "", "equipment": "", "adults_only": job.adults_only,
            "min_crew": job.min_crew, "state": TaskState.OPEN.value, "plan": plan,
            "cites": job.cites,
        })  # fmt: skip
        slots += [_slot(key, w) for w in job.slots if w.count]
    return tasks, slots


def _slot(task: str, wanted: Wanted) -> dict[str, object]:
    return {
        "id": derived(Kind.SLOT, task, wanted.skill, wanted.certificate), "task": task,
        "skill": wanted.skill, "level": wanted.level, "certificate": wanted.certificate,
        "least": wanted.least, "wanted": wanted.count,
    }  # fmt: skip
