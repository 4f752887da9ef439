"""Statements made from the schema, in the portable subset, for both engines.

Each takes ``$rows`` or ``$keys`` and returns how many rows it reached, so that the unit can refuse
when a key or an end is missing. How ``$rows`` come in, as a list of maps or as a table, is the
engine's (`Source`). Keyed nodes are matched in separate ``MATCH``
clauses: in one comma ``MATCH`` the embedded planner makes a cross product.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphcore.domain.event import GENESIS
from graphcore.store.schema import BY_LABEL, BY_REL

LOCK_HEAD = (
    "MERGE (c:ChainHead {district: $district}) "
    f"ON CREATE SET c.version = 1, c.seq = 0, c.hash = '{GENESIS}' "
    "ON MATCH SET c.version = c.version + 1"
)
"""First statement of each write: locks the district's chain head until the transaction ends."""

READ_HEAD = "MATCH (c:ChainHead {district: $district}) RETURN c.seq AS seq, c.hash AS hash"

MOVE_HEAD = "MATCH (c:ChainHead {district: $district}) SET c.seq = $seq, c.hash = $hash"


@dataclass(frozen=True, slots=True)
class Source:
    """How a statement gets its rows: what it begins with, and how a cell of a row is written."""

    head: str
    prefix: str

    def cell(self, column: str) -> str:
        """Return the expression of a column of the row."""
        return f"{self.prefix}{column}`"


MAPS = Source("UNWIND $rows AS r", "r.`")
"""``$rows`` is a list of maps: any engine."""


def quoted(name: str) -> str:
    """Return an identifier that no keyword can clash with."""
    return f"`{name}`"


def create_nodes(label: str, columns: Sequence[str], source: Source = MAPS) -> str:
    """Create a node for each of ``$rows``."""
    return f"{source.head} CREATE (n:{quoted(label)} {_map(columns, source)})"


def update_nodes(
    label: str, columns: Sequence[str], nulls: Iterable[str] = (), source: Source = MAPS
) -> str:
    """Set ``columns`` (the key is not among them) from ``$rows`` by key; returns ``reached``.

    ``nulls`` are columns that hold nothing in any row: they are set to a literal null, since the
    embedded engine cannot type a column of nulls.
    """
    sets = [f"n.{quoted(c)} = {source.cell(c)}" for c in columns]
    sets += [f"n.{quoted(c)} = null" for c in nulls]
    clause = f" SET {', '.join(sets)}" if sets else ""
    return f"{source.head} {_match('n', label, source.cell(_key(label)))}{clause} {_REACHED}"


def find_keys(label: str) -> str:
    """Return which of ``$keys`` exist, as ``key``."""
    match = _match("n", label, "k")
    return f"UNWIND $keys AS k {match} RETURN n.{quoted(_key(label))} AS key"


def delete_nodes(label: str) -> str:
    """Delete the nodes of ``$keys`` with their relationships."""
    return f"UNWIND $keys AS k {_match('n', label, 'k')} DETACH DELETE n"


def read_nodes(label: str, *, by_key: bool) -> str:
    """Return all properties of a label's nodes, of ``$keys`` or of all, ordered by key."""
    head = (
        f"UNWIND $keys AS k {_match('n', label, 'k')}" if by_key else f"MATCH (n:{quoted(label)})"
    )
    columns = ", ".join(f"n.{quoted(c)} AS {quoted(c)}" for c in BY_LABEL[label].properties)
    return f"{head} RETURN {columns} ORDER BY {quoted(_key(label))}"


def create_links(
    rel: str, start: str, end: str, columns: Sequence[str], source: Source = MAPS
) -> str:
    """Create a relationship for each of ``$rows``; returns ``reached``."""
    properties = f" {_map(columns, source)}" if columns else ""
    ends = f"{_match('a', start, source.cell('from'))} {_match('b', end, source.cell('to'))}"
    return f"{source.head} {ends} CREATE (a)-[:{quoted(rel)}{properties}]->(b) {_REACHED}"


def delete_links(rel: str, source: str, target: str) -> str:
    """Delete the relationships between the ends in ``$rows``."""
    hop = f"MATCH (a)-[x:{quoted(rel)}]->(b)"
    ends = f"{_match('a', source, 'r.`from`')} {_match('b', target, 'r.`to`')}"
    return f"UNWIND $rows AS r {ends} {hop} DELETE x"


def knows_rel(rel: str, source: str, target: str) -> bool:
    """Whether the schema lets ``rel`` join these labels."""
    return rel in BY_REL and (source, target) in BY_REL[rel].ends


_REACHED = "RETURN count(*) AS reached"


def _key(label: str) -> str:
    return BY_LABEL[label].key


def _match(name: str, label: str, value: str) -> str:
    return f"MATCH ({name}:{quoted(label)} {{{quoted(_key(label))}: {value}}})"


def _map(columns: Sequence[str], source: Source) -> str:
    return "{" + ", ".join(f"{quoted(c)}: {source.cell(c)}" for c in columns) + "}"
