"""Assignment problems for tests and benchmarks: a small named world and a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graphcore.domain.tables import Schema, frame
from optimizer.volunteers import tables
from optimizer.volunteers.problem import Problem

Row = dict[str, object]
SCHEMAS: dict[str, Schema] = {
    name: getattr(tables, name.upper())
    for name in ("volunteers", "skills", "certificates", "languages", "available", "teams",
                 "equipment", "shifts", "tasks", "slots", "travel", "claims", "preferences")
}  # fmt: skip
SHIFTS: list[Row] = [
    {"shift": "am", "start": 8, "hours": 4},
    {"shift": "pm", "start": 13, "hours": 4},
    {"shift": "night", "start": 19, "hours": 8},
]


@dataclass(frozen=True)
class World:
    """Rows by table; a problem once complete."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    days: int = 1

    def plus(self, table: str, *rows: Mapping[str, object]) -> World:
        """Add rows."""
        return replace(
            self, rows=self.rows | {table: [*self.rows.get(table, []), *map(dict, rows)]}
        )

    def person(
        self, name: str, *skills: str, when: str = "0am 0pm 0night", **more: object
    ) -> World:
        """Add a volunteer with skills at level 3, who offers the shifts named (day, shift)."""
        row: Row = {"volunteer": name, "organisation": "O1", "home": "town", "adult": True,
                    "hours_day": 8, "rest_hours": 0}  # fmt: skip
        return (
            self.plus("volunteers", row | more)
            .plus("skills", *({"volunteer": name, "skill": s, "level": 3} for s in skills))
            .plus("available", *({"volunteer": name, "day": int(w[0]), "shift": w[1:]} for w in when.split()))
        )  # fmt: skip

    def task(self, name: str, *slots: Row, **more: object) -> World:
        """Add a task in town on the first morning; slots by `slot`, one for anyone if none."""
        row: Row = {"task": name, "place": "town", "day": 0, "shift": "am", "hours": 4, "tier": 3,
                    "weight": 10, "language": "", "cut_off": False, "adults_only": False,
                    "equipment": "", "min_crew": 1}  # fmt: skip
        wanted = slots or (slot(),)
        own = [s | {"task": name, "slot": f"{name}.{k}"} for k, s in enumerate(wanted)]
        return self.plus("tasks", row | more).plus("slots", *own)

    def problem(self, **more: object) -> Problem:
        """Return the tables as a problem."""
        made = {n: frame(s, self.rows.get(n, [])) for n, s in SCHEMAS.items()}
        if "shifts" not in self.rows:
            made["shifts"] = frame(SCHEMAS["shifts"], SHIFTS)
        return replace(Problem(**made, days=self.days), **more)  # type: ignore[arg-type]


def slot(skill: str = "", count: int = 1, **more: object) -> Row:
    """One slot for level 1 and up, whose task starts without it unless told otherwise."""
    row: Row = {"skill": skill, "level": 1, "certificate": "", "least": 0, "count": count}
    return row | more


SKILLS = ("medic", "boat", "drive", "build", "cook", "counsel")
SPOKEN = ("yi", "miao", "zang")


def random_problem(
    seed: int, *, volunteers: int = 12, tasks: int = 8, days: int = 2, places: int = 4,
    team_share: float = 0.2, claim_share: float = 0.05, uneven: bool = True, scarce: float = 1.0,
) -> Problem:  # fmt: skip
    """Return a district's volunteers: kinds of people repeat, as on real sign-up sheets."""
    rng = random.Random(seed)
    world = _tasks(rng, World(days=days), tasks, days, places, uneven=uneven)
    world = _people(rng, world, volunteers, days, places)
    world = _teams(rng, world, volunteers, team_share)
    world = _things(rng, world, tasks, places)
    problem = world.problem()
    return _claims(rng, world, round(volunteers * claim_share), problem)


def _tasks(
    rng: random.Random, world: World, tasks: int, days: int, places: int, *, uneven: bool
) -> World:
    for k in range(tasks):
        night = rng.random() < 0.2
        kinds = rng.sample(SKILLS, rng.choice([1, 1, 2]))
        slots = [slot(s, rng.randint(1, 4), level=rng.randint(1, 3), least=rng.choice([0, 1]),
                      certificate="red" if s == "medic" and rng.random() < 0.5 else "")
                 for s in kinds]  # fmt: skip
        slots += [slot("", rng.randint(1, 6))]
        wanted = sum(int(str(s["count"])) for s in slots)
        world = world.task(
            f"T{k:04d}", *slots, place=f"P{rng.randrange(places)}", day=rng.randrange(days),
            shift="night" if night else rng.choice(["am", "pm"]), tier=rng.choice([1, 2, 2, 3, 3, 3]),
            hours=rng.choice([4, 6, 8] if night else [3, 4]) if uneven else 4,
            weight=rng.randint(1, 50), language=rng.choice(["", "", "", *SPOKEN]),
            cut_off=rng.random() < 0.15, adults_only=night, min_crew=min(wanted, rng.randint(1, 3)),
            equipment=rng.choice(["", "", "", "", "boat", "saw"]),
        )  # fmt: skip
    return world


