"""The same assignment with one variable for each person and slot, in CP-SAT, as usually written.

The rules of time are written pair by pair and person by person, with none of the classes, cliques
or cuts of `optimizer.volunteers`: a second opinion on its objectives, and its benchmark peer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.problem import Problem
from optimizer.volunteers.validate import validate

GOALS = ("survival_tasks", "priority_tasks", "weighted_coverage", "preference", "longest_load",
         "travel")  # fmt: skip
LEAST = {"longest_load", "travel"}


@dataclass
class Persons:
    """The model of a problem, person by person."""

    problem: Problem
    model: Any = field(default_factory=cp_model.CpModel)
    goes: dict[tuple[int, int], Any] = field(default_factory=dict)  # volunteer, slot

    def __post_init__(self) -> None:
        self.grid = Grid(validate(self.problem))
        self.problem = self.grid.problem
        self.slots = list(self.grid.slots.iter_rows(named=True))
        self.tasks = list(self.problem.tasks.iter_rows(named=True))
        self.people = list(self.problem.volunteers.iter_rows(named=True))
        self.claims = list(
            zip(self.grid.claim_rows.tolist(), self.grid.claim_slots.tolist(), strict=True)
        )
        for v in range(len(self.people)):
            for s in self.grid.eligible[v].nonzero()[0].tolist():
                self.goes[v, s] = self.model.new_bool_var("")
        self.of_task: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        for (v, s), var in self.goes.items():
            self.of_task[self.slots[s]["task_row"]].append((v, var))
        self.starts = [self.model.new_bool_var("") for _ in self.tasks]
        self.in_task: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for (v, s), var in self.goes.items():
            self.in_task[v, self.slots[s]["task_row"]].append(var)
        self._time()
        self._tasks()
        self._teams()
        self._safety()
        self._equipment()
        self.spoken = self._language()

    def _time(self) -> None:
        mine: dict[int, dict[tuple[int, int], list[Any]]] = defaultdict(lambda: defaultdict(list))
        work: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for (v, s), var in self.goes.items():
            row = self.slots[s]
            mine[v][row["begin"], row["end"]].append(var)
            work[v, row["day"]].append(row["hours"] * var)
        for v, times in mine.items():
            rest = self.people[v]["rest_hours"]
            for here in times.values():
                self.model.add_at_most_one(here)
            for (a, one), (b, two) in combinations(times.items(), 2):
                if a[0] < b[1] + rest and b[0] < a[1] + rest:
                    self.model.add(sum(one) + sum(two) <= 1)
        for (v, day), hours in work.items():
            free = self.people[v]["hours_day"] - int(self.grid.claimed_hours[v, day])
            self.model.add(sum(hours) <= max(0, free))

    def _tasks(self) -> None:
        people: dict[int, list[Any]] = defaultdict(list)
        for (_, s), var in self.goes.items():
            people[s].append(var)
        claimed = self.grid.claimed.tolist()
        self.crews: dict[int, tuple[list[Any], int]] = {}
        for t, task in enumerate(self.tasks):
            own = [s for s, row in enumerate(self.slots) if row["task_row"] == t]
            fresh = [x for s in own for x in people[s]]
            before = sum(claimed[s] for s in own)
            self.crews[t] = (fresh, before)
            for s in own:
                room = self.slots[s]["count"] - claimed[s]
                self.model.add(sum(people[s]) <= room * self.starts[t])
                self.model.add(
                    sum(people[s]) + claimed[s] >= self.slots[s]["least"] * self.starts[t]
                )
            self.model.add(sum(fresh) + before >= task["min_crew"] * self.starts[t])

    def _teams(self) -> None:
        teams: dict[str, list[int]] = defaultdict(list)
        rows = self.grid.row_of(self.problem.teams["volunteer"]).tolist()
        for team, v in zip(self.problem.teams["team"], rows, strict=True):
            teams[team].append(v)
        for members in teams.values():
            for t in range(len(self.tasks)):
                sums = [sum(self.in_task.get((v, t), [])) for v in members]
                for other in sums[1:]:
                    if not (isinstance(sums[0], int) and isinstance(other, int)):
                        self.model.add(sums[0] == other)

    def _safety(self) -> None:
        places: dict[tuple[str, int, str], list[int]] = defaultdict(list)
        for t, task in enumerate(self.tasks):
            if task["cut_off"]:
                places[task["place"], task["day"], task["shift"]].append(t)
        for tasks in places.values():
            there = sum(sum(self.crews[t][0]) + self.crews[t][1] * self.starts[t] for t in tasks)
            for t in tasks:
                self.model.add(there >= 2).only_enforce_if(self.starts[t])

    def _equipment(self) -> None:
        ways = {(a, b) for a, b, _ in self.problem.travel.iter_rows()}
        pieces = list(self.problem.equipment.iter_rows(named=True))
        level = {(v, k): n for v, k, n in self.problem.skills.sort("level").iter_rows()}
        used: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        for t, task in enumerate(self.tasks):
            if not task["equipment"]:
                continue
            fits = [k for k, e in enumerate(pieces) if e["kind"] == task["equipment"]
                    and (e["place"] == task["place"] or (e["place"], task["place"]) in ways)]  # fmt: skip
            chosen = {k: self.model.new_bool_var("") for k in fits}
            self.model.add(sum(chosen.values()) == self.starts[t])
            for k, var in chosen.items():
                used[k].append((t, var))
                self._operator(t, var, pieces[k], level)
        spans = {s["task_row"]: (s["begin"], s["end"]) for s in self.slots}
        for tasks in used.values():
            for (a, x), (b, y) in combinations(tasks, 2):
                if spans[a][0] < spans[b][1] and spans[b][0] < spans[a][1]:
                    self.model.add(x + y <= 1)

    def _operator(self, t: int, var: Any, piece: dict[str, Any], level: dict[Any, int]) -> None:
        if not piece["skill"]:
            return
        names = [p["volunteer"] for p in self.people]
        can = {
            v for v, n in enumerate(names) if level.get((n, piece["skill"]), 0) >= piece["level"]
        }
        fresh = [x for v, x in self.of_task[t] if v in can]
        before = sum(1 for v, s in self.claims if v in can and self.slots[s]["task_row"] == t)
        self.model.add(sum(fresh) + before >= var)

    def _language(self) -> list[Any]:
        found, known = [], set(self.problem.languages.iter_rows())
        for t, task in enumerate(self.tasks):
            if task["language"]:
                speaks = {
                    v
                    for v, p in enumerate(self.people)
                    if (p["volunteer"], task["language"]) in known
                }
                spoken = self.model.new_bool_var("")
                fresh = [x for v, x in self.of_task[t] if v in speaks]
                before = sum(
                    1 for v, s in self.claims if v in speaks and self.slots[s]["task_row"] == t
                )
                self.model.add(spoken <= sum(fresh) + before)
                self.model.add_implication(spoken, self.starts[t])
                found.append(spoken)
        return found

    def objective(self, goal: str) -> Any:
        """Return a goal as an expression (coverage in weighted people)."""
        slots, grid = self.slots, self.grid
        if goal == "survival_tasks":
            return sum(x for x, t in zip(self.starts, self.tasks, strict=True) if t["tier"] == 1)
        if goal == "priority_tasks":
            return sum(x for x, t in zip(self.starts, self.tasks, strict=True) if t["tier"] == 2)
        if goal == "weighted_coverage":
            fresh = sum(slots[s]["weight"] * x for (_, s), x in self.goes.items())
            return fresh + sum(
                slots[s]["weight"] * self.starts[slots[s]["task_row"]] for _, s in self.claims
            )
        if goal == "preference":
            points = sum(int(grid.points[v, s]) * x for (v, s), x in self.goes.items())
            return points + self.problem.language_points * sum(self.spoken)
        if goal == "travel":
            return sum(int(grid.minutes[v, s]) * x for (v, s), x in self.goes.items())
        return self._longest()

    def _longest(self) -> Any:
        longest = self.model.new_int_var(0, 24 * self.problem.days, "")
        load: dict[int, list[Any]] = {v: [] for v in range(len(self.people))}
        for (v, s), var in self.goes.items():
            load[v].append(self.slots[s]["hours"] * var)
        for v, work in load.items():
            self.model.add(sum(work) + int(self.grid.claimed_hours[v].sum()) <= longest)
        return longest

    def solve(self, goals: tuple[str, ...] = GOALS) -> dict[str, int]:
        """Return each goal's optimum, given the ones before; every one is proven."""
        found: dict[str, int] = {}
        for goal in goals:
            target = self.objective(goal)
            if isinstance(target, int):
                found[goal] = target
                continue
            (self.model.minimize if goal in LEAST else self.model.maximize)(target)
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            assert solver.solve(self.model) == cp_model.OPTIMAL
            found[goal] = round(solver.objective_value)
            self.model.add(target == found[goal])
        return found

    def gap(self, goal: str, seconds: float, workers: int) -> tuple[float, float, float]:
        """Return the value, bound and relative gap that one goal has after the time."""
        target = self.objective(goal)
        (self.model.minimize if goal in LEAST else self.model.maximize)(target)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return 0.0, float("inf"), 1.0
        value, bound = solver.objective_value, solver.best_objective_bound
        return value, bound, abs(bound - value) / max(1.0, abs(bound))
