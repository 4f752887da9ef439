"""All that one person could take at most, against plain enumeration of everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from optimizer.volunteers.rosters import Duty, Roster, Time, rosters


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    """A few times over two days, some of which overlap."""
    spans = draw(
        st.sets(st.tuples(st.integers(0, 40), st.sampled_from([4, 8])), min_size=1, max_size=5)
    )
    times = tuple(
        Time(b, b + n, b // 24, tuple(sorted(draw(st.sets(st.integers(1, n), min_size=1, max_size=2)))))
        for b, n in sorted(spans)
    )  # fmt: skip
    room = tuple(draw(st.lists(st.integers(-1, 12), min_size=2, max_size=2)))
    return Duty(times, draw(st.integers(0, 12)), room, draw(st.integers(0, 20)))


def fits(duty: Duty, roster: Roster) -> bool:
    """Whether one person can work it, rule by rule."""
    taken = [(t, h) for t, h in zip(duty.times, roster, strict=True) if h]
    days = {t.day for t in duty.times}
    apart = all(
        a.end + duty.rest <= b.begin or b.end + duty.rest <= a.begin
        for n, (a, _) in enumerate(taken) for b, _ in taken[:n]
    )  # fmt: skip
    by_day = {d: sum(h for t, h in taken if t.day == d) for d in days}
    return apart and sum(roster) <= duty.most and all(by_day[d] <= duty.room[d] for d in days)


@given(duties())
def test_rosters_are_those_that_fit_and_could_not_be_longer(duty: Duty) -> None:
    every = [r for r in product(*((0, *t.hours) for t in duty.times)) if fits(duty, r)]
    longest = {
        r for r in every
        if not any(s != r and sum(a != b for a, b in zip(r, s, strict=True)) == 1 and sum(s) > sum(r)
                   for s in every)
    }  # fmt: skip
    found = rosters(duty)
    assert found is not None
    assert set(found) == longest
    assert len(found) == len(longest)
