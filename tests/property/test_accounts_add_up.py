"""Invariant 4: needed = received + planned + missing + not needed, whatever a plan promises."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from graphcore.casework.audits.account import REASONS, ROLES, book
from graphcore.domain.audit import Missing
from graphcore.domain.household import BasicNeed
from tests.unit.audits.books import homes, lines, owed, settled, shorts

BASICS = [b.value for b in BasicNeed]


@st.composite
def needs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Needs of four households, each split into what lines promise and what is short."""
    made = []
    for n in range(draw(st.integers(0, 8))):
        promised = draw(st.lists(st.tuples(st.sampled_from(sorted(ROLES)), st.integers(1, 9)),
                                 max_size=4))  # fmt: skip
        short = draw(st.lists(st.tuples(st.sampled_from(sorted(REASONS)), st.integers(1, 9)),
                              max_size=3))  # fmt: skip
        counts = sum(q for s, q in promised if ROLES[s] in ("planned", "received"))
        made.append({
            "need": f"N-{n}", "household": f"H-{draw(st.integers(0, 3))}",
            "basic": draw(st.sampled_from(BASICS)), "lines": promised, "short": short,
            "units": counts + sum(q for _, q in short), "planned_for": draw(st.booleans()),
        })  # fmt: skip
    return made


@given(needs(), st.lists(st.tuples(st.sampled_from(["H-0", "H-1"]), st.sampled_from(BASICS))),
       st.lists(st.sampled_from(["in_need", "unknown", "safe"]), min_size=4, max_size=4))  # fmt: skip
def test_every_unit_is_accounted_for(
    made: list[dict[str, Any]], ruled: list[tuple[str, str]], states: list[str]
) -> None:
    who = homes(*({"household": f"H-{n}", "state": s} for n, s in enumerate(states)))
    keys = ("need", "household", "basic", "units", "planned_for")
    owes = owed(*({k: m[k] for k in keys} for m in made))
    drawn = lines(*((m["need"], s, q) for m in made for s, q in m["lines"]))
    short = shorts(*((m["need"], r, q) for m in made for r, q in m["short"]))
    found = book(who, owes, drawn, short, settled(*ruled), 1)
    rows, parts = found.accounts, ("received", "planned", "missing", "not_needed")
    assert found.unbalanced.is_empty()
    assert rows.filter(pl.col("needed") != pl.sum_horizontal(parts)).is_empty()
    assert rows.filter(pl.any_horizontal(pl.col(p) < 0 for p in parts)).is_empty()
    assert rows["needed"].sum() == sum(m["units"] for m in made) + _unassessed(rows)
    lacking = rows.filter(pl.col("missing") > 0)
    assert set(lacking["reason"]) <= {m.value for m in Missing}
    assert rows.filter(pl.col("missing") == 0)["reason"].is_in([""]).all()


def _unassessed(rows: pl.DataFrame) -> int:
    return int(rows.filter(pl.col("need") == "")["needed"].sum())
