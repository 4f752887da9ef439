"""Lint over the query files: each statement stays in the subset that both engines answer alike.

The rules come from what was seen on the engines; those marked *silent* give a wrong answer on one
engine without an error, which is why the lint exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from graphcore.store.library import NamedQuery
from graphcore.store.lintscan import Shape, blanked, clauses, split_top
from graphcore.store.schema import BY_LABEL, BY_REL

_FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    ("set-map", r"\bSET\s+\w+\s*\+?=\s*[\w${]", "name each property"),
    ("call", r"\bCALL\b", "no subqueries and no procedures"),
    ("foreach", r"\bFOREACH\b", "use UNWIND"),
    ("remove", r"\bREMOVE\b", "set to null"),
    ("comprehension", r"\[\s*\w+\s+IN\b", "use UNWIND and collect"),
    ("pattern-comprehension", r"(?<!\w)\[\s*\([^)]*\)\s*(<?-|-)", "use MATCH and collect"),
    ("map-projection", r"\b\w+\s*\{\s*\.", "return properties by name"),
    ("clock", r"\b(datetime|localdatetime|date|time|localtime|timestamp|duration)\s*\(",
     "times are parameters"),
    ("random", r"\b(rand|randomUUID|gen_random_uuid)\s*\(", "chance is a parameter"),
    ("path", r"\b(all)?shortest(path)?s?\b\s*[(\d]", "paths live behind the port"),
    ("quantified-path", r"\)\s*(\{\s*\d*\s*,?\s*\d*\s*\}|\+(?=\s*\())", "no quantified paths"),
    ("rel-in", r"\[\s*\w*\s*:\s*`?IN`?\s*[\]{*|]", "IN cannot name a relationship"),
    ("many-labels", r"\(\s*\w*\s*:\s*[`\w]+\s*[:&|]", "one label a node"),
    ("labels", r"\blabels\s*\(", "silent: a list on one engine, a text on the other"),
    ("internal-id", r"\b(elementId|id|offset)\s*\(", "look up by primary key"),
    ("extension", r"\b(apoc|gds|algo)\.", "no extensions"),
    ("conversion", r"\b(toInteger|toFloat|toString|toBoolean|cast)\s*\(", "convert outside"),
    ("substring", r"\bsubstring\s*\(", "silent: counts from 0 on one engine, 1 on the other"),
    ("list-index", r"(?<=[\w)\]`])\[\s*(-?\d|\.\.|\$)",
     "silent: counts from 0 on one engine, 1 on the other"),
    ("count-pattern", r"\b(COUNT|EXISTS)\s*\{\s*\(", "write COUNT { MATCH … }"),
    ("version-hint", r"\bUSING\s+(INDEX|SCAN|JOIN)\b|\bCYPHER\s+\d", "no planner hints"),
    ("schema", r"\b(DROP|ALTER|COPY|LOAD|INSTALL|ATTACH|CHECKPOINT|CREATE\s+(NODE|REL)\s+TABLE)\b",
     "schema and bulk load live behind the port"),
)  # fmt: skip

_NAMED = re.compile(r"(\$|\.|\bAS\s+|\(\s*(?=\w+\s*:))(\w+)", re.IGNORECASE)
"""A parameter, property, column or node's variable, with what stands before it."""
_AGGREGATE = re.compile(r"\b(count|sum|min|max|avg|collect)\s*(\(|\{)", re.IGNORECASE)
RESERVED: Final = frozenset({
    "acyclic", "all", "and", "any", "asc", "ascending", "case", "cast", "column",
    "commit_skip_checkpoint", "create", "dbtype", "default", "desc", "descending", "distinct",
    "else", "end", "ends", "exists", "false", "for", "glob", "group", "headers", "in", "index",
    "install", "join", "macro", "none", "not", "null", "on", "only", "optional", "or", "order",
    "primary", "profile", "rollback_skip_checkpoint", "shortest", "single", "starts", "table",
    "then", "trail", "true", "union", "unwind", "when", "where", "with", "wshortest", "xor",
})  # fmt: skip
"""Words that the embedded engine refuses as a parameter, property, variable or column, unquoted."""

