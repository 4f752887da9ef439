"""A repeated request has one effect: the record commits with the effect.

Kept is the hash of (caller, operation, key), the body's hash and a reference to the result, never
the key or the body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from graphcore.domain.errors import KeyReused
from graphcore.domain.event import canonical_json
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

_LABEL = "IdempotencyRecord"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may come again. ``at`` is UTC microseconds, ``body`` its canonical bytes."""

    caller: str
    operation: str
    key: str
    body: bytes
    at: int

    @property
    def record(self) -> str:
        """Primary key of the record."""
        named = canonical_json({"parts": [self.caller, self.operation, self.key]})
        return hashlib.sha256(named.encode()).hexdigest()

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the request led to: a reference (an id), a status, and whether it was there before."""

    result: str
    status: int = 200
    replayed: bool = False


def recall(unit: ReadUnit, request: Request) -> Outcome | None:
    """Return the outcome of an earlier request with the same key, or None.

    Raises:
        KeyReused: the earlier one had another body.
    """
    found = unit.nodes(_LABEL, [request.record])
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    if row["body_hash"] != request.body_hash:
        raise KeyReused(
            say("幂等键已用于另一个内容不同的请求。"), say("请为新的请求换一个幂等键。")
        )
    return Outcome(row["result"], row["status"], replayed=True)


def once(unit: WriteUnit, request: Request, effect: Callable[[], Outcome]) -> Outcome:
    """Run ``effect`` inside the unit unless the request has been here; record what it led to.

    Raises:
        KeyReused: the key was used with another body.
    """
    earlier = recall(unit, request)
    if earlier is not None:
        return earlier
    outcome = effect()
    record = {
        "key": request.record,
        "body_hash": request.body_hash,
        "result": outcome.result,
        "status": outcome.status,
        "at": request.at,
    }
    unit.create(_LABEL, pl.DataFrame([record]))
    return outcome
