"""From a snapshot and its tasks to the optimiser's tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

import polars as pl

from api.usecases.roster.derive import Wanted
from api.usecases.roster.snapshot import Snapshot
from api.usecases.roster.travel import Phases
from graphcore.casework.handwork import Figures
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.forces import KEPT, Progress, Readiness, Shift, operating
from graphcore.domain.tables import conform, frame
from optimizer.volunteers import tables
from optimizer.volunteers.problem import Problem

HOUR_US = 3_600_000_000
_USABLE = pl.col("readiness").fill_null(Readiness.READY.value) != Readiness.ABSENT.value
_KEPT = [p.value for p in KEPT]
_OUT = [Progress.DECLINED.value, Progress.MISSED.value]
Row = dict[str, object]


@dataclass(frozen=True)
class Times:
    """When shifts are, on the calendar."""

    first_on: date
    hours: Mapping[str, tuple[int, int]]  # shift → start, length

    def begins(self, day_on: str, shift: str) -> int:
        """Return when a shift begins, UTC microseconds."""
        return _at(date.fromisoformat(day_on), self.hours[shift][0])

    def ends(self, day_on: str, shift: str) -> int:
        """Return when a shift ends, UTC microseconds."""
        return self.begins(day_on, shift) + self.hours[shift][1] * HOUR_US

    def offset(self, day_on: str) -> int:
        """Return the day's offset from the first."""
        return (date.fromisoformat(day_on) - self.first_on).days

    def day(self, offset: int) -> str:
        """Return the calendar day of an offset."""
        return (self.first_on + timedelta(days=offset)).isoformat()


def _at(day: date, hour: int) -> int:
    return micros(datetime.combine(day, time(0), tzinfo=CHINA)) + hour * HOUR_US


def times_of(figures: Figures) -> Times:
    """Return the shifts' hours in force."""
    rows = {s.value: figures[f"shift.{s.value}"] for s in Shift}
    return Times(figures.on, {s: (int(r["start"]), int(r["hours"])) for s, r in rows.items()})


@dataclass(frozen=True)
class Built:
    """The problem, with what its ids mean."""

    problem: Problem
    times: Times
    cut: frozenset[str]  # ids of tasks in cut-off places

    @property
    def digest(self) -> str:
        """SHA-256 over the problem: the same one may be judged again."""
        total = hashlib.sha256()
        for f in fields(self.problem):
            value = getattr(self.problem, f.name)
            if isinstance(value, pl.DataFrame):
                value = value.sort(value.columns).write_json()
            total.update(f"{f.name}={value}".encode())
        return total.hexdigest()


def build(
    snapshot: Snapshot, wanted: Wanted, figures: Figures, days: int, at: int
) -> Built:  # fmt: skip
    """Return the problem to solve, as things stood at ``at`` (UTC microseconds).

    Raises:
        NoRuleInForce: a parameter has no value on the first day.
    """
    maker = _Maker(snapshot, wanted, figures, days, at)
    return Built(maker.problem(), maker.times, maker.cut_tasks)


