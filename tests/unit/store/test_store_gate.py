"""The gate: a checkpoint has it alone, or gives up; newcomers wait for a moment only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from graphcore.domain.errors import StoreBusy, StoreUnavailable
from graphcore.store.embedded.gate import Gate


class Visitor:
    """A guest whose time is up when the test says so."""

    def __init__(self, *, late: bool = False, endable: bool = True) -> None:
        self.late, self.endable = late, endable
        self.expired = self.ended = False

    def overdue(self) -> bool:
        return self.late

    def expire(self) -> bool:
        self.expired = self.endable
        return self.endable

    def end(self) -> None:
        self.ended = True


@contextmanager
def held(gate: Gate, guest: Visitor) -> Iterator[threading.Event]:
    """A guest that is in, in a thread of its own, until the event is set."""
    entered, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with gate.inside(guest):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=stay)
    thread.start()
    assert entered.wait(5)
    try:
        yield leave
    finally:
        leave.set()
        thread.join()


def test_alone_with_nobody_in() -> None:
    gate = Gate(0.1)
    with gate.alone(0.0) as alone:
        assert alone
    with gate.inside(Visitor()):
        assert gate.guests == 1
    assert gate.guests == 0


def test_a_look_gives_up_at_once_while_somebody_is_in() -> None:
    gate = Gate(0.1)
    begun = time.monotonic()
    with gate.inside(Visitor()), gate.alone(0.0) as alone:
        assert not alone
    assert time.monotonic() - begun < 0.1


def test_a_look_that_gave_up_turns_nobody_away() -> None:
    gate = Gate(0.0)
    with gate.inside(Visitor()), gate.alone(0.0), gate.inside(Visitor()):
        assert gate.guests == 2


def test_waiting_ends_when_the_last_guest_leaves() -> None:
    gate = Gate(0.1)
    with held(gate, Visitor()) as leave:
        threading.Timer(0.1, leave.set).start()
        with gate.alone(5.0) as alone:
            assert alone
            assert gate.guests == 0


def test_waiting_ends_after_its_moment_and_reopens() -> None:
    gate = Gate(0.05)
    with held(gate, Visitor()):
        with gate.alone(0.1) as alone:
            assert not alone
        with gate.inside(Visitor()):
            assert gate.guests == 2


def test_newcomers_are_turned_away_while_one_is_alone() -> None:
    gate = Gate(0.05)
    with gate.alone(0.0), pytest.raises(StoreBusy) as refused, gate.inside(Visitor()):
        pass
    assert refused.value.retry


def test_newcomers_wait_for_the_moment_to_pass() -> None:
    gate, entered = Gate(5.0), threading.Event()

    def visit() -> None:
        with gate.inside(Visitor()):
            entered.set()

    with gate.alone(0.0):
        newcomer = threading.Thread(target=visit)
        newcomer.start()
        assert not entered.wait(0.1)
    assert entered.wait(5)
    newcomer.join()


def test_two_cannot_be_alone() -> None:
    gate = Gate(0.1)
    with gate.alone(0.0) as first, gate.alone(0.0) as second:
        assert (first, second) == (True, False)


def test_an_overdue_guest_is_sent_home() -> None:
    gate, guest = Gate(0.1), Visitor(late=True)
    with held(gate, guest), gate.alone(5.0) as alone:
        assert alone
    assert guest.expired


def test_an_overdue_guest_that_cannot_be_ended_keeps_the_gate() -> None:
    gate = Gate(0.1)
    with held(gate, Visitor(late=True, endable=False)), gate.alone(0.05) as alone:
        assert not alone


def test_a_guest_within_its_time_is_left_in_peace() -> None:
    gate, guest = Gate(0.1), Visitor()
    with held(gate, guest), gate.alone(0.05) as alone:
        assert not alone
    assert not guest.expired


def test_shutting_ends_those_who_stay_and_lets_nobody_in() -> None:
    gate, guest = Gate(0.1), Visitor()
    with held(gate, guest):
        gate.shut(0.05)
        assert guest.ended
        assert gate.guests == 0
        with pytest.raises(StoreUnavailable), gate.inside(Visitor()):
            pass


def test_shutting_waits_for_those_who_leave() -> None:
    gate, guest = Gate(0.1), Visitor()
    with held(gate, guest) as leave:
        threading.Timer(0.1, leave.set).start()
        gate.shut(5.0)
    assert not guest.ended
