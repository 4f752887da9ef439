"""The event chain: appending a link, reading links back, verifying them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from graphcore.domain.event import GENESIS, Event, EventDraft, link
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import Text, say
from graphcore.store import statements
from graphcore.store.port import ReadUnit, Row

Run = Callable[[str, Mapping[str, object]], list[Row]]

_PAGE = 5_000
_FIELDS = ("id", "district", "seq", "type", "actor", "at", "canonical", "prev_hash", "hash")
_TOLD = ("district", "seq", "type", "actor", "at")
"""Fields that stand both in the node and in its canonical bytes."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A link that does not hold. ``seq`` is the link's number."""

    district: str
    seq: int
    what: Text


def read_head(run: Run, district: str) -> tuple[int, str]:
    """Return number and hash of the last link; the unit holds the head's lock."""
    row = run(statements.READ_HEAD, {"district": district})[0]
    return int(str(row["seq"])), str(row["hash"])


def append(run: Run, draft: EventDraft, district: str, seq: int, prev_hash: str) -> Event:
    """Write the next link behind number ``seq`` and move the head to it."""
    event = link(draft, district, seq + 1, prev_hash)
    run(statements.create_nodes("Event", _FIELDS), {"rows": [asdict(event)]})
    run(statements.MOVE_HEAD, {"district": district, "seq": event.seq, "hash": event.hash})
    return event


def events(unit: ReadUnit, district: str, after: int = 0) -> Iterator[Event]:
    """Yield the district's events behind number ``after``, oldest first."""
    while page := unit.rows("chain.events", district=district, after=after, limit=_PAGE):
        for row in page:
            yield event_from(row)
        after = int(str(page[-1]["seq"]))


def event_from(row: Mapping[str, object]) -> Event:
    """Return the event that a row of its fields holds."""
    text = {f: str(row[f]) for f in _FIELDS}
    numbers = {"seq": int(text["seq"]), "at": int(text["at"])}
    return Event(**(text | numbers))  # type: ignore[arg-type]


def event_of_line(line: bytes) -> Event | None:
    """Return the event that a line of a log holds, None where it holds none."""
    try:
        return event_from(json.loads(line))
    except (ValueError, KeyError, TypeError):
        return None


def heads(unit: ReadUnit) -> dict[str, tuple[int, str]]:
    """Return number and hash of each district's last link."""
    rows = unit.rows("chain.heads")
    return {str(r["district"]): (int(str(r["seq"])), str(r["hash"])) for r in rows}


def verify_chain(unit: ReadUnit, district: str) -> list[ChainFault]:
    """Recompute every link over its stored bytes; return what does not hold, [] = verified.

    Checked: numbers without a gap, each link naming the hash before it, the hash of the bytes,
    the node's fields equal to the bytes, the head equal to the last link.
    """
    faults, (seq, digest) = broken_links(events(unit, district))
    head = heads(unit).get(district, (0, GENESIS))
    if head != (seq, digest):
        faults.append(ChainFault(district, seq, say("链首与最后一个事件不符。")))
    return faults


def broken_links(chain: Iterable[Event]) -> tuple[list[ChainFault], tuple[int, str]]:
    """Recompute the links of one chain from its first; return what does not hold, and its head."""
    faults: list[ChainFault] = []
    seq, digest = 0, GENESIS
    for event in chain:
        faults += [ChainFault(event.district, event.seq, w) for w in _wrong(event, seq, digest)]
        seq, digest = event.seq, event.hash
    return faults, (seq, digest)


def _wrong(event: Event, seq: int, digest: str) -> Iterator[Text]:
    if event.seq != seq + 1:
        yield say("事件 {a} 之后缺号，接着是 {b}。", a=seq, b=event.seq)
    if event.prev_hash != digest:
        yield say("事件 {seq} 指向的前一个哈希不符。", seq=event.seq)
    if hashlib.sha256(event.canonical.encode()).hexdigest() != event.hash:
        yield say("事件 {seq} 的内容与哈希不符。", seq=event.seq)
    if not _told_alike(event):
        yield say("事件 {seq} 的字段与签入的内容不符。", seq=event.seq)


def _told_alike(event: Event) -> bool:
    try:
        told = json.loads(event.canonical)
    except ValueError:
        return False
    if event.id != derived(Kind.EVENT, event.district, event.seq, event.hash):
        return False
    fields = {f: getattr(event, f) for f in _TOLD} | {"prev": event.prev_hash}
    return isinstance(told, dict) and all(told.get(f) == v for f, v in fields.items())
