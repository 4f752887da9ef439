"""Random walk of 20,000 writes with readers, kills and reopenings on both engines: 0 wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.support.neo4j_server import neo4j_server
from tests.support.walk import Walk


def run(
    writes: int = 20_000, seed: int = 1, embedded: int = 1, neo4j: int = 1
) -> dict[str, object]:
    """Walk each engine (``embedded=0`` or ``neo4j=0`` leaves one out); ``wrong`` must be 0."""
    found: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    if embedded:
        with tempfile.TemporaryDirectory(prefix="doudi-bench-") as folder:
            walk = Walk({"engine": "embedded", "folder": str(Path(folder) / "store")}, seed)
            found["embedded"] = walk.run(writes).as_dict()
            notes += walk.tally.wrong
    if neo4j:
        with neo4j_server() as server:
            config = {"engine": "neo4j", "uri": server.uri, "user": server.user,
                      "password": server.password}  # fmt: skip
            walk = Walk(config, seed)
            found["neo4j"] = walk.run(writes).as_dict()
            notes += walk.tally.wrong
    wrong = sum(tally["wrong"] for tally in found.values())
    figures = {f"{e}_{k}": v for e, tally in found.items() for k, v in tally.items()}
    return {"writes": writes, "wrong": wrong, **figures, "which": notes[:20]}
