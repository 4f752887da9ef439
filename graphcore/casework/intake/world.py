"""What intake must know of the graph to place a row: a copy, taken in one short read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphcore.casework.intake.changes import ChangeSet, Properties
from graphcore.domain.ids import IdMint, Kind

BlindIndex = Callable[[str, str], str]
"""(kind, value) → keyed digest, ``""`` for ``""``."""


@dataclass
class World:
    """Look-ups over what is known, kept up to date while rows of one file are bound.

    Personal values are never kept: people are found by blind index.
    """

    district: str
    changes: ChangeSet
    mint: IdMint
    index: BlindIndex
    file: str
    at: int
    household_by_code: dict[str, str] = field(default_factory=dict)
    volunteer_by_code: dict[tuple[str, str], str] = field(default_factory=dict)
    subjects_by_number: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    subjects_by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    item_code: Callable[[str], str | None] = lambda _: None
    item_facts: Callable[[str], Properties] = lambda code: {"code": code}
    grade_of: Callable[[str], str] = lambda _: ""  # winter class that a house's damage suggests
    numbered: set[str] = field(default_factory=set)  # subjects whose own number is known
    amounts: dict[str, int] = field(default_factory=dict)

    def existing(self, label: str) -> Mapping[str, Properties]:
        """Current nodes of a label by key."""
        return self.changes.existing.get(label, {})

    def known(self, label: str, key: str) -> bool:
        """Whether the node exists or will, once this file is applied."""
        return self.changes.current(label, key) is not None

    # -- households -----------------------------------------------------------------------------

    def find_household(self, code: str, number: str, name: str, village: str) -> str | None:
        """Find a household: by its code, by the head's valid number, by a unique name in a village.

        Only certain finds count; what is merely likely is left to linkage and a person. A namesake
        with another number is somebody else.
        """
        if code and code in self.household_by_code:
            return self.household_by_code[code]
        by_number = self._one_household(self.subjects_by_number, self.index("number", number))
        if by_number or code:
            return by_number
        key = self.index("name", f"{village}\x1f{name}") if name and village else ""
        found = self._one_household(self.subjects_by_name, key)
        return None if number and found in self.numbered else found

    def _one_household(self, found: Mapping[str, set[str]], key: str) -> str | None:
        homes = {self.home_of(s) for s in found.get(key, ())} - {""} if key else set()
        return next(iter(homes)) if len(homes) == 1 else None

    def home_of(self, subject: str) -> str:
        """Household of a subject: itself, or the person's."""
        if subject.startswith(f"{Kind.HOUSEHOLD}-"):
            return subject
        person = self.changes.current("Person", subject)
        return str(person["household"]) if person else ""

    def find_person(self, household: str | None, number: str, name: str) -> str | None:
        """Find a person by valid number, else by name within the household."""
        candidates = self.subjects_by_number.get(self.index("number", number), set())
        people = sorted(c for c in candidates if c.startswith(f"{Kind.PERSON}-"))
        if len(people) == 1:
            return people[0]
        if not household:
            return None
        key = self.index("name", f"{household}\x1f{name}")
        same = sorted(c for c in self.subjects_by_name.get(key, ()) if c.startswith("P-"))
        return same[0] if len(same) == 1 else None

    def remember(self, subject: str, number: str, *names: tuple[str, str]) -> None:
        """Index a subject by number and by (scope, name) pairs; also kept on its record."""
        if number:
            self.subjects_by_number[self.index("number", number)].add(subject)
            self.numbered.add(subject)
        for scope, name in names:
            if name and scope:
                self.subjects_by_name[self.index("name", f"{scope}\x1f{name}")].add(subject)
