"""One new need that no plan knows yet, and what may stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A need that no plan knows yet. ``point`` must be one that the plan's ways lead to."""

    point: str
    township: str
    item: str
    basic: str
    quantity: int
    day: int = 0
    daily: bool = False
    survival: bool = True
    tier: int = 2
    weight: int = 1000
    groups: tuple[str, ...] = ()

    def days(self, horizon: int) -> list[int]:
        """Return the days on which it may be met."""
        return [self.day] if self.daily else list(range(self.day, horizon))


@dataclass(frozen=True, slots=True)
class Means:
    """An item that meets the need: itself, or a substitute in whole steps.

    ``take`` units of ``item`` meet ``step`` units of the need; from day ``since``; at most ``room``
    units of the need in all.
    """

    item: str
    swap: str = ""
    take: int = 1
    step: int = 1
    since: int = 0
    room: int = 1_000_000_000


def meant(lot: Row, ask: Ask) -> bool:
    """Whether a lot may serve the need: hold and donor's intent."""
    towns, names, items = (lot[c] or [] for c in ("only_townships", "only_groups", "only_items"))
    here = not towns or ask.township in towns
    known = not names or bool(set(names) & set(ask.groups))
    return lot["hold"] == "none" and here and known and (not items or ask.item in items)
