"""From counts by class to named people: the least loaded first, then by a hash, never by a name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from optimizer.volunteers.classes import Class, Times
from optimizer.volunteers.model import Model

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Named:
    """Who goes into which slot, and the classes whose counts do not split into rosters."""

    lines: list[tuple[int, int]]  # volunteer row, slot row
    pieces: list[tuple[int, int]]  # equipment row, task row
    failed: list[int]  # class numbers


@dataclass
class _Roster:
    """What one unit has taken so far, in order of time."""

    base: int
    hours: dict[int, int] = field(default_factory=dict)
    until: int = -(1 << 30)

    @property
    def load(self) -> int:
        return self.base + sum(self.hours.values())


@dataclass(frozen=True)
class Namer:
    """Splits counts by class over the class's units."""

    model: Model
    seed: int
    cap: int | None

    def name(self, values: Ints) -> Named:
        """Return named people and pieces for the program's values."""
        lines: list[tuple[int, int]] = []
        failed: list[int] = []
        taken = self._taken(values)
        for number, each in enumerate(self.model.classes.all):
            counts = self._demand(number, each, taken[number], values)
            rosters = self._units(each, counts)
            if rosters is None:
                failed.append(number)
            else:
                lines += _people(each, rosters, self._by_task(taken[number]))
        return Named(sorted(lines), self._pieces(values), failed)

    def _taken(self, values: Ints) -> list[dict[tuple[int, int], int]]:
        """Return people by (profile, slot), for each class."""
        taken: list[dict[tuple[int, int], int]] = [{} for _ in self.model.classes.all]
        for move in self.model.moves:
            if count := int(values[move.column]):
                taken[move.cls][move.profile, move.slot] = count
        return taken

    def _by_task(self, taken: Mapping[tuple[int, int], int]) -> dict[int, dict[int, list[int]]]:
        """Return task -> profile -> slots, a slot as often as it takes people."""
        found: dict[int, dict[int, list[int]]] = {}
        for (profile, slot), count in sorted(taken.items()):
            by_profile = found.setdefault(self.model.task_of(slot), {})
            by_profile.setdefault(profile, []).extend([slot] * count)
        return found

    def _demand(
        self, number: int, each: Class, taken: Mapping[tuple[int, int], int], values: Ints
    ) -> dict[int, int]:
        """Return units by task."""
        if each.alone:
            total: dict[int, int] = {}
            for (_, slot), count in taken.items():
                task = self.model.task_of(slot)
                total[task] = total.get(task, 0) + count
            return total
        mine = {t: c for (k, t), c in self.model.together.items() if k == number}
        return {t: int(values[c]) for t, c in mine.items() if values[c]}

    def _units(self, each: Class, counts: Mapping[int, int]) -> dict[int, list[int]] | None:
        """Return the units of each task; None if there is no way."""
        if not counts:
            return {}
        return self._greedy(each, counts) or self._exact(each, counts)

    def _greedy(self, each: Class, counts: Mapping[int, int]) -> dict[int, list[int]] | None:
        times, hours, days = self._facts
        order = sorted(counts, key=lambda t: (times.begin[t], -hours[t], t))
        rosters = [_Roster(each.base) for _ in each.units]
        chosen: dict[int, list[int]] = {}
        for task in order:
            day, need = int(days[task]), int(hours[task])
            free = [k for k, r in enumerate(rosters) if self._fits(each, r, task, day, need)]
            if len(free) < counts[task]:
                return None
            free.sort(key=lambda k: (rosters[k].load, self._lot(each, k, task)))
            chosen[task] = sorted(free[: counts[task]])
            for k in chosen[task]:
                rosters[k].hours[day] = rosters[k].hours.get(day, 0) + need
                rosters[k].until = int(times.end[task])
        return chosen

    def _fits(self, each: Class, roster: _Roster, task: int, day: int, need: int) -> bool:
        rested = self._facts[0].begin[task] >= roster.until + each.rest
        room = roster.hours.get(day, 0) + need <= each.room[day]
        return bool(rested and room and (self.cap is None or roster.load + need <= self.cap))

    def _exact(self, each: Class, counts: Mapping[int, int]) -> dict[int, list[int]] | None:
        """Search all rosters of a class; None if there is no way, or none was found in time."""
        from optimizer.volunteers import cpsat  # noqa: PLC0415 - 2 s, and rarely needed

        return cpsat.rosters(
            len(each.units), counts, cpsat.Rules(self._sets(each, counts)), self.seed
        )

    def _sets(self, each: Class, counts: Mapping[int, int]) -> list[tuple[dict[int, int], int]]:
        """Return one unit's rules: time and rest, hours of each day, the cap."""
        times, hours, days = self._facts
        tasks = np.array(sorted(counts), dtype=np.int64)
        sets = [({int(t): 1 for t in c}, 1) for c in times.cliques(tasks, each.rest)]
        for on in np.unique(days[tasks]):
            here = tasks[days[tasks] == on]
            sets.append(({int(t): int(hours[t]) for t in here}, int(each.room[on])))
        if self.cap is not None:
            whole = {int(t): int(hours[t]) for t in tasks}
            sets.append((whole, max(0, self.cap - each.base)))
        return sets

    @property
    def _facts(self) -> tuple[Times, Ints, Ints]:
        return self.model.facts

    def _lot(self, each: Class, unit: int, task: int) -> bytes:
        """Draw a lot for a unit and a task: repeatable, and no order lasts from task to task."""
        problem = self.model.grid.problem
        who = problem.volunteers["volunteer"][each.units[unit][0]]
        text = f"{self.seed}|{problem.tasks['task'][task]}|{who}"
        return hashlib.blake2b(text.encode(), digest_size=8).digest()

    def _pieces(self, values: Ints) -> list[tuple[int, int]]:
        """Hand out pieces of equipment, in order of time to whichever is free."""
        times = self._facts[0]
        used: dict[int, list[int]] = {}
        for (gear, task), column in self.model.pieces.items():
            if values[column]:
                used.setdefault(gear, []).append(task)
        lines = []
        for gear, tasks in used.items():
            until = dict.fromkeys(self.model.gear[gear].rows, -1)
            for task in sorted(tasks, key=lambda t: (times.begin[t], t)):
                piece = min(until, key=lambda p: (until[p] > times.begin[task], p))
                until[piece] = int(times.end[task])
                lines.append((piece, task))
        return sorted(lines)


def _people(
    each: Class, rosters: Mapping[int, list[int]], slots: Mapping[int, Mapping[int, list[int]]]
) -> list[tuple[int, int]]:
    """Put the members of chosen units into the task's slots, profile by profile."""
    lines = []
    first = np.cumsum([0, *(p.many for p in each.profiles)]).tolist()
    for task, units in rosters.items():
        for p, profile in enumerate(each.profiles):
            people = [v for k in units for v in each.units[k][first[p] : first[p] + profile.many]]
            lines += list(zip(people, slots[task][p], strict=True))
    return lines
