"""What a migration is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step; statements are in each engine's dialect and harmless when repeated."""

    version: int
    name: str
    embedded: tuple[str, ...]
    neo4j: tuple[str, ...]
