"""Every audit over a district of many households, on both engines: how fast, and whether alike."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl

from api.usecases.audits.gathering import gather_facts
from api.usecases.audits.recording import record
from api.usecases.audits.running import found_in
from api.usecases.context import Context
from graphcore.domain.actor import Actor, Role
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.ids import IdMint
from graphcore.policy.rulebook import load
from graphcore.store.open import open_embedded, open_neo4j
from graphcore.store.port import GraphStore
from graphcore.store.vault import Vault
from tests.bench.auditworld import DISTRICT, FLOOD, Nodes, Rels, world
from tests.support.looks import look_log
from tests.support.neo4j_server import DATABASE, neo4j_server

TARGET_S = 5.0
AUDITOR = Actor("bench", frozenset({Role.AUDITOR}), DISTRICT)


def run(
    households: int = 100_000, neo4j: int = 10_000, seed: int = 1, writing: int = 1, repeat: int = 3
) -> dict[str, object]:
    """Audit ``households`` embedded, and ``neo4j`` of them on both engines, findings compared.

    ``seconds`` is the median of ``repeat`` runs from the first read to the last finding, ``cpu_s``
    their mean processor time: on a busy machine the two lie far apart;
    ``record_s`` (with ``writing``) the transaction that makes them nodes. ``neo4j=0`` leaves it out.

    Raises:
        AssertionError: the audits found nothing.
    """
    result: dict[str, object] = {"households": households}
    with embedded(households, seed) as ctx:
        begun = time.process_time()
        times, found = timed(ctx, repeat)
        spent = (time.process_time() - begun) / repeat
        assert found.height > 0
        result |= {
            "seconds": sorted(times)[len(times) // 2], "target_s": TARGET_S,
            "cpu_s": round(spent, 2),
            "findings": found.height,
            "rules": dict(found.group_by("rule").len().sort("rule").iter_rows()),
        }  # fmt: skip
        if writing:
            result["record_s"] = recorded(ctx, found)
    return result | (compared(neo4j, seed) if neo4j else {})


def compared(households: int, seed: int) -> dict[str, object]:
    """Audit the same district on both engines; ``engines_differ`` is how many findings do."""
    with embedded(households, seed) as ctx:
        (mine, *_), here = timed(ctx, 1)
    with (
        neo4j_server() as server,
        closing(open_neo4j(server.uri, server.user, server.password, DATABASE)) as store,
    ):
        ctx = loaded(store, *world(households, random.Random(seed)))
        (took, *_), there = timed(ctx, 1)
    odd = len({repr(r) for r in here.rows()} ^ {repr(r) for r in there.rows()})
    return {"neo4j_households": households, "neo4j_s": took, "embedded_s": mine,
            "engines_differ": odd}  # fmt: skip


def timed(ctx: Context, repeat: int) -> tuple[list[float], pl.DataFrame]:
    """Return the seconds of each run, and what was found."""
    times, found = [], pl.DataFrame()
    for _ in range(repeat):
        begun = time.monotonic()
        found = found_in(gather_facts(ctx))
        times.append(round(time.monotonic() - begun, 2))
    return times, found


def recorded(ctx: Context, found: pl.DataFrame) -> float:
    """Return the seconds that writing the findings took."""
    facts = gather_facts(ctx)
    begun = time.monotonic()
    record(ctx, AUDITOR, facts, found, "AU-BENCH")
    return round(time.monotonic() - begun, 2)


@contextmanager
def embedded(households: int, seed: int) -> Iterator[Context]:
    """A district in a store of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="doudi-bench-") as folder,
        closing(open_embedded(Path(folder) / "store")) as store,
    ):
        yield loaded(store, *world(households, random.Random(seed)))


def loaded(store: GraphStore, nodes: Nodes, rels: Rels) -> Context:
    """A context over the store with the district loaded, a day after the flood."""
    store.migrate()
    store.load(nodes, rels)
    at = micros(FLOOD.replace(hour=20).astimezone(CHINA))
    vault = Vault(bytes(32), random.Random(1).randbytes)
    return Context(store, vault, load(), lambda: at, IdMint.seeded(1), look_log(), DISTRICT)
