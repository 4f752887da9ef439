"""Bulk load of 100,000 households with 300,000 persons on both engines, counts verified."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import closing
from pathlib import Path

import polars as pl

from graphcore.store.open import open_embedded, open_neo4j
from graphcore.store.port import GraphStore
from tests.support.neo4j_server import DATABASE, neo4j_server
from tests.support.stores import ask

VILLAGES = 400
TARGET_S = {"embedded": 10.0, "neo4j": 90.0}

Nodes = dict[str, pl.DataFrame]
Rels = list[tuple[str, str, str, pl.DataFrame]]


def run(
    households: int = 100_000, persons: int = 300_000, seed: int = 1, neo4j: int = 1
) -> dict[str, object]:
    """Load them with MEMBER_OF and LIVES_IN through `GraphStore.load`; ``neo4j=0`` leaves it out.

    Raises:
        AssertionError: an engine holds other counts than were loaded.
    """
    nodes, rels = made(households, persons, random.Random(seed))
    result: dict[str, object] = {"households": households, "persons": persons}
    with (
        tempfile.TemporaryDirectory(prefix="doudi-bench-") as folder,
        closing(open_embedded(Path(folder) / "store")) as store,
    ):
        result["embedded_s"] = timed(store, nodes, rels)
    if neo4j:
        with (
            neo4j_server() as server,
            closing(open_neo4j(server.uri, server.user, server.password, DATABASE)) as store,
        ):
            result["neo4j_s"] = timed(store, nodes, rels)
    return result | {f"{e}_target_s": TARGET_S[e] for e in ("embedded", "neo4j")[: 1 + neo4j]} | {
        "relationships": sum(r[3].height for r in rels), "counts_verified": True
    }  # fmt: skip


def made(households: int, persons: int, rng: random.Random) -> tuple[Nodes, Rels]:
    """Return village, household and person nodes as an import would write them, and their links."""
    villages = [f"330402{n:06}" for n in range(VILLAGES)]
    homes = [f"H-{n:012}" for n in range(households)]
    lives = [rng.choice(villages) for _ in homes]
    people = [f"P-{n:012}" for n in range(persons)]
    of = [homes[n % households] for n in range(persons)]
    nodes = {
        "Village": pl.DataFrame({"code": villages, "name": villages, "version": 1}),
        "Household": pl.DataFrame(
            {
                "id": homes,
                "code": homes,
                "village": lives,
                "township": [v[:9] for v in lives],
                "state": "unknown",
                "persons": [rng.randint(1, 6) for _ in homes],
                "persons_in_need": 0,
                "named": True,
                "version": 1,
            }
        ),
        "Person": pl.DataFrame(
            {
                "id": people,
                "household": of,
                "is_head": [n < households for n in range(persons)],
                "age_band": [rng.choice(["infant", "child", "adult", "elder"]) for _ in people],
                "version": 1,
            }
        ),
    }
    return nodes, [
        ("MEMBER_OF", "Person", "Household", pl.DataFrame({"from": people, "to": of})),
        ("LIVES_IN", "Household", "Village", pl.DataFrame({"from": homes, "to": lives})),
    ]


def timed(store: GraphStore, nodes: Nodes, rels: Rels) -> float:
    """Load into the fresh store, verify, return the seconds that `load` took."""
    store.migrate()
    begun = time.monotonic()
    store.load(nodes, rels)
    took = time.monotonic() - begun
    verify(store, nodes, rels)
    return round(took, 2)


def verify(store: GraphStore, nodes: Nodes, rels: Rels) -> None:
    """Compare every count, and the neighbours from both ends, with what was loaded."""
    for label, table in nodes.items():
        (row,) = ask(store, f"MATCH (n:{label}) RETURN count(*) AS n")
        assert row["n"] == table.height, (store.engine, label, row, table.height)
    for rel, source, target, table in rels:
        (row,) = ask(store, f"MATCH (:{source})-[r:{rel}]->(:{target}) RETURN count(*) AS n")
        assert row["n"] == table.height, (store.engine, rel, row, table.height)
    (row,) = ask(store, "MATCH (h:Household) RETURN sum(h.persons) AS n")
    assert row["n"] == nodes["Household"]["persons"].sum()
    found = ask(
        store,
        "MATCH (p:Person)-[:MEMBER_OF]->(h:Household)-[:LIVES_IN]->(v:Village) "
        "RETURN v.code AS code, count(p) AS n",
    )
    homes = nodes["Household"].select("id", "village")
    joined = nodes["Person"].join(homes, left_on="household", right_on="id")
    expected = dict(joined.group_by("village").len().iter_rows())
    assert {r["code"]: r["n"] for r in found} == expected
