"""Findings that a named person has looked at and accepted: nobody has to act while the facts stand.

The ruling keeps a fingerprint of the facts. A run whose facts are others opens the
finding again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from graphcore.domain.audit import FOR_A_PERSON, FindingState, Rule, Ruling
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit

_FACTS = ("basics", "reason", "whom", "detail", "proof")


def fingerprint(row: Mapping[str, Any]) -> str:
    """Return a digest of what a finding (FOUND, or as stored) says and is proved by."""
    told = {k: row[k] for k in _FACTS} | {
        "basics": sorted(row["basics"] or []), "proof": sorted(row["proof"] or [])
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def accepted(named: pl.DataFrame, ruled: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of findings (FOUND with ``id``) that were accepted with the facts they have."""
    held = ruled.filter(pl.col("ruling") == Ruling.ACCEPTED.value).select(
        pl.col("subject").alias("id"), "facts"
    )
    rows = named.join(held, on="id")
    same = [r["id"] for r in rows.iter_rows(named=True) if fingerprint(r) == r["facts"]]
    return pl.DataFrame({"id": same}, schema={"id": pl.String()}).unique()


def acceptable(unit: ReadUnit, finding: str) -> dict[str, Any]:
    """Return the stored finding that somebody may accept.

    Raises:
        NotFound: no such finding.
        InputError: a finding of its rule is settled by the facts alone.
        WrongState: it is accepted already, or closed.
    """
    found = unit.nodes("Finding", [finding])
    if found.is_empty():
        raise NotFound(say("没有编号为 {finding} 的审计发现。", finding=finding[:40]),
                       say("请用 doudi audit list 查看编号。"))  # fmt: skip
    row = found.row(0, named=True)
    if Rule(row["rule"]) not in FOR_A_PERSON:
        raise InputError(
            say("这类发现只因事实改变而办结，不能认可了事。"),
            say("可认可的是交人核实的规律：{rules}。", rules="、".join(sorted(r.value for r in FOR_A_PERSON))),
            field="ruling",
        )  # fmt: skip
    if row["state"] != FindingState.OPEN.value:
        raise WrongState(say("该发现已经认可或办结。"), say("事实再变时会重新列出。"))
    return row
