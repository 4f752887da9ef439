"""The rules as rows over classes.

Counting people by class is exact where the rows of one person form an interval matrix in the order
of time: such a matrix is totally unimodular, so whole counts within n times its bounds split into n
rosters (Baum and Trotter). That holds for one task at a time, rest, and hours as long as tasks that
a person may take last equally long; otherwise the hour rows are a relaxation, and `naming` finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.volunteers.classes import Class, Classes, Times
from optimizer.volunteers.eligibility import NO_WAY, Grid, ways
from optimizer.volunteers.program import MANY, Aim, Program
from optimizer.volunteers.rosters import Duty, Roster, Time, rosters

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Terms = dict[int, int]
SAFE = 2
"""People who must be together in a cut-off place."""


@dataclass(frozen=True)
class Move:
    """A column: people of a class's profile into a slot."""

    column: int
    cls: int
    profile: int
    slot: int


@dataclass(frozen=True)
class Gear:
    """Pieces that are alike, by row of EQUIPMENT."""

    rows: tuple[int, ...]
    kind: str
    place: str
    operator: tuple[str, int]


@dataclass
class Model:
    """The program of a grid's classes, with what its columns mean."""

    classes: Classes
    cap: int | None = None  # most hours of one person over the whole plan
    program: Program = field(default_factory=Program)
    moves: list[Move] = field(default_factory=list)
    together: dict[tuple[int, int], int] = field(default_factory=dict)  # class, task -> column
    pieces: dict[tuple[int, int], int] = field(default_factory=dict)  # gear, task -> column
    by_slot: dict[int, list[Move]] = field(default_factory=lambda: defaultdict(list))
    worked: list[int] = field(default_factory=list)  # columns that count people by roster
    _place: dict[int, int] = field(default_factory=dict)  # column -> its place in moves

    def __post_init__(self) -> None:
        tasks = self.grid.problem.tasks
        self.starts = self.program.columns([1] * tasks.height)
        self.spoken = self.program.columns([int(w != "") for w in tasks["language"]])
        for number, each in enumerate(self.classes.all):
            self._people(number, each)
        for row in range(self.grid.slots.height):
            self._slot(row)
        for row in range(tasks.height):
            self._task(row)
        self._safety()
        self._equipment()

    @property
    def grid(self) -> Grid:
        """The problem as arrays."""
        return self.classes.grid

    @cached_property
    def gear(self) -> tuple[Gear, ...]:
        """Equipment in groups of pieces that are alike."""
        groups: dict[tuple[str, str, str, int], list[int]] = defaultdict(list)
        table = self.grid.problem.equipment.select("kind", "place", "skill", "level")
        for row, key in enumerate(table.iter_rows()):
            groups[key].append(row)
        return tuple(
            Gear(tuple(rows), kind, place, (skill, level))
            for (kind, place, skill, level), rows in groups.items()
        )

    @cached_property
    def slots_of(self) -> list[list[int]]:
        """Slot rows of each task."""
        found: list[list[int]] = [[] for _ in range(self.grid.problem.tasks.height)]
        for slot, task in enumerate(self.grid.slots["task_row"].to_list()):
            found[task].append(slot)
        return found

    def task_of(self, slot: int) -> int:
        """Return the task row of a slot row."""
        return int(self._task_of[slot])

    @cached_property
    def facts(self) -> tuple[Times, Ints, Ints]:
        """When tasks happen, their hours of work, and their days."""
        return self.classes.times, self._task_hours, self._task_days

    @staticmethod
    def step_of(grid: Grid) -> int:
        """Return what every load is a multiple of, in hours."""
        return gcd(*grid.problem.tasks["hours"].to_list()) or 1

    @cached_property
    def needed(self) -> list[int]:
        """Columns that are not moves of people."""
        fixed = [*self.starts.tolist(), *self.spoken.tolist()]
        return [*fixed, *self.together.values(), *self.pieces.values(), *self.worked]

    def spread(self, columns: Bools) -> Bools:
        """Return V x S: moves marked among columns, for every person of their class."""
        table = np.zeros(self.grid.eligible.shape, dtype=np.bool_)
        firsts = [np.cumsum([0, *(p.many for p in c.profiles)]) for c in self.classes.all]
        for move in (m for m in self.moves if columns[m.column]):
            first = firsts[move.cls]
            for unit in self.classes.all[move.cls].units:
                people = unit[first[move.profile] : first[move.profile + 1]]
                table[list(people), move.slot] = True
        return table

    def gather(self, table: Bools) -> list[int]:
        """Return the columns of moves marked in V x S."""
        return [m.column for m in self.moves if table[self._head(m), m.slot]]

    @cached_property
    def _task_of(self) -> Ints:
        return self.grid.slots["task_row"].to_numpy()

    @cached_property
    def _task_hours(self) -> Ints:
        return self.grid.problem.tasks["hours"].to_numpy()

    @cached_property
    def _task_days(self) -> Ints:
        return self.grid.problem.tasks["day"].to_numpy()

    @cached_property
    def _room(self) -> Ints:
        return self.grid.slots["count"].to_numpy() - self.grid.claimed

    def _people(self, number: int, each: Class) -> None:
        task_of, units = self._task_of, len(each.units)
        use: dict[int, Terms] = {int(t): {} for t in each.tasks}
        for p, profile in enumerate(each.profiles):
            tops = np.minimum(units * profile.many, self._room[profile.slots])
            for column, slot in zip(
                self.program.columns(tops).tolist(), profile.slots.tolist(), strict=True
            ):
                move = Move(column, number, p, slot)
                self._place[column] = len(self.moves)
                self.moves.append(move)
                self.by_slot[slot].append(move)
                use[int(task_of[slot])][column] = 1
        if not each.alone:
            use = self._team(number, each, use)
        self._time(each, use)

    def _team(self, number: int, each: Class, use: dict[int, Terms]) -> dict[int, Terms]:
        """Tie each profile's people to the count of teams in the task; return those counts."""
        whole = self.program.columns([len(each.units)] * len(use)).tolist()
        for (task, terms), column in zip(use.items(), whole, strict=True):
            self.together[number, task] = column
            for p, profile in enumerate(each.profiles):
                own = {c: 1 for c in terms if self.moves[self._place[c]].profile == p}
                self.program.add(own | {column: -profile.many}, 0, 0)
            self._team_room(each, terms, column)
        return {task: {column: 1} for task, column in zip(use, whole, strict=True)}

    def _team_room(self, each: Class, terms: Terms, whole: int) -> None:
        """A slot takes no more of one team than it has room (implied, but not of half a team)."""
        by_slot: dict[int, Terms] = defaultdict(dict)
        for column in terms:
            by_slot[self.moves[self._place[column]].slot][column] = 1
        for slot, own in by_slot.items():
            fit = sum(each.profiles[self.moves[self._place[c]].profile].many for c in own)
            if (room := int(self._room[slot])) < fit:
                self.program.add(own | {whole: -room}, high=0)

    def _time(self, each: Class, use: dict[int, Terms]) -> None:
        """Add one task at a time, rest, hours of each day, and the cap on hours over all days."""
        most = MANY if self.cap is None else max(0, self.cap - each.base)
        for tasks in self._blocks(each, most):
            known = None
            if len(np.unique(self._task_hours[tasks])) > 1:
                duty = self._duty(each, tasks, most)
                known = rosters(duty)
            if known is None:
                self._counts(each, use, tasks, most)
            else:
                self._rosters(len(each.units), use, tasks, duty, known)

    def _blocks(self, each: Class, most: int) -> list[Ints]:
        """Return tasks in groups that no rule of time ties together."""
        if most < each.room.sum():
            return [each.tasks]
        begin, end = self.classes.times.begin[each.tasks], self.classes.times.end[each.tasks]
        order = np.argsort(begin, kind="stable")
        day, past = self._task_days[each.tasks][order], np.maximum.accumulate(end[order])
        apart = (begin[order][1:] >= past[:-1] + each.rest) & (day[1:] != day[:-1])
        parts = np.split(each.tasks[order], np.flatnonzero(apart) + 1)
        return [np.sort(part) for part in parts]

    def _duty(self, each: Class, tasks: Ints, most: int) -> Duty:
        times, hours, days = self.facts
        at: dict[tuple[int, int, int], set[int]] = defaultdict(set)
        for t in tasks.tolist():
            at[int(times.begin[t]), int(times.end[t]), int(days[t])].add(int(hours[t]))
        made = tuple(Time(*key, tuple(sorted(lasts))) for key, lasts in sorted(at.items()))
        return Duty(made, each.rest, tuple(each.room.tolist()), most)

    def _rosters(
        self, units: int, use: dict[int, Terms], tasks: Ints, duty: Duty, known: tuple[Roster, ...]
    ) -> None:
        """Count people by roster: a task needs people whose roster has its time, as long."""
        times, hours, _ = self.facts
        columns = self.program.columns([units] * len(known)).tolist()
        self.worked += columns
        self.program.add(dict.fromkeys(columns, 1), high=units)
        for k, time in enumerate(duty.times):
            same = (times.begin[tasks] == time.begin) & (times.end[tasks] == time.end)
            for least in time.hours:
                terms = _sum(use[int(t)] for t in tasks[same & (hours[tasks] >= least)])
                ready = {c: -1 for c, r in zip(columns, known, strict=True) if r[k] >= least}
                self.program.add(terms | ready, high=0)

    def _counts(self, each: Class, use: dict[int, Terms], tasks: Ints, most: int) -> None:
        """Count people: n times what one person may do."""
        days = self._task_days[tasks]
        for clique in self.classes.times.cliques(tasks, each.rest):
            self._at_most(_sum(use[int(t)] for t in clique), len(each.units))
        for on in np.unique(days):
            self._hours(each, use, tasks[days == on], int(each.room[on]))
        self._hours(each, use, tasks, most)

    def _hours(self, each: Class, use: dict[int, Terms], tasks: Ints, room: int) -> None:
        """Add what ``room`` hours a person allow over tasks: counts of the long ones, and the sum."""
        units, hours = len(each.units), self._task_hours[tasks]
        times = len(self.classes.times.cliques(tasks, each.rest))
        for least in np.unique(hours).tolist():
            if (most := room // least) < times:
                self._at_most(_sum(use[int(t)] for t in tasks[hours >= least]), units * most)
                times = most  # longer tasks need a row only if fewer of them fit
        if len(np.unique(hours)) > 1:
            self._at_most(_sum((use[int(t)] for t in tasks), hours), units * room)

    def _at_most(self, terms: Terms, most: int) -> None:
        if sum(c * self.program.top[k] for k, c in terms.items()) > most:
            self.program.add(terms, high=most)

    def _slot(self, row: int) -> None:
        """A slot takes people only if its task starts, at least its least, at most its count."""
        start = int(self.starts[self.grid.slots["task_row"][row]])
        people = {m.column: 1 for m in self.by_slot[row]}
        self.program.add(people | {start: -int(self._room[row])}, high=0)
        least = int(self.grid.slots["least"][row] - self.grid.claimed[row])
        if least > 0:
            self.program.add(people | {start: -least}, low=0)

    def _crew(self, task: int) -> tuple[Terms, int]:
        """Return the columns of those who come fresh, and the number who claimed."""
        slots = self.slots_of[task]
        fresh = {m.column: 1 for s in slots for m in self.by_slot[s]}
        return fresh, int(self.grid.claimed[slots].sum())

    def _task(self, row: int) -> None:
        tasks, start = self.grid.problem.tasks, int(self.starts[row])
        fresh, claimed = self._crew(row)
        self.program.add(fresh | {start: claimed - int(tasks["min_crew"][row])}, low=0)
        if tasks["language"][row]:
            self._language(row)

    def _language(self, row: int) -> None:
        speaks, spoken = self.grid.speaks, int(self.spoken[row])
        here = set(self.slots_of[row])
        terms = {m.column: 1 for s in here for m in self.by_slot[s] if speaks[self._head(m), s]}
        claims = zip(self.grid.claim_rows.tolist(), self.grid.claim_slots.tolist(), strict=True)
        before = sum(1 for v, s in claims if s in here and speaks[v, s])
        self.program.add(terms | {int(self.starts[row]): before, spoken: -1}, low=0)

    def _head(self, move: Move) -> int:
        return self.classes.all[move.cls].profiles[move.profile].head

    def _safety(self) -> None:
        """In a cut-off place and shift, whoever works there is not alone, over all its tasks."""
        tasks = self.grid.problem.tasks.with_row_index("row").filter(pl.col("cut_off"))
        for _, group in tasks.group_by(["place", "day", "shift"], maintain_order=True):
            rows = group["row"].to_list()
            crews = [(t, *self._crew(t)) for t in rows]
            there = _sum(fresh | {int(self.starts[t]): claimed} for t, fresh, claimed in crews)
            for t in rows:
                start = int(self.starts[t])
                self.program.add(there | {start: there.get(start, 0) - SAFE}, low=0)

    def _equipment(self) -> None:
        tasks = self.grid.problem.tasks
        wanted = [k for k, kind in enumerate(tasks["equipment"].to_list()) if kind]
        places = pl.Series([g.place for g in self.gear], dtype=pl.String).unique().sort()
        ends = tasks["place"].unique().sort()
        table = ways(self.grid.problem.travel, places, ends)
        start = {p: k for k, p in enumerate(places.to_list())}
        end = {p: k for k, p in enumerate(ends.to_list())}
        for task in wanted:
            for g, gear in enumerate(self.gear):
                minutes = table[start[gear.place], end[tasks["place"][task]]]
                if gear.kind == tasks["equipment"][task] and minutes < NO_WAY:
                    self.pieces[g, task] = int(self.program.columns([1])[0])
            self._operators(task)
            here = {c: 1 for (_, t), c in self.pieces.items() if t == task}
            self.program.add(here | {int(self.starts[task]): -1}, 0, 0)
        for g, gear in enumerate(self.gear):
            used = np.array([t for k, t in self.pieces if k == g], dtype=np.int64)
            for clique in self.classes.times.cliques(used, 0):
                self._at_most({self.pieces[g, int(t)]: 1 for t in clique}, len(gear.rows))

    def _operators(self, task: int) -> None:
        """A piece goes out only with somebody in the crew who can work it."""
        groups: dict[tuple[str, int], Terms] = defaultdict(dict)
        for (g, t), column in self.pieces.items():
            if t == task:
                groups[self.gear[g].operator][column] = -1
        here = set(self.slots_of[task])
        claims = zip(self.grid.claim_rows.tolist(), self.grid.claim_slots.tolist(), strict=True)
        before = [v for v, s in claims if s in here]
        for operator, pieces in groups.items():  # together: pieces apart would halve the operator
            can = self.grid.operates[operator]
            terms = {m.column: 1 for s in here for m in self.by_slot[s] if can[self._head(m)]}
            known = sum(1 for v in before if can[v])
            self.program.add(terms | pieces | {int(self.starts[task]): known}, low=0)

    @cached_property
    def aims(self) -> tuple[Aim, ...]:
        """The goals that are sums over columns, in their order: all but 5, the load."""
        return (
            self._tier(1, "survival_tasks"),
            self._tier(2, "priority_tasks"),
            self._coverage(),
            self._liking(),
            self._travel(),
        )

    def _tier(self, tier: int, name: str) -> Aim:
        which = self.starts[self.grid.problem.tasks["tier"].to_numpy() == tier]
        return Aim(tier, name, "tasks", which, np.ones(len(which), dtype=np.int64), most=True)

    def _coverage(self) -> Aim:
        weight = self.grid.slots["weight"].to_numpy()
        of = {m.column: int(weight[m.slot]) for m in self.moves}
        for slot, task in enumerate(self.grid.slots["task_row"].to_list()):
            start = int(self.starts[task])
            of[start] = of.get(start, 0) + int(weight[slot] * self.grid.claimed[slot])
        whole = int(weight @ self.grid.slots["count"].to_numpy())
        return _aim(3, "weighted_coverage", "coverage", of, most=True, scale=max(1, whole))

    def _liking(self) -> Aim:
        points = {m.column: int(self.grid.points[self._head(m), m.slot]) for m in self.moves}
        spoken = {int(k): self.grid.problem.language_points for k in self.spoken}
        return _aim(4, "preference", "points", points | spoken, most=True)

    def _travel(self) -> Aim:
        minutes = {m.column: int(self.grid.minutes[self._head(m), m.slot]) for m in self.moves}
        return _aim(6, "travel", "minutes", minutes, most=False)


def _aim(number: int, name: str, unit: str, of: Terms, *, most: bool, scale: int = 1) -> Aim:
    kept = {k: c for k, c in of.items() if c}
    which, values = (np.array(list(p), dtype=np.int64) for p in (kept.keys(), kept.values()))
    return Aim(number, name, unit, which, values, most=most, scale=scale)


def _sum(parts: Iterable[Terms], factors: Ints | None = None) -> Terms:
    """Return the sum of rows, each times its factor."""
    total: Terms = {}
    for k, part in enumerate(parts):
        factor = 1 if factors is None else int(factors[k])
        for column, value in part.items():
            total[column] = total.get(column, 0) + factor * value
    return total
