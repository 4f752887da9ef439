"""The event envelope of the audit chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from graphcore.domain.ids import Kind, derived

GENESIS = "0" * 64
Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What happened, before it has a place in the chain. ``body`` holds ids and quantities only."""

    type: str
    actor: str
    at: int
    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Event:
    """A link of the chain: ``hash`` = SHA-256 over ``canonical`` bytes, which name the one before."""

    id: str
    district: str
    seq: int
    type: str
    actor: str
    at: int
    canonical: str
    prev_hash: str
    hash: str


def canonical_json(value: Mapping[str, Json]) -> str:
    """Serialise with sorted keys, no spaces, UTF-8: the bytes that are hashed and stored."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(draft: EventDraft, district: str, seq: int, prev_hash: str) -> Event:
    """Return the draft as link number ``seq`` behind ``prev_hash``."""
    canonical = canonical_json(
        {
            "district": district,
            "seq": seq,
            "type": draft.type,
            "actor": draft.actor,
            "at": draft.at,
            "body": dict(draft.body),
            "prev": prev_hash,
        }
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    event_id = derived(Kind.EVENT, district, seq, digest)
    return Event(
        event_id, district, seq, draft.type, draft.actor, draft.at, canonical, prev_hash, digest
    )
