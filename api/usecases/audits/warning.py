"""Warned at entry: what a household gets for the same need already, and the matrix does not allow.

A warning refuses nothing: it waits for a person at the desk who has looked and confirms.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from api.usecases.audits.gathering import AID_ROWS, CASES, STAGES
from api.usecases.context import Context
from graphcore.casework.audits import aid
from graphcore.casework.audits.bundling import overlaps
from graphcore.casework.audits.tables import AID
from graphcore.domain.tables import frame
from graphcore.domain.text import Text, named, say
from graphcore.store.port import ReadUnit


@dataclass(frozen=True, slots=True)
class Warned:
    """What the household gets besides; ``forbidden``: the matrix names the pair and does not allow it."""

    text: Text
    forbidden: bool


def has_already(ctx: Context, unit: ReadUnit, household: str) -> pl.DataFrame:
    """Return AID of one household: recorded, approved, promised by the plan in force."""
    rules = ctx.rulebook.within(ctx.district)
    told = [
        aid.recorded(unit.table("audits.aid_of", AID_ROWS, household=household)),
        aid.granted(unit.table("audits.cases_of", CASES, household=household), rules),
    ]
    plan = unit.rows("planning.current", district=ctx.district)
    if plan:
        row = unit.nodes("Plan", [str(plan[0]["id"])]).row(0, named=True)
        stages = unit.table("audits.promised_to", STAGES, household=household, plan=row["id"])
        first = date.fromisoformat(str(row["first_on"]))
        told.append(aid.promised(stages, first, int(row["days"])))
    return pl.concat(told)


def warn(ctx: Context, unit: ReadUnit, new: dict[str, object], day: date) -> tuple[Warned, ...]:
    """Return what stands against a new row of AID on a day; the household's other rows are read."""
    mine = frame(AID, [new])
    home, ref = str(new["household"]), f"{new['label']}/{new['id']}"
    others = has_already(ctx, unit, home).join(mine, on=["label", "id"], how="anti")
    found = overlaps(pl.concat([others, mine]), ctx.rulebook.within(ctx.district), day)
    told = found.filter((pl.col("proof_a") == ref) | (pl.col("proof_b") == ref))
    return tuple(_warned(ctx, str(new["programme"]), row) for row in told.iter_rows(named=True))


def warn_of_cases(
    ctx: Context, unit: ReadUnit, cases: Collection[str], disaster: str, day: date
) -> tuple[Text, ...]:
    """Return what stands beside cases that one act has just approved, by pair, with how many."""
    rules, approved = ctx.rulebook.within(ctx.district), [f"AidCase/{c}" for c in cases]
    granted = aid.granted(unit.table("audits.cases", CASES, disaster=disaster), rules)
    homes = granted.filter(pl.col("id").is_in(list(cases)))["household"].implode()
    rows = pl.concat([granted, aid.recorded(unit.table("audits.aid", AID_ROWS))])
    found = overlaps(rows.filter(pl.col("household").is_in(homes)), rules, day)
    new = found.filter(pl.col("proof_a").is_in(approved) ^ pl.col("proof_b").is_in(approved))
    pairs = new.group_by("a", "b", "listed").agg(pl.col("household").n_unique().alias("n"))
    called = {code: named(rule.name) for code, rule in rules.programmes.items()}
    return tuple(
        (_forbidden if listed else _unnamed)(called.get(a, a), called.get(b, b), n)
        for a, b, listed, n in pairs.sort("a", "b").iter_rows()
    )


def _forbidden(a: Text | str, b: Text | str, n: int) -> Text:
    return say("{n} 户同一需求同时有“{a}”和“{b}”，兼容表不允许，请核实。", n=n, a=a, b=b)


def _unnamed(a: Text | str, b: Text | str, n: int) -> Text:
    return say("{n} 户同一需求同时有“{a}”和“{b}”，兼容表没有写明，请核实。", n=n, a=a, b=b)


def _warned(ctx: Context, this: str, row: dict[str, object]) -> Warned:
    called = {code: named(rule.name) for code, rule in ctx.rulebook.programmes.items()}
    old = str(row["a"] if row["b"] == this else row["b"])
    other, mine = called.get(old, old), called.get(this, this)
    if row["listed"]:
        return Warned(say("该户同一需求已有“{other}”，与“{this}”不得同时享受（{cites}）。",
                          other=other, this=mine, cites=str(row["cites"])), forbidden=True)  # fmt: skip
    return Warned(say("该户同一需求已有“{other}”；它与“{this}”能否并用，兼容表没有写明，请核实。",
                      other=other, this=mine), forbidden=False)  # fmt: skip
