"""What every use case is given: the store and the ports to time, chance and secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphcore.domain.clock import Clock
from graphcore.domain.ids import IdMint

if TYPE_CHECKING:
    from graphcore.policy.rulebook import Rulebook
    from graphcore.store.looks import LookLog
    from graphcore.store.port import GraphStore
    from graphcore.store.vault import Vault

Progress = Callable[[str, float], None]
"""Takes a step's code (for example ``solve.goal2``) and its share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Context:
    """One open product: built by `api.bootstrap`, handed to each use case."""

    store: GraphStore
    vault: Vault
    rulebook: Rulebook
    clock: Clock
    mint: IdMint
    looks: LookLog  # who saw whose personal data
    district: str  # six-digit code of the district this instance serves
