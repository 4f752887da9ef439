"""Threads that commit plans over the same lots and households, on each engine."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.usecases.context import Context
from api.usecases.make_plan import PlanOptions, make_plan
from api.usecases.verify import verify
from graphcore.domain.errors import DoudiError, StalePlan
from graphcore.domain.ids import IdMint
from graphcore.store.open import open_embedded, open_neo4j
from graphcore.store.port import GraphStore
from tests.support.neo4j_server import DATABASE, neo4j_server
from tests.support.walked import FLOOD_DAY, dispatcher, imported


@dataclass
class Tally:
    """What the threads met."""

    won: int = 0
    told: int = 0  # losers who were told what changed
    silent: int = 0  # losers who were not
    errors: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)


def run(threads: int = 16, rounds: int = 3) -> dict[str, object]:
    """Race on both engines; ``doubled`` counts units promised twice and needs served twice."""
    found: dict[str, object] = {"threads": threads, "rounds": rounds}
    doubled = 0
    with tempfile.TemporaryDirectory() as folder:
        with closing(open_embedded(Path(folder) / "store")) as store:
            doubled += _race(store, threads, rounds, found)
        with (
            neo4j_server() as server,
            closing(open_neo4j(server.uri, server.user, server.password, DATABASE)) as store,
        ):
            doubled += _race(store, threads, rounds, found)
    return {"threads": threads, "doubled": doubled, **found}


def _race(store: GraphStore, threads: int, rounds: int, found: dict[str, object]) -> int:
    store.migrate()
    ctx = imported(store)
    tally = Tally()
    for k in range(rounds):
        _round(ctx, threads, k, tally)
    findings = verify(ctx, dispatcher())
    found[store.engine] = {
        "won": tally.won, "refused_and_told": tally.told, "refused_silently": tally.silent,
        "errors": tally.errors, "findings": [f.rule for f in findings],
    }  # fmt: skip
    print(store.engine, found[store.engine], file=sys.stderr, flush=True)
    return sum(f.rule.startswith(("plan.", "stock.")) for f in findings) + tally.silent


def _round(ctx: Context, threads: int, k: int, tally: Tally) -> None:
    """All threads take the same snapshot's moment, then commit against each other."""
    gate = threading.Barrier(threads)
    works = [_dispatcher(ctx, k * threads + n, gate, tally) for n in range(threads)]
    running = [threading.Thread(target=work) for work in works]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def _dispatcher(ctx: Context, n: int, gate: threading.Barrier, tally: Tally) -> Callable[[], None]:
    mine = replace(ctx, mint=IdMint.seeded(1_000 + n))

    def work() -> None:
        gate.wait()
        try:
            make_plan(mine, dispatcher(f"dispatcher-{n}"), PlanOptions(first_on=FLOOD_DAY, seed=n))
        except StalePlan as error:
            with tally.guard:
                tally.told += bool(error.changes)
                tally.silent += not error.changes
        except DoudiError as error:
            with tally.guard:
                tally.errors.append(error.code)
        else:
            with tally.guard:
                tally.won += 1

    return work