class _Maker:
    def __init__(
        self, snapshot: Snapshot, wanted: Wanted, figures: Figures, days: int, at: int
    ) -> None:
        self._snapshot, self._figures, self._days, self._at = snapshot, figures, days, at
        self.times = times_of(figures)
        self._phases = Phases.of(wanted.reach, days)
        self._people = _usable_people(snapshot)
        self._claims = self._promises(wanted)
        self._tasks = self._ahead(wanted.tasks)
        self._slots = wanted.slots.filter(pl.col("task").is_in(self._tasks["id"].implode()))
        self.cut_tasks = self._cut()

    def _ahead(self, tasks: pl.DataFrame) -> pl.DataFrame:
        """Tasks with ``day`` and ``over``; of those that are over only where somebody was sent."""
        sent = self._snapshot.orders.filter(pl.col("progress").is_in(_KEPT))["task"].implode()
        when = tasks.select("day_on", "shift").rows()
        marked = tasks.with_columns(
            day=pl.Series([self.times.offset(d) for d, _ in when], dtype=pl.Int64()),
            over=pl.Series(
                [self.times.ends(d, s) <= self._at for d, s in when], dtype=pl.Boolean()
            ),
        )
        kept = ~pl.col("over") | pl.col("id").is_in(sent)
        self._claims = self._claims.filter(
            pl.col("task").is_in(marked.filter(kept)["id"].implode())
        )
        return marked.filter(kept)

    def _promises(self, wanted: Wanted) -> pl.DataFrame:
        """Volunteer, slot, task of promises: orders under way before claims, one a shift."""
        slots = wanted.slots.select(pl.col("id").alias("slot"), "task")
        when = wanted.tasks.select(pl.col("id").alias("task"), "day_on", "shift")
        under_way = self._snapshot.orders.filter(pl.col("progress").is_in(_KEPT))
        claims = self._snapshot.claims.filter(~pl.col("withdrawn").fill_null(value=False))
        told = pl.concat(
            [t.select("volunteer", "slot").sort("volunteer", "slot") for t in (under_way, claims)]
        )
        return (
            told.join(slots, on="slot", maintain_order="left").join(when, on="task", maintain_order="left")
            .filter(pl.col("volunteer").is_in(self._people["id"].implode()))
            .unique(["volunteer", "day_on", "shift"], keep="first", maintain_order=True)
        )  # fmt: skip

    def problem(self) -> Problem:
        who, figures = self._people, self._figures
        key = pl.col("id").alias("volunteer")
        spots = self._spots()
        equipment = self._pieces()
        starts = pl.concat([who["township"], equipment["place"]])
        places = spots.select("place", "phase").unique().sort("place", "phase")
        return Problem(
            volunteers=conform(who.select(
                key, pl.col("organization").alias("organisation"), pl.col("township").alias("home"),
                "adult", pl.col("hours_day").fill_null(figures["hours_day"]),
                pl.col("rest_hours").fill_null(figures["rest_hours"]),
            ), tables.VOLUNTEERS),
            skills=frame(tables.SKILLS, [
                {"volunteer": v, "skill": s, "level": int(n)} for v, s, n in _pairs(who, "skills")]),
            certificates=frame(tables.CERTIFICATES, [
                {"volunteer": v, "certificate": c, "valid_until": self.times.offset(d)}
                for v, c, d in _pairs(who, "certificates")]),
            languages=conform(who.select(key, pl.col("languages").alias("language")).explode(
                "language").drop_nulls(), tables.LANGUAGES),
            available=frame(tables.AVAILABLE, list(self._available())),
            teams=conform(_teams(self._snapshot, who), tables.TEAMS), equipment=equipment,
            shifts=frame(tables.SHIFTS, [
                {"shift": s, "start": start, "hours": hours}
                for s, (start, hours) in self.times.hours.items()]),
            tasks=self._task_table(spots), slots=self._slot_table(),
            travel=self._phases.travel(starts, places),
            claims=conform(self._claims, tables.CLAIMS), preferences=self._preferences(),
            days=self._days, reach_minutes=figures["reach_minutes"],
            language_points=figures["language_points"],
        )  # fmt: skip

    def _spots(self) -> pl.DataFrame:
        rows = self._tasks.select("id", "place", "day").to_dicts()
        return pl.DataFrame(
            [{**r, "phase": self._phases.phase(r["day"]), "spot": self._phases.spot(r["place"], r["day"])}
             for r in rows],
            schema={"id": pl.String(), "place": pl.String(), "day": pl.Int64(), "phase": pl.Int64(),
                    "spot": pl.String()},
        )  # fmt: skip

    def _cut(self) -> frozenset[str]:
        cut = self._phases.cut()
        rows = self._tasks.select("id", "place", "day").iter_rows()
        return frozenset(t for t, p, d in rows if p in cut[self._phases.phase(d)])

    def _task_table(self, spots: pl.DataFrame) -> pl.DataFrame:
        """TASKS; one that is over keeps only who was there: nothing more is asked of it."""
        spot = dict(spots.select("id", "spot").iter_rows())
        rows = []
        for t in self._tasks.iter_rows(named=True):
            length = self.times.hours[t["shift"]][1]
            rows.append({
                "task": t["id"], "place": spot[t["id"]], "day": t["day"], "shift": t["shift"],
                "hours": min(t["hours"] or length, length), "tier": t["tier"], "weight": t["weight"],
                "language": t["language"] or "", "cut_off": t["id"] in self.cut_tasks and not t["over"],
                "adults_only": bool(t["adults_only"]),
                "equipment": "" if t["over"] else t["equipment"] or "",
                "min_crew": 1 if t["over"] else max(1, min(t["min_crew"] or 1, self._wanted(t["id"]))),
            })  # fmt: skip
        return frame(tables.TASKS, rows)

    def _wanted(self, task: str) -> int:
        return int(self._slots.filter(pl.col("task") == task)["wanted"].sum())

    def _slot_table(self) -> pl.DataFrame:
        held = self._claims.group_by("slot").agg(pl.len().cast(pl.Int64()).alias("held"))
        over = self._tasks.select(pl.col("id").alias("task"), "over")
        table = self._slots.join(held, left_on="id", right_on="slot", how="left").join(
            over, on="task"
        )
        held_or_none = pl.col("held").fill_null(0)
        made = table.filter(~pl.col("over") | (held_or_none > 0)).with_columns(
            pl.when("over").then(0).otherwise("least").alias("least"),
            pl.when("over").then(held_or_none)
            .otherwise(pl.max_horizontal("wanted", held_or_none)).alias("count"),
            pl.col("id").alias("slot"),
        )  # fmt: skip
        return conform(made, tables.SLOTS)

    def _available(self) -> Iterator[Row]:
        barred = self._barred()
        until = dict(self._snapshot.organizations.select("id", "valid_to").iter_rows())
        columns = ("id", "organization", "from_on", "to_on", "shifts")
        for v, org, start, end, shifts in self._people.select(columns).iter_rows():
            for offset in range(self._days):
                day = self.times.day(offset)
                if not (start or "") <= day <= min(x for x in (end, until[org], "9999") if x):
                    continue
                for shift in shifts or []:
                    if (v, day, shift) not in barred:
                        yield {"volunteer": v, "day": offset, "shift": shift}

    def _barred(self) -> set[tuple[str, str, str]]:
        """Shifts that somebody declined or missed, and those too soon after the days before."""
        orders = self._snapshot.orders
        out = orders.filter(pl.col("progress").is_in(_OUT)).select("volunteer", "day_on", "shift")
        found = set(out.iter_rows())
        rest = dict(self._people.select("id", "rest_hours").iter_rows())
        before = orders.filter(
            pl.col("progress").is_in(_KEPT) & (pl.col("day_on") < self.times.first_on.isoformat())
        )
        first = self.times.day(0)
        for v, ends in before.select("volunteer", "ends_at").iter_rows():
            hours = rest.get(v)
            free = ends + (self._figures["rest_hours"] if hours is None else hours) * HOUR_US
            found |= {(v, first, s) for s in self.times.hours if self.times.begins(first, s) < free}
        return found

    def _pieces(self) -> pl.DataFrame:
        """EQUIPMENT, a row a piece."""
        own = self._snapshot.equipment.filter(_USABLE)
        return frame(tables.EQUIPMENT, [
            {"equipment": f"{e['id']}#{n + 1}", "kind": e["kind"], "place": e["township"],
             "skill": operating(e["kind"]) if e["operator"] else "", "level": 1}
            for e in own.iter_rows(named=True) for n in range(e["pieces"] or 0)
        ])  # fmt: skip

    def _preferences(self) -> pl.DataFrame:
        liked = self._snapshot.organizations.select("id", "prefers").explode("prefers").drop_nulls()
        tasks = self._tasks.filter(~pl.col("over")).select(pl.col("id").alias("task"), "kind")
        both = liked.join(tasks, left_on="prefers", right_on="kind").with_columns(
            pl.lit(self._figures["prefer_points"], dtype=pl.Int64()).alias("points"),
            pl.col("id").alias("organisation"),
        )
        return conform(both, tables.PREFERENCES)


def _usable_people(snapshot: Snapshot) -> pl.DataFrame:
    """Return volunteers who can be called upon, and whose team and organisation can."""
    gone = snapshot.organizations.filter(~_USABLE)["id"].implode()
    out = snapshot.teams.filter(~_USABLE)["id"].implode()
    return snapshot.volunteers.filter(
        _USABLE & ~pl.col("organization").is_in(gone) & ~pl.col("team").is_in(out)
    )


def _teams(snapshot: Snapshot, people: pl.DataFrame) -> pl.DataFrame:
    whole = snapshot.teams.filter(pl.col("together").fill_null(value=False))["id"].implode()
    return people.filter(pl.col("team").is_in(whole)).select(
        "team", pl.col("id").alias("volunteer")
    )


def _pairs(people: pl.DataFrame, column: str) -> Iterator[tuple[str, str, str]]:
    """Yield (volunteer, name, value) of a list of ``name=value``."""
    for volunteer, texts in people.select("id", column).iter_rows():
        for text in texts or []:
            name, _, value = text.rpartition("=")
            yield volunteer, name, value
