"""A small synthetic district walked through the real product: files → import → plan."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from api.usecases.context import Context
from api.usecases.import_files import import_files
from graphcore.domain.actor import Actor, Role
from graphcore.domain.clock import CHINA, Clock, micros
from graphcore.domain.ids import IdMint
from graphcore.policy.rulebook import load
from graphcore.store.port import GraphStore
from graphcore.store.vault import Vault
from seeds.files import write_files
from seeds.generate.district import generate
from tests.support.looks import look_log

FLOOD_DAY = "2026-07-01"
DISPATCHER_ROLES = frozenset({Role.DISPATCHER, Role.CIVIL_AFFAIRS, Role.AUDITOR, Role.ADMIN})


def ticking(hour: int = 14) -> Clock:
    """A clock that starts on the flood's day and moves a second with every look."""
    from datetime import datetime

    now = micros(datetime(2026, 7, 1, hour, tzinfo=CHINA))

    def tick() -> int:
        nonlocal now
        now += 1_000_000
        return now

    return tick


@cache
def files(households: int = 120, townships: int = 4, seed: int = 7) -> tuple[Path, ...]:
    """The Excel files of a small district, written once a process."""
    folder = Path(mkdtemp(prefix="doudi-district-"))
    return tuple(write_files(generate(households, townships, seed), folder))


def blank(store: GraphStore, *, seed: int = 1, clock: Clock | None = None) -> Context:
    """A context over an open, migrated store that holds no district yet."""
    mint = IdMint.seeded(seed)
    vault = Vault(bytes(32), IdMint.seeded(seed)._entropy)
    return Context(store, vault, load(), clock or ticking(), mint, look_log(), "")


def imported(store: GraphStore, *, seed: int = 1, clock: Clock | None = None) -> Context:
    """The small district in the store."""
    ctx = blank(store, seed=seed, clock=clock)
    import_files(ctx, dispatcher(), files())
    codes = store.read(lambda unit: unit.nodes("District"))["code"].to_list()
    return replace(ctx, district=codes[0])


def dispatcher(name: str = "dispatcher-1", scope: str = "") -> Actor:
    """A dispatcher of the bureau."""
    return Actor(name, DISPATCHER_ROLES, scope)


def officer(name: str = "officer-1", scope: str = "") -> Actor:
    """A named officer who may approve."""
    return Actor(name, frozenset({Role.APPROVER}), scope)
