"""Which report is due from which township, by the response as it was started, changed and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from graphcore.domain.figures import Phase, ResponseAct
from graphcore.domain.tables import Schema, frame

HOUR = 3_600_000_000
_S, _I = pl.String(), pl.Int64()


class Due(StrEnum):
    """How a township's next report stands."""

    MISSING = "missing"  # it never reported, and should have
    LATE = "late"
    WAITING = "waiting"  # not due yet
    DONE = "done"  # verified


CLOCKS: Schema = {
    "township": _S, "versions": _I, "last_phase": _S, "last_at": _I, "clock": _S, "due_at": _I,
    "state": _S,
    "missed": _I,  # reports that should have come since and did not
    "first_late": _I,  # minutes by which the first report came late, 0 if in time
}  # fmt: skip
"""One row a township that was hit; ``clock`` is the phase that is due, "" once all is verified."""


@dataclass(frozen=True, slots=True)
class Step:
    """A response started, changed, found stable or ended, by whom and when it took effect."""

    act: ResponseAct
    level: str
    at: int


@dataclass(frozen=True, slots=True)
class Response:
    """How the response stands at a moment; level "" = none is running."""

    level: str = ""
    started_at: int = 0
    stable_at: int = 0
    ended_at: int = 0

    @property
    def settled_at(self) -> int:
        """When figures were to be verified from: stable, or ended; 0 = not yet."""
        told = [t for t in (self.stable_at, self.ended_at) if t]
        return min(told, default=0)


def response_at(steps: Sequence[Step], at: int) -> Response:
    """Return the response as it stands; a new start after an end begins anew."""
    now = Response()
    for step in sorted(steps, key=lambda s: s.at):
        if step.at > at:
            break
        now = _after(now, step)
    return now


def fault(steps: Sequence[Step], step: Step) -> str:
    """Return why a step cannot follow the others: ``running``, ``idle``, ``level``; "" if it can.

    A response is started once, changed, found stable and ended while it runs; a start and a change
    name a level.
    """
    now = response_at(steps, step.at)
    if step.act in (ResponseAct.START, ResponseAct.CHANGE) and not step.level:
        return "level"
    if step.act is ResponseAct.START:
        return "running" if now.level else ""
    return "" if now.level else "idle"


def _after(now: Response, step: Step) -> Response:
    if step.act is ResponseAct.START:
        return Response(step.level, step.at)
    if step.act is ResponseAct.CHANGE:
        return Response(step.level, now.started_at)
    if step.act is ResponseAct.STABLE:
        return Response(now.level, now.started_at, step.at, now.ended_at)
    return Response("", now.started_at, now.stable_at, step.at)


@dataclass(frozen=True, slots=True)
class Terms:
    """Deadlines in force: hours to the first report, between follow-ups, and the verified one's time."""

    first: int
    every: int
    verified_at: int = 0  # 0 = the disaster is not stable yet


def clocks(
    towns: Sequence[str], latest: pl.DataFrame, occurred_at: int, at: int, terms: Terms
) -> pl.DataFrame:
    """Return CLOCKS of the townships that were hit, by township.

    The first report is due after the disaster, the next after each one before it, zero reports
    included, until the disaster is stable; then the verified one, which ends it.

    Args:
        towns: codes of the townships.
        latest: township, versions, phase, reported_at, first_at of each one's latest report.
        occurred_at: when the disaster struck.
        at: the moment asked about.
        terms: deadlines in force.
    """
    known = {r["township"]: r for r in latest.iter_rows(named=True)}
    rows = [_clock(town, known.get(town), occurred_at, at, terms) for town in sorted(set(towns))]
    return frame(CLOCKS, rows)


def _clock(
    town: str, last: Mapping[str, int | str] | None, occurred_at: int, at: int, terms: Terms
) -> dict[str, object]:
    first_due = occurred_at + terms.first * HOUR
    clock, due = _next(last, first_due, terms)
    over = bool(clock) and at > due
    state = (
        Due.DONE if not clock else Due.WAITING if not over else Due.LATE if last else Due.MISSING
    )
    every = terms.every * HOUR
    missed = 0 if not over else 1 if clock == Phase.VERIFIED else 1 + (at - due - 1) // every
    came = int(last["first_at"]) if last else 0
    return {
        "township": town, "versions": last["versions"] if last else 0,
        "last_phase": last["phase"] if last else "", "last_at": last["reported_at"] if last else 0,
        "clock": clock, "due_at": due, "state": state.value, "missed": missed,
        "first_late": max(0, came - first_due) // 60_000_000 if came else 0,
    }  # fmt: skip


def _next(last: Mapping[str, int | str] | None, first_due: int, terms: Terms) -> tuple[str, int]:
    if last is None:
        return Phase.FIRST.value, first_due
    if last["phase"] == Phase.VERIFIED:
        return "", 0
    if terms.verified_at:
        return Phase.VERIFIED.value, terms.verified_at
    return Phase.FOLLOW_UP.value, int(last["reported_at"]) + terms.every * HOUR
