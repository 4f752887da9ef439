"""Receipt (签收): what a signed figure moves, and what it may not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphcore.domain.text import Text, say


class Level(StrEnum):
    """Who signs: the household for itself, or the delivery point for those who fetch there."""

    HOUSEHOLD = "household"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed for of one cargo: totals so far, so that the same sheet may come again."""

    cargo: str
    received: int
    damaged: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Units from one bucket to another."""

    source: str
    target: str
    units: int


class NotAsSigned(Exception):
    """A figure that cannot be; never leaves the use case."""

    def __init__(self, what: Text, advice: Text) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def steps(cargo: Mapping[str, Any], signed: Signed, level: Level) -> list[Step]:
    """Return what a signature moves: nothing if it says what is known.

    What is neither received, damaged nor declined stays open, on its way or at the point: silence
    never closes a case. Units at the point are handed over before those still on the vehicle.

    Args:
        cargo: its buckets (see `api.usecases.transport.moves.BUCKETS`), quantity and subject.
        signed: the totals signed for.
        level: who signs. Nobody signs one by one for people without names: the point does.

    Raises:
        NotAsSigned: it has not left, more is signed for than was sent, or less than before.
    """
    if not _left(cargo):
        raise NotAsSigned(say("这批物资还没有发出。"), say("请先发出车次，再登记签收。"))
    unnamed = str(cargo["subject"]).startswith("HC-")
    to_hand = level is Level.HOUSEHOLD or unnamed
    known = cargo["received"] if to_hand else cargo["at_point"] + cargo["received"]
    more = {"received" if to_hand else "at_point": signed.received - known,
            "damaged": signed.damaged - cargo["damaged"],
            "declined": signed.declined - cargo["declined"]}  # fmt: skip
    if min(more.values()) < 0:
        raise NotAsSigned(say("签收数比以前登记的少（已收 {known}，破损 {damaged}，拒收 {declined}）。",
                              known=known, damaged=cargo["damaged"], declined=cargo["declined"]),
                          say("请填累计数；已签收的不能改少。"))  # fmt: skip
    sources = ("at_point", "in_transit") if to_hand else ("in_transit",)
    open_ = sum(cargo[s] for s in sources)
    if sum(more.values()) > open_:
        raise NotAsSigned(
            say("实收、破损、拒收之和超过尚未签收的 {open} 件。", open=open_),
            say("请按应发数量核对；多出的请另行登记。"),
        )
    return list(_drawn({s: cargo[s] for s in sources}, more))


def _left(cargo: Mapping[str, Any]) -> bool:
    names = ("in_transit", "at_point", "received", "declined", "damaged", "lost")
    return sum(int(cargo[b]) for b in names) > 0


def _drawn(have: dict[str, int], more: Mapping[str, int]) -> Iterator[Step]:
    for target, units in more.items():
        left = units
        for source, there in list(have.items()):
            taken = min(left, there)
            if taken:
                have[source] = there - taken
                left -= taken
                yield Step(source, target, taken)
