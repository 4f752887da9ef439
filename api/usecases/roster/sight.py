"""What of a roster an actor sees: their scope's places, or their own organisation's people."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graphcore.domain.actor import Actor, Role

_OF_PLACES = frozenset(Role) - {Role.ORGANIZATION, Role.PLATFORM}


@dataclass(frozen=True, slots=True)
class Sight:
    """``places``: a division-code prefix, None = no place; ``organization``: an id, "" = none."""

    places: str | None
    organization: str

    @classmethod
    def of(cls, actor: Actor) -> Sight:
        """Return what the actor sees; a coordinator of no known organisation sees nobody."""
        places = actor.scope if actor.roles & _OF_PLACES else None
        return cls(places, actor.organization if Role.ORGANIZATION in actor.roles else "")

    def at(self, column: str = "township") -> pl.Expr:
        """Whether a row's place is seen."""
        return pl.lit(value=False) if self.places is None else (
            pl.col(column).str.starts_with(self.places)
        )  # fmt: skip

    def own(self) -> pl.Expr:
        """Whether a row is of the actor's own organisation."""
        if not self.organization:
            return pl.lit(value=False)
        return pl.col("organization") == self.organization

    def sees(self, order: dict[str, object]) -> bool:
        """Whether one order is seen."""
        here = self.places is not None and str(order["township"]).startswith(self.places)
        own = self.organization != "" and order["organization"] == self.organization
        return here or own
