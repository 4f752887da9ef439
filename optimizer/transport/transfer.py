"""What links the two legs of a parcel that changes vehicle."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from optimizer.transport.complete import without
from optimizer.transport.jobs import Done
from optimizer.transport.timetable import timetable


def arrivals(done: list[Done], transfer: int) -> dict[str, int]:
    """Return when each fed parcel is ready for its next vehicle."""
    ready: dict[str, int] = {}
    for job in done:
        for carrier in job.task.carriers:
            for run in timetable(job.task, carrier, job.tours.get(carrier.id, ())) or ():
                for stop in run.stops:
                    for visit in stop.visits:
                        errand = job.job.errands[visit]
                        if errand.leg == "feeder":
                            ready[errand.parcel.id] = stop.leave + transfer
    return ready


def forget(done: Done, stuck: Collection[str]) -> Done:
    """Take parcels that get no further out of the trips that would bring them to a transfer.

    What is left arrives no later than before, so the last legs stay as they are.
    """
    gone = frozenset(
        k for k, e in enumerate(done.job.errands)
        if e.leg == "feeder" and e.parcel.id in stuck
    )  # fmt: skip
    if not gone:
        return done
    tours = dict(done.tours)
    for carrier in done.task.carriers:
        shorter = without(done.task, carrier, tours.get(carrier.id, ()), gone)
        if shorter is not None:
            tours[carrier.id] = shorter
    return replace(done, tours=tours)
