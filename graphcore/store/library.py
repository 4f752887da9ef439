"""The named queries: ``queries/<area>.cypher``, loaded once.

A file holds statements, each under a header line and a comment of one line or more::

    -- name: household.by_village
    -- Households of a village, with their state.
    MATCH (h:Household) WHERE h.village = $village RETURN h.id AS id, h.state AS state
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from graphcore.domain.errors import QueryError
from graphcore.domain.text import say

_PARAMETER = re.compile(r"\$(\w+)")
_HEADER = re.compile(r"^--\s*name:\s*(\S+)\s*$")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One statement of a query file. ``name`` is ``area.query``."""

    name: str
    about: str
    text: str

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters that it takes."""
        return frozenset(_PARAMETER.findall(self.text))


def parse(area: str, source: str) -> Iterator[NamedQuery]:
    """Yield the statements of one file.

    Raises:
        QueryError: text before the first header, a name outside its area, an empty statement.
    """
    name, lines = "", list[str]()
    for line in source.splitlines():
        header = _HEADER.match(line)
        if header is None:
            lines.append(line)
            continue
        yield from _finish(area, name, lines)
        name, lines = header[1], []
    yield from _finish(area, name, lines)


def _finish(area: str, name: str, lines: list[str]) -> Iterator[NamedQuery]:
    about = " ".join(x.removeprefix("--").strip() for x in lines if x.startswith("--"))
    body = "\n".join(x for x in lines if not x.lstrip().startswith(("--", "//")))
    text = body.strip().rstrip(";").strip()
    if not name and not text:
        return
    if not text or not name.startswith(f"{area}."):
        raise QueryError(say("查询文件 {area} 中的查询“{name}”不合格式。", area=area, name=name))
    yield NamedQuery(name, about, text)


@cache
def library() -> Mapping[str, NamedQuery]:
    """Return every named query that ships with the product.

    Raises:
        QueryError: a malformed file, or one name used twice.
    """
    found: dict[str, NamedQuery] = {}
    for entry in sorted(resources.files("graphcore.store.queries").iterdir(), key=str):
        if not entry.name.endswith(".cypher"):
            continue
        for query in parse(entry.name.removesuffix(".cypher"), entry.read_text("utf-8")):
            if query.name in found:
                raise QueryError(say("查询名“{name}”重复。", name=query.name))
            found[query.name] = query
    return found


def query_text(name: str, given: Iterable[str] | None = None) -> str:
    """Return the statement of a named query; ``given`` are the names of its parameters.

    Raises:
        QueryError: there is none of that name, or a parameter is missing: the embedded engine
            would take it for null without a word.
    """
    query = library().get(name)
    if query is None:
        raise QueryError(say("没有名为“{name}”的查询。", name=name), say("请核对查询文件。"))
    missing = sorted(query.parameters - set(given)) if given is not None else []
    if missing:
        raise QueryError(
            say("查询“{name}”缺少参数：{missing}。", name=name, missing="、".join(missing)),
            say("这是程序的缺陷，请报告。"),
        )
    return query.text
