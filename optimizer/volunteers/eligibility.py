"""Who may fill which slot: one boolean matrix for each rule, over volunteers and slots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.volunteers.problem import Problem

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
NO_WAY = 1_000_000
"""Minutes of a pair of places without a way."""


@dataclass(frozen=True)
class Grid:
    """A validated problem as arrays: V volunteers, S slots, T tasks, all in table order."""

    problem: Problem

    @cached_property
    def slots(self) -> pl.DataFrame:
        """SLOTS with their task's columns and ``task_row``, ``begin``, ``end`` (absolute hours)."""
        tasks = self.problem.tasks.with_row_index("task_row").join(
            self.problem.shifts.rename({"hours": "shift_hours"}), on="shift", maintain_order="left"
        )
        begin = pl.col("day") * 24 + pl.col("start")
        tasks = tasks.with_columns(
            pl.col("task_row").cast(pl.Int64), begin=begin, end=begin + pl.col("shift_hours")
        )
        return self.problem.slots.join(tasks, on="task", maintain_order="left")

    @cached_property
    def skilled(self) -> Bools:
        """V x S: has the slot's skill at its level."""
        return self._having(self.problem.skills, ("skill", "level"), "level")

    @cached_property
    def certified(self) -> Bools:
        """V x S: holds the slot's certificate, valid on the task's day."""
        return self._having(self.problem.certificates, ("certificate", "day"), "valid_until")

    @cached_property
    def offered(self) -> Bools:
        """V x S: offered to come on the day and shift."""
        times = self.slots.select("day", "shift").unique(maintain_order=True).with_row_index("time")
        came = self.problem.available.join(times, on=["day", "shift"])
        table = np.zeros((self.people, times.height), dtype=np.bool_)
        table[self.row_of(came["volunteer"]), came["time"].to_numpy()] = True
        at = self.slots.join(times, on=["day", "shift"], maintain_order="left")["time"]
        return np.asarray(table[:, at.to_numpy()])

    @cached_property
    def minutes(self) -> Ints:
        """V x S: one way from home to the task's place; NO_WAY without a way."""
        homes, starts = _codes(self.problem.volunteers["home"])
        places, ends = _codes(self.slots["place"])
        table = ways(self.problem.travel, starts, ends)
        return np.asarray(table[homes][:, places])

    @cached_property
    def reached(self) -> Bools:
        """V x S: the way exists and is no longer than the problem allows."""
        return np.asarray(self.minutes <= self.problem.reach_minutes)

    @cached_property
    def of_age(self) -> Bools:
        """V x S: adult where the task or the place demands it."""
        demands = (self.slots["adults_only"] | self.slots["cut_off"]).to_numpy()
        adult = self.problem.volunteers["adult"].to_numpy()
        return np.asarray(adult[:, None] | ~demands[None, :])

    @cached_property
    def free(self) -> Bools:
        """V x S: no claim of theirs is in the way, by time, rest or hours of the day."""
        table = np.ones((self.people, self.slots.height), dtype=np.bool_)
        rest = self.problem.volunteers["rest_hours"].to_numpy()
        begin, end = self.slots["begin"].to_numpy(), self.slots["end"].to_numpy()
        for v, s in zip(self.claim_rows.tolist(), self.claim_slots.tolist(), strict=True):
            table[v] &= (begin >= end[s] + rest[v]) | (end + rest[v] <= begin[s])
        room = self.problem.volunteers["hours_day"].to_numpy()[:, None] - self.claimed_hours
        day = self.slots["day"].to_numpy()
        return np.asarray(table & (self.slots["hours"].to_numpy()[None, :] <= room[:, day]))

    @cached_property
    def eligible(self) -> Bools:
        """V x S: every rule for one person and one slot."""
        return np.asarray(
            self.skilled & self.certified & self.offered & self.reached & self.of_age & self.free
        )

    @cached_property
    def operates(self) -> dict[tuple[str, int], Bools]:
        """(skill, level) of an operator -> V: who can work such equipment."""
        wanted = self.problem.equipment.select("skill", "level").unique(maintain_order=True)
        return {
            (skill, level): self._has("skill", skill, "level", level)
            for skill, level in wanted.iter_rows()
        }

    @cached_property
    def speaks(self) -> Bools:
        """V x S: speaks the language that the task wants (False where none is wanted)."""
        codes, words = _codes(self.slots["language"])
        known = self.problem.languages.filter(pl.col("language") != "")
        places = {w: k for k, w in enumerate(words.to_list())}
        hit = known.filter(pl.col("language").is_in(words.implode()))
        table = np.zeros((self.people, len(places)), dtype=np.bool_)
        table[self.row_of(hit["volunteer"]), [places[w] for w in hit["language"]]] = True
        return np.asarray(table[:, codes])

    @cached_property
    def points(self) -> Ints:
        """V x S: preference points of the volunteer's organisation for the task."""
        orgs, names = _codes(self.problem.volunteers["organisation"])
        place = {w: k for k, w in enumerate(names.to_list())}
        task = {t: k for k, t in enumerate(self.problem.tasks["task"].to_list())}
        table = np.zeros((len(place), len(task)), dtype=np.int64)
        for organisation, name, points in self.problem.preferences.iter_rows():
            if organisation in place:
                table[place[organisation], task[name]] = points
        return np.asarray(table[orgs][:, self.slots["task_row"].to_numpy()])

    @property
    def people(self) -> int:
        """V, the number of volunteers."""
        return self.problem.volunteers.height

    @cached_property
    def claim_rows(self) -> Ints:
        """The volunteer of each claim, as a row number."""
        return self.row_of(self.problem.claims["volunteer"])

    @cached_property
    def claim_slots(self) -> Ints:
        """The slot of each claim, as a row number."""
        return _rows(self.problem.claims["slot"], self.problem.slots["slot"])

    @cached_property
    def claimed(self) -> Ints:
        """S: people who claimed the slot."""
        return np.bincount(self.claim_slots, minlength=self.slots.height).astype(np.int64)

    @cached_property
    def claimed_hours(self) -> Ints:
        """V x days: hours that claims take."""
        table = np.zeros((self.people, self.problem.days), dtype=np.int64)
        slot = self.claim_slots
        day, hours = self.slots["day"].to_numpy()[slot], self.slots["hours"].to_numpy()[slot]
        np.add.at(table, (self.claim_rows, day), hours)
        return table

    def row_of(self, volunteers: pl.Series) -> Ints:
        """Return row numbers of volunteers."""
        return _rows(volunteers, self.problem.volunteers["volunteer"])

    def _having(self, table: pl.DataFrame, wants: tuple[str, str], measure: str) -> Bools:
        """Return V x S: has what the slot wants (first column) at its measure or above."""
        kinds = self.slots.select(wants).unique(maintain_order=True).with_row_index("kind")
        name, least = wants
        per = [
            self._has(name, str(k), measure, int(low), table)
            for k, low in kinds.select(name, least).iter_rows()
        ]
        at = self.slots.join(kinds, on=list(wants), maintain_order="left")["kind"].to_numpy()
        return np.asarray(np.array(per, dtype=np.bool_).reshape(kinds.height, self.people)[at].T)

    def _has(
        self, name: str, kind: str, measure: str, least: int, table: pl.DataFrame | None = None
    ) -> Bools:
        if kind == "":
            return np.ones(self.people, dtype=np.bool_)
        source = self.problem.skills if table is None else table
        who = source.filter((pl.col(name) == kind) & (pl.col(measure) >= least))
        found = np.zeros(self.people, dtype=np.bool_)
        found[self.row_of(who["volunteer"])] = True
        return found


def ways(travel: pl.DataFrame, starts: pl.Series, ends: pl.Series) -> Ints:
    """Return the minutes between places, starts x ends; NO_WAY where there is no way."""
    row = {p: k for k, p in enumerate(starts.to_list())}
    column = {p: k for k, p in enumerate(ends.to_list())}
    table = np.full((len(row), len(column)), NO_WAY, dtype=np.int64)
    for place in row.keys() & column.keys():
        table[row[place], column[place]] = 0
    for start, place, minutes in travel.iter_rows():
        if start in row and place in column:
            table[row[start], column[place]] = minutes
    return table


def _codes(values: pl.Series) -> tuple[Ints, pl.Series]:
    """Return each value's number, and the values by number (sorted)."""
    distinct = values.unique().sort()
    return _rows(values, distinct), distinct


def _rows(values: pl.Series, keys: pl.Series) -> Ints:
    table = pl.DataFrame({"key": keys, "row": np.arange(len(keys))})
    found = pl.DataFrame({"key": values}, schema={"key": pl.String}).join(
        table, on="key", how="left", maintain_order="left"
    )
    return found["row"].to_numpy().astype(np.int64)
