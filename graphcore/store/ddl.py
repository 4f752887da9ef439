"""The schema in each engine's own words."""

from __future__ import annotations

from graphcore.store.schema import NODES, RELS, NodeType, RelType
from graphcore.store.statements import quoted


def embedded_ddl() -> tuple[str, ...]:
    """Return the embedded engine's tables: nodes first, each statement harmless when repeated."""
    return tuple(map(_node_table, NODES)) + tuple(map(_rel_table, RELS))


def neo4j_ddl() -> tuple[str, ...]:
    """Return Neo4j's constraints: each label's key is unique; look-ups use their index."""
    return tuple(map(_constraint, NODES))


def _node_table(node: NodeType) -> str:
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in node.properties.items())
    key = f"PRIMARY KEY ({quoted(node.key)})"
    return f"CREATE NODE TABLE IF NOT EXISTS {quoted(node.label)} ({columns}, {key})"


def _rel_table(rel: RelType) -> str:
    ends = [f"FROM {quoted(a)} TO {quoted(b)}" for a, b in rel.ends]
    columns = [f"{quoted(name)} {kind}" for name, kind in rel.properties.items()]
    return f"CREATE REL TABLE IF NOT EXISTS {quoted(rel.name)} ({', '.join(ends + columns)})"


def _constraint(node: NodeType) -> str:
    name = f"key_{node.label.lower()}"
    where = f"FOR (n:{quoted(node.label)}) REQUIRE n.{quoted(node.key)} IS UNIQUE"
    return f"CREATE CONSTRAINT {name} IF NOT EXISTS {where}"
