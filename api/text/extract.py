"""Finds every message in the source code, and compares the catalogue with what it finds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

MARKERS = frozenset({"say", "_"})
RULES = Path("graphcore/policy/rules")
_NAMED = ("items", "needs", "referrals", "programmes", "substitutions")
_NAMES = ("title", "name", "unit")  # what rules call things, in Chinese
_OWNED = ("benefits", "stages")  # each says its bureau
PACKAGES = ("api", "graphcore", "optimizer", "seeds")


@dataclass(frozen=True, slots=True)
class Messages:
    """What the code says: each message with the places that say it, and calls without a literal."""

    found: Mapping[str, tuple[str, ...]]
    unreadable: tuple[str, ...]


def extract(root: Path, packages: Iterable[str] = PACKAGES) -> Messages:
    """Collect the literal first argument of every ``say(`` and ``_(`` below ``root``."""
    found: dict[str, list[str]] = {}
    unreadable: list[str] = []
    for word, where in _rule_words(root / RULES):
        found.setdefault(word, []).append(where)
    for file in sorted(f for package in packages for f in (root / package).rglob("*.py")):
        for line, message in _calls(file):
            where = f"{file.relative_to(root).as_posix()}:{line}"
            if message is None:
                unreadable.append(where)
            else:
                found.setdefault(message, []).append(where)
    return Messages({m: tuple(places) for m, places in sorted(found.items())}, tuple(unreadable))


def _rule_words(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, file) of everything that the shipped rules name to people."""
    for file in sorted(folder.glob("*.yaml")):
        sections = yaml.safe_load(file.read_text("utf-8"))
        entries = (e for s in _NAMED for e in sections.get(s, {}).values())
        for entry in entries:
            yield from ((entry[key], file.name) for key in _NAMES if key in entry)
        for section in _OWNED:
            yield from ((e["owner"], file.name) for e in sections.get(section, {}).values())


def _calls(file: Path) -> Iterator[tuple[int, str | None]]:
    """Yield (line, message) of each marked call; None where the message is put together."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
        if isinstance(node, ast.Call) and _name(node.func) in MARKERS and node.args:
            yield node.lineno, _literal(node.args[0])


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _literal(argument: ast.expr) -> str | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def placeholders(message: str) -> frozenset[str]:
    """Return the names of a template's fields."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name is not None)


def read_catalogue(path: Path) -> Catalog:
    """Read a ``.po`` file; an empty catalogue where there is none."""
    if not path.exists():
        return Catalog(locale="en", project="doudi", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en", charset="utf-8")


def faults(messages: Messages, catalogue: Catalog) -> list[str]:
    """Return what keeps the catalogue from serving the code; empty = complete."""
    known = {str(m.id): str(m.string) for m in catalogue if m.id}
    missing = [f"no translation: {m!r} ({w[0]})" for m, w in messages.found.items()
               if not known.get(m)]  # fmt: skip
    obsolete = [f"no longer said: {m!r}" for m in sorted(known) if m not in messages.found]
    uneven = [f"placeholders differ: {m!r}" for m, english in sorted(known.items())
              if english and placeholders(m) != placeholders(english)]  # fmt: skip
    hidden = [f"message is not a literal: {where}" for where in messages.unreadable]
    return [*missing, *obsolete, *uneven, *hidden]


def update(messages: Messages, path: Path) -> tuple[int, int]:
    """Add what is missing (untranslated) and drop what is no longer said; return both counts."""
    old = read_catalogue(path)
    known = {str(m.id): str(m.string) for m in old if m.id}
    new = Catalog(locale="en", project="doudi", charset="utf-8", fuzzy=False,
                  creation_date=old.creation_date, revision_date=old.revision_date)  # fmt: skip
    for message in messages.found:
        new.add(message, known.get(message, ""))
    with path.open("wb") as file:
        write_po(file, new, width=98, no_location=True, sort_output=True, omit_header=False)
    return len(messages.found.keys() - known.keys()), len(known.keys() - messages.found.keys())
