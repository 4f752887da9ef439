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

    def begun(self) -> list[_Part]:
        """Return the roster of nothing yet, if even free days keep the room."""
        empty = _Part((), dict.fromkeys((t.day for t in self.times), 0), 0, -self.rest)
        return [empty] if all(self.room[d] >= 0 for d in empty.by_day) and self.most >= 0 else []

    def grown(self, part: _Part, time: Time, hours: int) -> _Part | None:
        """Return the part with the next time worked (or free, 0 hours); None if a rule forbids it."""
        if not hours:
            return _Part((*part.hours, 0), part.by_day, part.total, part.free)
        day, total = part.by_day[time.day] + hours, part.total + hours
        if time.begin < part.free or day > self.room[time.day] or total > self.most:
            return None
        free = max(part.free, time.end + self.rest)
        return _Part((*part.hours, hours), part.by_day | {time.day: day}, total, free)

    def longest(self, part: _Part) -> bool:
        """Whether no time of the roster could be longer."""
        after = self._begins_after(part.hours)
        free = -self.rest
        for k, (hours, time) in enumerate(zip(part.hours, self.times, strict=True)):
            spare = min(self.room[time.day] - part.by_day[time.day], self.most - part.total)
            apart = bool(hours) or (time.begin >= free and time.end + self.rest <= after[k])
            if apart and any(0 < more - hours <= spare for more in time.hours):
                return False
            if hours:
                free = max(free, time.end + self.rest)
        return True

    def _begins_after(self, roster: Roster) -> list[float]:
        """Return, for each time, when the next one that is worked begins."""
        after, following = [], float("inf")
        for hours, time in zip(reversed(roster), reversed(self.times), strict=True):
            after.append(following)
            following = time.begin if hours else following
        return after[::-1]


@dataclass(frozen=True, slots=True)
class _Part:
    """A roster's first times: hours at each, by day and in all, and when the person is free again."""

    hours: Roster
    by_day: dict[int, int]
    total: int
    free: int


@lru_cache(maxsize=4096)
def rosters(duty: Duty) -> tuple[Roster, ...] | None:
    """Return all rosters that could not be longer anywhere; None if they are too many."""
    partial, steps = duty.begun(), 0
    for time in duty.times:
        steps += len(partial) * (len(time.hours) + 1)
        if steps > MOST_STEPS:
            return None
        made = (duty.grown(part, time, hours) for part in partial for hours in (*time.hours, 0))
        partial = [part for part in made if part is not None]
    found = tuple(part.hours for part in partial if duty.longest(part))
    return found if len(found) <= MOST_ROSTERS else None