def _people(rng: random.Random, world: World, volunteers: int, days: int, places: int) -> World:
    offers = [
        " ".join(f"{d}{s}" for d in range(days) for s in shifts)
        for shifts in (("am",), ("pm",), ("am", "pm"), ("am", "pm", "night"), ("night",))
    ] + [" ".join(f"{d}{s}" for s in ("am", "pm")) for d in range(days)]
    kinds = [
        (rng.sample(SKILLS, rng.choice([0, 1, 1, 2])), rng.choice(offers), rng.choice(["", *SPOKEN]),
         rng.choice([4, 8, 8, 12]), rng.choice([0, 1, 8]), rng.random() < 0.9,
         rng.randint(1, 3), f"O{rng.randrange(3)}")
        for _ in range(max(3, min(60, volunteers // 3)))
    ]  # fmt: skip
    for k in range(volunteers):
        name = f"V{k:05d}"
        skills, when, language, hours, rest, adult, level, organisation = rng.choice(kinds)
        world = _add(world, name, skills, when, home=f"P{rng.randrange(places)}",
                     organisation=organisation, adult=adult, hours_day=hours, rest_hours=rest,
                     level=level)  # fmt: skip
        if language:
            world.rows.setdefault("languages", []).append({"volunteer": name, "language": language})
        if "medic" in skills:
            world.rows.setdefault("certificates", []).append(
                {
                    "volunteer": name,
                    "certificate": "red",
                    "valid_until": len(kinds) % days + level % 2,
                }
            )
    return world


def _add(
    world: World, name: str, skills: list[str], when: str, level: int, **more: object
) -> World:
    rows = world.rows  # in place: copying lists for each of thousands would be slow
    rows.setdefault("volunteers", []).append({"volunteer": name} | more)
    rows.setdefault("skills", []).extend(
        {"volunteer": name, "skill": s, "level": level} for s in skills
    )
    rows.setdefault("available", []).extend(
        {"volunteer": name, "day": int(w[0]), "shift": w[1:]} for w in when.split()
    )
    return world


def _teams(rng: random.Random, world: World, volunteers: int, share: float) -> World:
    people = rng.sample(range(volunteers), round(volunteers * share))
    team = 0
    while len(people) >= 2:
        size = min(len(people), rng.randint(2, 4))
        for v in people[:size]:
            world = world.plus("teams", {"team": f"M{team:04d}", "volunteer": f"V{v:05d}"})
        people, team = people[size:], team + 1
    return world


def _things(rng: random.Random, world: World, tasks: int, places: int) -> World:
    for k in range(max(1, tasks // 12)):
        for kind, skill in (("boat", "boat"), ("saw", "")):
            world = world.plus("equipment", {
                "equipment": f"E{kind}{k}", "kind": kind, "place": f"P{rng.randrange(places)}",
                "skill": skill, "level": 1})  # fmt: skip
    for a in range(places):
        for b in range(places):
            if a != b and rng.random() < 0.85:
                way: Row = {"start": f"P{a}", "place": f"P{b}", "minutes": rng.randint(10, 150)}
                world = world.plus("travel", way)
    for k in range(tasks):
        if rng.random() < 0.3:
            liked: Row = {"organisation": f"O{rng.randrange(3)}", "task": f"T{k:04d}",
                          "points": rng.randint(1, 9) * 10}  # fmt: skip
            world = world.plus("preferences", liked)
    return world


def _claims(rng: random.Random, world: World, claims: int, problem: Problem) -> Problem:
    """Let some people promise a slot that they offered time for, one each."""
    names = problem.volunteers["volunteer"].to_list()
    when = set(problem.available.iter_rows())
    left = dict(problem.slots.select("slot", "count").iter_rows())
    at = {s: (d, t) for s, d, t in problem.slots.join(problem.tasks, on="task")
          .select("slot", "day", "shift").iter_rows()}  # fmt: skip
    rows: list[Row] = []
    for name in rng.sample(names, claims):
        fits = [s for s, n in left.items() if n and (name, *at[s]) in when]
        if fits:
            chosen = rng.choice(sorted(fits))
            left[chosen] -= 1
            rows.append({"volunteer": name, "slot": chosen})
    return replace(problem, claims=frame(SCHEMAS["claims"], rows))
