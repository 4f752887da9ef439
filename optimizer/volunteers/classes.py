"""Interchangeable volunteers and teams become one class: what distinguishes them and no more.

Two people are interchangeable if they may fill the same slots, from equally far, with the same
preference points, languages and operator's skills, and are kept by the same rules of time: whether
they differ in a skill that no task asks for does not matter. A unit is a person who comes alone or
a whole team; a class holds units that are alike.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from optimizer.volunteers.eligibility import Grid

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Profile:
    """Members of a class's unit who are alike; ``head`` stands for all of them."""

    head: int  # volunteer row
    many: int  # members in each unit
    slots: Ints  # slot rows that they may fill within the class's tasks


@dataclass(frozen=True)
class Class:
    """Units that are alike: each a tuple of volunteer rows, ordered by profile."""

    units: tuple[tuple[int, ...], ...]
    profiles: tuple[Profile, ...]
    tasks: Ints  # task rows that a unit may take, sorted
    rest: int  # hours
    room: Ints  # hours left on each day
    base: int  # hours that claims take already

    @property
    def alone(self) -> bool:
        """Whether the units are people who come alone."""
        return len(self.units[0]) == 1


@dataclass(frozen=True)
class Times:
    """When tasks happen, in hours from the start of day 0, and what one person cannot do both."""

    begin: Ints
    end: Ints

    def conflicts(self, rest: int) -> Bools:
        """Return T x T: one person cannot take both tasks (a task conflicts with itself)."""
        return _conflicts(self.begin.tobytes(), self.end.tobytes(), rest)

    def cliques(self, tasks: Ints, rest: int) -> list[Ints]:
        """Return the maximal sets of tasks of which one person takes at most one.

        Shifts with the rest after them are intervals, whose maximal cliques are those at starts.
        """
        begin, until = self.begin[tasks], self.end[tasks] + rest
        found: list[frozenset[int]] = []
        for at in np.unique(begin):
            here = frozenset(tasks[(begin <= at) & (at < until)].tolist())
            if found and found[-1] < here:
                found.pop()
            if not any(here <= other for other in found[-3:]):
                found.append(here)
        return [np.array(sorted(each), dtype=np.int64) for each in found]


@lru_cache(maxsize=64)
def _conflicts(begin: bytes, end: bytes, rest: int) -> Bools:
    starts, ends = (np.frombuffer(b, dtype=np.int64) for b in (begin, end))
    return np.asarray((starts[:, None] < ends + rest) & (starts < ends[:, None] + rest))


@dataclass(frozen=True)
class Classes:
    """All classes of a grid; ``split`` names volunteers who stay by themselves."""

    grid: Grid
    split: frozenset[int] = frozenset()

    @cached_property
    def times(self) -> Times:
        """Begin and end of each task."""
        slots = self.grid.slots.unique("task_row").sort("task_row")
        return Times(
            slots["begin"].to_numpy().astype(np.int64), slots["end"].to_numpy().astype(np.int64)
        )

    @cached_property
    def all(self) -> tuple[Class, ...]:
        """The classes, in the order of their first volunteer."""
        groups: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
        for unit in self._units():
            keys = {v: self._key(v) for v in unit}
            ordered = tuple(sorted(unit, key=lambda v: (keys[v], v)))
            own = unit[0] if self.split.intersection(unit) else -1
            groups[own, *(keys[v] for v in ordered)].append(ordered)
        made = (self._class(tuple(units)) for units in groups.values())
        return tuple(c for c in made if c is not None)

    def _units(self) -> list[tuple[int, ...]]:
        teams: dict[str, list[int]] = defaultdict(list)
        table = self.grid.problem.teams
        rows = self.grid.row_of(table["volunteer"]).tolist()
        for team, row in zip(table["team"].to_list(), rows, strict=True):
            teams[team].append(row)
        alone = set(range(self.grid.people)).difference(rows)
        return sorted([(v,) for v in alone] + [tuple(sorted(m)) for m in teams.values()])

    def _key(self, v: int) -> bytes:
        """Return all that distinguishes a volunteer from others."""
        grid = self.grid
        may = grid.eligible[v]
        tasks = np.unique(self._task_of[may])
        rest = int(grid.problem.volunteers["rest_hours"][v])
        parts = [
            may, grid.minutes[v][may], grid.points[v][may], grid.speaks[v][may],
            np.array([can[v] for can in grid.operates.values()], dtype=np.bool_),
            self.times.conflicts(rest)[np.ix_(tasks, tasks)],
            self._room(v, tasks), grid.claimed_hours[v].sum(),
        ]  # fmt: skip
        return b"|".join(np.ascontiguousarray(p).tobytes() for p in parts)

    @cached_property
    def _task_of(self) -> Ints:
        return self.grid.slots["task_row"].to_numpy()

    @cached_property
    def _task_hours(self) -> tuple[Ints, Ints]:
        tasks = self.grid.problem.tasks
        return tasks["day"].to_numpy(), tasks["hours"].to_numpy()

    def _room(self, v: int, tasks: Ints) -> Ints:
        """Return hours left by day, never more than all tasks of that day together take."""
        day, hours = self._task_hours
        most = np.bincount(day[tasks], hours[tasks], minlength=self.grid.problem.days)
        left = int(self.grid.problem.volunteers["hours_day"][v]) - self.grid.claimed_hours[v]
        return np.asarray(np.maximum(np.minimum(left, most.astype(np.int64)), 0))

    def _class(self, units: tuple[tuple[int, ...], ...]) -> Class | None:
        """Return the class; None if there is no task that its units may take."""
        heads = units[0]
        each = [np.unique(self._task_of[self.grid.eligible[v]]) for v in heads]
        tasks = each[0]
        for other in each[1:]:
            tasks = np.intersect1d(tasks, other)
        if not len(tasks):
            return None
        rows = list(heads)
        return Class(
            units=units, profiles=self._profiles(heads, tasks), tasks=tasks,
            rest=int(self.grid.problem.volunteers["rest_hours"].to_numpy()[rows].max()),
            room=np.min([self._room(v, t) for v, t in zip(heads, each, strict=True)], axis=0),
            base=int(self.grid.claimed_hours[rows].sum(axis=1).max()),
        )  # fmt: skip

    def _profiles(self, heads: tuple[int, ...], tasks: Ints) -> tuple[Profile, ...]:
        alike: dict[bytes, list[int]] = defaultdict(list)
        for v in heads:
            alike[self._key(v)].append(v)
        meant = np.isin(self._task_of, tasks)
        return tuple(
            Profile(vs[0], len(vs), np.flatnonzero(self.grid.eligible[vs[0]] & meant))
            for vs in alike.values()
        )
