"""Reading a Cypher statement closely enough to lint it: clauses, parts, names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

_CLAUSES = (
    "OPTIONAL MATCH", "MATCH", "UNWIND", "WITH", "RETURN", "CREATE", "MERGE", "SET", "DETACH",
    "DELETE", "ON CREATE", "ON MATCH", "ORDER BY", "SKIP", "LIMIT", "UNION",
)  # fmt: skip
_STARTS = re.compile(r"\b(" + "|".join(c.replace(" ", r"\s+") for c in _CLAUSES) + r")\b", re.I)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NODE = re.compile(r"\(\s*(\w*)\s*:\s*`?(\w+)`?\s*(\{[^}]*\})?")
_REL = re.compile(r"\[\s*(\w*)\s*:\s*([`\w|\s:]+?)\s*(?:\*[\d.]*\s*)?(\{[^}]*\})?\s*\]")
_USE = re.compile(r"(?<![\w.$`])(\w+)\.`?(\w+)`?")


def blanked(text: str) -> str:
    """Return the statement without comments and without the insides of its strings."""
    bare = _STRING.sub("''", text)
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", bare, flags=re.DOTALL)


def clauses(text: str, name: str) -> Iterator[str]:
    """Yield the bodies of the clauses of that name, OPTIONAL ones included.

    ``ON MATCH`` of a MERGE, and the inside of ``EXISTS { }``, count as what they are.
    """
    starts = list(_STARTS.finditer(text))
    for here, after in zip_longest(starts, starts[1:]):
        word = re.sub(r"\s+", " ", here[1].upper())
        if word.removeprefix("OPTIONAL ") == name:
            yield text[here.end() : after.start() if after else None]


def split_top(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth, last = list[str](), 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    return [*parts, text[last:]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema names that a statement uses.

    ``owners`` maps a variable to the labels or relationship types it may stand for; ``uses`` are
    (variable, property) pairs, inline maps included.
    """

    labels: frozenset[str]
    rels: frozenset[str]
    owners: Mapping[str, frozenset[str]]
    uses: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> Shape:
        """Read a blanked statement."""
        owners: dict[str, set[str]] = defaultdict(set)
        uses: list[tuple[str, str]] = []
        found: dict[str, set[str]] = {"labels": set(), "rels": set()}
        for kind, variable, names, inline in _patterns(text):
            found[kind] |= names
            owner = variable or f"({'|'.join(sorted(names))})"
            owners[owner] |= names
            uses += [(owner, key) for key in _map_keys(inline)]
        uses += [(m[1], m[2]) for m in _USE.finditer(text) if m[1] in owners]
        frozen = {variable: frozenset(names) for variable, names in owners.items()}
        return cls(frozenset(found["labels"]), frozenset(found["rels"]), frozen, tuple(uses))


def _patterns(text: str) -> Iterator[tuple[str, str, set[str], str]]:
    for match in _NODE.finditer(text):
        yield "labels", match[1], {match[2]}, match[3] or ""
    for match in _REL.finditer(text):
        names = {n.strip(" :`\n") for n in match[2].split("|")}
        yield "rels", match[1], names, match[3] or ""


def _map_keys(inline: str) -> list[str]:
    return [m[1] for part in split_top(inline[1:-1]) if (m := re.match(r"\s*`?(\w+)`?\s*:", part))]
