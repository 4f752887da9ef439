"""Opening a store, by engine. Nothing else in the product constructs one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphcore.store.embedded.engine import EmbeddedStore, Limits
from graphcore.store.embedded.files import Files
from graphcore.store.port import GraphStore

if TYPE_CHECKING:
    from graphcore.store.neo4j.engine import Neo4jLimits


def open_embedded(path: Path, *, limits: Limits = Limits()) -> GraphStore:  # noqa: B008 -- frozen
    """Open the embedded store in the folder ``path``, making it where there is none.

    The caller runs ``migrate()`` once after opening.

    Raises:
        StoreBusy: another process has it open; the message says which.
        StoreDamaged: its log or files are damaged.
    """
    return EmbeddedStore(Files(path), limits)


def open_neo4j(
    uri: str,
    user: str,
    password: str,
    database: str = "neo4j",
    *,
    limits: Neo4jLimits | None = None,
) -> GraphStore:
    """Connect to a Neo4j database (``neo4j://`` with routing, or ``bolt://``).

    The caller runs ``migrate()`` once after opening.

    Raises:
        StoreUnavailable: the server does not answer.
        SettingsError: address, user, password or database are wrong.
    """
    from graphcore.store.neo4j.engine import (  # noqa: PLC0415 -- the driver takes a second
        Neo4jLimits,
        Neo4jStore,
    )

    return Neo4jStore(uri, user, password, database, limits or Neo4jLimits())
