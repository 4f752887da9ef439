"""All that one person could take at most, where counting by class alone would not be exact.

Where tasks last unequally long, hours of a day or a cap are knapsacks, and whole counts within n
times their bounds need not split into n rosters. There each class counts people by roster instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

MOST_ROSTERS = 500
"""A class with more of them is counted without; naming then finds out whether that was exact."""
MOST_STEPS = 20_000

Roster = tuple[int, ...]
"""Hours at each time; 0 = free."""


@dataclass(frozen=True)
class Time:
    """A time at which tasks happen, and how long they may last there, ascending."""

    begin: int
    end: int
    day: int
    hours: tuple[int, ...]


@dataclass(frozen=True)
class Duty:
    """What one person's rosters must keep, at times in order of their begin."""

    times: tuple[Time, ...]
    rest: int
    room: tuple[int, ...]  # hours by day
    most: int  # hours in all

    def fits(self, roster: Roster) -> bool:
        """Whether one person can work the roster."""
        taken = [k for k, hours in enumerate(roster) if hours]
        by_day = dict.fromkeys((t.day for t in self.times), 0)
        for k in taken:
            by_day[self.times[k].day] += roster[k]
        ends = [self.times[k].end + self.rest for k in taken]
        begins = [self.times[k].begin for k in taken]
        rested = all(b >= max(ends[:i]) for i, b in enumerate(begins) if i)
        return (
            rested
            and sum(roster) <= self.most
            and all(h <= self.room[d] for d, h in by_day.items())
        )

    def longest(self, roster: Roster) -> bool:
        """Whether no time of the roster could be longer."""
        for k, hours in enumerate(roster):
            for more in self.times[k].hours:
                if more > hours and self.fits((*roster[:k], more, *roster[k + 1 :])):
                    return False
        return True


@lru_cache(maxsize=4096)
def rosters(duty: Duty) -> tuple[Roster, ...] | None:
    """Return all rosters that could not be longer anywhere; None if they are too many."""
    partial: list[Roster] = [()]
    steps, width = 0, len(duty.times)
    for time in duty.times:
        grown = []
        for roster in partial:
            for hours in (*time.hours, 0):
                longer = (*roster, hours)
                steps += 1
                if duty.fits((*longer, *([0] * (width - len(longer))))):
                    grown.append(longer)
        if steps > MOST_STEPS:
            return None
        partial = grown
    found = tuple(r for r in partial if duty.longest(r))
    return found if len(found) <= MOST_ROSTERS else None
