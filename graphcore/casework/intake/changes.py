"""A change set: what a file would do to the graph, as differences from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graphcore.domain.privacy import RecordKind, kind_of_entry, record_id

Property: TypeAlias = str | int | float | bool | list[str] | None
Properties: TypeAlias = dict[str, Property]


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship to be there; ``properties`` are set when it is new."""

    rel: str
    source_label: str
    target_label: str
    source: str
    target: str
    properties: tuple[tuple[str, int], ...] = ()


@dataclass
class ChangeSet:
    """Collects nodes and links; knows what exists, so that only differences are written.

    ``existing`` maps label → key → current properties. A node that is offered twice in one file
    is merged: the later non-null values win.
    """

    existing: dict[str, dict[str, Properties]]
    created: dict[str, dict[str, Properties]] = field(default_factory=dict)
    updated: dict[str, dict[str, Properties]] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)
    unlinks: dict[Link, None] = field(default_factory=dict)
    personal: dict[str, dict[str, Property]] = field(default_factory=dict)

    def current(self, label: str, key: str) -> Properties | None:
        """Return the node as it will be after this change set, or None."""
        created = self.created.get(label, {}).get(key)
        if created is not None:
            return created
        existing = self.existing.get(label, {}).get(key)
        if existing is None:
            return None
        return {**existing, **self.updated.get(label, {}).get(key, {})}

    def put(self, label: str, key: str, properties: Mapping[str, Property]) -> None:
        """Create or change a node; a null value says nothing and leaves what is there."""
        said: Properties = {k: v for k, v in properties.items() if v is not None}
        before = self.current(label, key)
        if before is None:
            self.created.setdefault(label, {})[key] = said
            return
        if key in self.created.get(label, {}):
            before.update(said)
            return
        changed = {k: v for k, v in said.items() if before.get(k) != v}
        if changed:
            self.updated.setdefault(label, {}).setdefault(key, {}).update(changed)

    def link(
        self, rel: str, source: tuple[str, str], target: tuple[str, str], **properties: int
    ) -> None:
        """Ask for a relationship between two (label, key) nodes."""
        ends = (source[0], target[0], source[1], target[1])
        self.links[Link(rel, *ends, tuple(sorted(properties.items())))] = None

    def unlink(self, rel: str, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Ask for a relationship between two known (label, key) nodes to be gone."""
        self.unlinks[Link(rel, source[0], target[0], source[1], target[1])] = None

    def tell(
        self, subject: str, record: Mapping[str, Property],
        source: RecordKind = RecordKind.EMERGENCY,
    ) -> None:  # fmt: skip
        """Add personal facts of a subject, each to the record of its kind; empty ones say nothing."""
        for entry, value in record.items():
            if value not in (None, "", []):
                key = record_id(subject, kind_of_entry(entry, source))
                self.personal.setdefault(key, {})[entry] = value

    def tell_facts(self, subject: str, facts: list[str]) -> None:
        """Set what is known of a subject's health; an empty list withdraws what was."""
        key = record_id(subject, RecordKind.HEALTH)
        self.personal.setdefault(key, {})["facts"] = sorted(facts)

    @property
    def counts(self) -> tuple[int, int]:
        """Nodes created, nodes changed."""
        return (sum(map(len, self.created.values())), sum(map(len, self.updated.values())))
