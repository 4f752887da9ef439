"""The part of the graph that proves a finding: nodes and edges, from the finding outwards."""

from __future__ import annotations

from dataclasses import dataclass

from graphcore.store.port import ReadUnit, Row
from graphcore.store.schema import BY_REL

MOST = 200
"""Edges of one kind that are shown at most: a gap in coverage concerns thousands of households."""
_TIED = tuple(f"of_{label.lower()}" for _, label in BY_REL["CONCERNS"].ends) + tuple(
    f"by_{label.lower()}" for _, label in BY_REL["PROVED_BY"].ends
)
"""Queries of the first step, one for each label that a finding may be tied to."""
_BEYOND: dict[str, tuple[str, ...]] = {
    "Need": ("needs", "counted", "shorts", "lines"), "SourceRecord": ("records", "persons", "files"),
    "LedgerEntry": ("entries",), "Aid": ("aid",), "AidCase": ("cases",), "Dwelling": ("houses",),
    "DamageReport": ("reports",), "ShelterStay": ("stays",),
    "Match": ("reported_household", "reported_person", "registered_household",
              "registered_person"),
    "WinterEntry": ("entries_of",), "WinterVisit": ("visits",), "BankAccount": ("accounts",),
    "CadreTie": ("kin",), "RebuildCase": ("rebuilds",), "PovertyWatch": ("watches",),
}  # fmt: skip
_OF_PLAN = frozenset({"shorts", "lines"})


@dataclass(frozen=True, slots=True)
class Subgraph:
    """``nodes``: id → label, the finding first; ``edges``: from, relationship, to, as stored."""

    nodes: dict[str, str]
    edges: tuple[tuple[str, str, str], ...]

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """Return nodes and edges as JSON has them."""
        return {
            "nodes": [{"id": key, "label": label} for key, label in self.nodes.items()],
            "edges": [{"from": a, "rel": rel, "to": b} for a, rel, b in self.edges],
        }


def subgraph(unit: ReadUnit, finding: str, plan: str) -> Subgraph:
    """Return what lies within two steps of a finding.

    First what the finding is tied to; then what ties that to households, to shortfalls and lines
    of the plan in force, to files, reports and records of the register.
    """
    tied = [r for name in _TIED for r in _edges(unit, name, finding=finding)]
    labels = dict.fromkeys(str(r["to_label"]) for r in tied)
    steps = [step for label in labels for step in _BEYOND.get(label, ())]
    beyond = [
        r for step in steps
        for r in _edges(unit, step, finding=finding, **({"plan": plan} if step in _OF_PLAN else {}))
    ]  # fmt: skip
    nodes = {finding: "Finding"}
    for r in [*tied, *beyond]:
        nodes.setdefault(str(r["a"]), str(r["from_label"]))
        nodes.setdefault(str(r["b"]), str(r["to_label"]))
    edges = dict.fromkeys((str(r["a"]), str(r["rel"]), str(r["b"])) for r in [*tied, *beyond])
    return Subgraph(nodes, tuple(edges))


def _edges(unit: ReadUnit, name: str, **given: str) -> list[Row]:
    return unit.rows(f"paths.{name}", limit=MOST, **given)