_ACYCLIC = frozenset({"BASED_ON", "MERGED_INTO", "PART_OF"})
"""Relationships that can form no cycle, so that walks and trails along them are the same."""


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One statement outside the subset: its name, the rule, what to do."""

    query: str
    rule: str
    detail: str


def lint(queries: Iterable[NamedQuery]) -> list[LintFinding]:
    """Return everything that is outside the portable subset, in order."""
    return [finding for query in queries for finding in lint_one(query)]


def lint_one(query: NamedQuery) -> Iterator[LintFinding]:
    """Yield what is wrong with one statement."""
    text = blanked(query.text)
    if not query.about:
        yield LintFinding(query.name, "comment", "say in a line what it returns")
    for rule, pattern, detail in _FORBIDDEN:
        if re.search(pattern, text, re.IGNORECASE):
            yield LintFinding(query.name, rule, detail)
    for rule, check in _CHECKS.items():
        for detail in check(text):
            yield LintFinding(query.name, rule, detail)


def _unbounded(text: str) -> Iterator[str]:
    for bounds in re.findall(r"\[[^\]]*\*\s*([\d.]*)[^\]]*\]", text):
        if not re.fullmatch(r"\d*\.\.\d+|\d+", bounds):
            yield "silent: a walk on one engine, a trail on the other; give an upper bound"


def _cyclic(text: str) -> Iterator[str]:
    for left, names, right in re.findall(
        r"(<?-)\[\s*\w*\s*:?\s*([`\w|\s:]*?)\s*\*[^\]]*\](->?)", text
    ):
        types = {n.strip(" :`\n") for n in names.split("|")}
        if not types <= _ACYCLIC or ("<" in left) == (">" in right):
            yield "silent: a walk on one engine, a trail on the other; only along " + ", ".join(
                sorted(_ACYCLIC)
            )


def _keyed_in_one_match(text: str) -> Iterator[str]:
    for clause in clauses(text, "MATCH"):
        pattern, *where = re.split(r"\bWHERE\b", clause, maxsplit=1, flags=re.IGNORECASE)
        if sum(_keyed(part, "".join(where)) for part in split_top(pattern)) > 1:
            yield "two keyed nodes in one MATCH are a cross product; use two MATCH clauses"


def _keyed(part: str, where: str) -> bool:
    if re.search(r"\(\s*\w*\s*:\s*[`\w]+\s*\{", part):
        return True
    names = re.findall(r"\(\s*(\w+)", part)
    return any(re.search(rf"\b{n}\.[`\w]+\s*(=|IN\b)", where) for n in names)


def _names(text: str) -> Iterator[str]:
    shape = Shape.of(text)
    for label in sorted(shape.labels - BY_LABEL.keys()):
        yield f"no label {label}"
    for rel in sorted(shape.rels - BY_REL.keys()):
        yield f"no relationship {rel}"
    for variable, name in shape.uses:
        owners = shape.owners.get(variable, frozenset())
        if owners and not any(name in _properties(owner) for owner in owners):
            yield f"no property {variable}.{name}"


def _properties(owner: str) -> Iterable[str]:
    if owner in BY_LABEL:
        return BY_LABEL[owner].properties
    return BY_REL[owner].properties if owner in BY_REL else ()


def _unquoted(text: str) -> Iterator[str]:
    for mark, word in _NAMED.findall(text):
        if word.lower() in RESERVED:
            told = f"rename ${word}" if mark == "$" else f"write `{word}` in backticks"
            yield f"{told}: the embedded engine reads a keyword"


def _bare_sum(text: str) -> Iterator[str]:
    for clause in (*clauses(text, "RETURN"), *clauses(text, "WITH")):
        items = split_top(clause)
        grouped = any(not _AGGREGATE.search(item) for item in items)
        for item in items:
            if re.match(r"\s*sum\s*\(", item, re.IGNORECASE) and not grouped:
                yield "silent: null on one engine, 0 on the other; write coalesce(sum(…), 0)"


_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    "unbounded": _unbounded,
    "cyclic": _cyclic,
    "cross-product": _keyed_in_one_match,
    "schema-name": _names,
    "keyword": _unquoted,
    "empty-sum": _bare_sum,
}
