"""Matches and cases for review, written in one transaction with their event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from api.usecases.comparison.sides import Sides, is_household
from api.usecases.context import Context
from api.usecases.intake.rows import frame_of
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.store.port import WriteUnit

if TYPE_CHECKING:
    from graphcore.linkage.link import Links

OPEN, SAME, DIFFERENT = "open", "same", "different"
HOUSEHOLD = "household"
"""Outcome of a match of two households through relatives or a door, not through a person."""


class Moved(Exception):
    """Somebody wrote between the look and the save: look again."""


def with_households(made: Links, homes: pl.DataFrame) -> Links:
    """Return the links with other households."""
    return replace(made, households=homes)


def save(ctx: Context, actor: Actor, sides: Sides, made: Links) -> None:
    """Replace the stored matches by what was found; cases that a person decided stay.

    Raises:
        Moved: the chain grew since the look.
    """
    rows = _matches(ctx, sides, made)
    rows += _households(ctx, sides, made, {r["id"] for r in rows})
    draft = EventDraft("registers.compared", actor.id, ctx.clock(), {
        "reports": sides.left.height, "register": sides.register.height, "model": made.model.digest,
        "matched": sum(r["outcome"] == "matched" for r in rows),
        "review": sum(r["outcome"] == "review" for r in rows),
    })  # fmt: skip

    def write(unit: WriteUnit) -> None:
        head = unit.rows("intake.head", district=ctx.district)
        if head and int(cast("int", head[0]["seq"])) != sides.seq:
            raise Moved
        _replace(unit, rows, sides)
        unit.append(draft)

    ctx.store.write(ctx.district, write)


def _matches(ctx: Context, sides: Sides, made: Links) -> list[dict[str, Any]]:
    home = {**_column(sides.left, "household"), **_column(sides.register, "household")}
    place = _column(sides.left, "place")
    at = ctx.clock()
    return [{
        "id": match_id(r["left"], r["right"]), "left": r["left"], "right": r["right"],
        "left_home": home[r["left"]], "right_home": home[r["right"]],
        "township": place[r["left"]][:9], "weight": float(r["weight"]), "outcome": r["outcome"],
        "reason": r["reason"], "model": made.model.digest, "at": at, "version": 1,
        "levels": [f"{f}:{r[f'at_{f}']}:{r[f'w_{f}']:.2f}" for f in made.fields],
    } for r in made.pairs.iter_rows(named=True)]  # fmt: skip


def _households(
    ctx: Context, sides: Sides, made: Links, taken: set[str]
) -> list[dict[str, Any]]:  # fmt: skip
    place = dict(sides.left.select("household", "place").iter_rows())
    at = ctx.clock()
    return [{
        "id": key, "left": r["left"], "right": r["right"], "left_home": r["left"],
        "right_home": r["right"], "township": place[r["left"]][:9], "weight": 0.0,
        "outcome": HOUSEHOLD, "reason": r["through"], "model": made.model.digest, "at": at,
        "version": 1, "levels": [],
    } for r in made.households.filter(pl.col("through") != "person").iter_rows(named=True)
        if (key := match_id(r["left"], r["right"])) not in taken]  # fmt: skip


def _column(table: pl.DataFrame, name: str) -> dict[str, str]:
    return dict(table.select("id", name).iter_rows())


def match_id(left: str, right: str) -> str:
    """Return the id of the match of two subjects."""
    return derived(Kind.MATCH, left, right)


def case_id(left: str, right: str) -> str:
    """Return the id of the case about two subjects."""
    return derived(Kind.REVIEW, left, right)


def _replace(unit: WriteUnit, rows: list[dict[str, Any]], sides: Sides) -> None:
    """Write the difference: what is found again keeps its node, and the findings tied to it."""
    decided = {str(c["match"]) for c in sides.cases.values() if c["state"] != OPEN}
    known = set(unit.nodes("Match")["id"].to_list())
    kept = [r for r in rows if r["id"] not in decided]
    unit.delete("Match", sorted(known - decided - {r["id"] for r in kept}))
    new = [r for r in kept if r["id"] not in known]
    unit.update("Match", frame_of("Match", [r for r in kept if r["id"] in known]))
    unit.create("Match", frame_of("Match", new))
    _link(unit, new)
    _cases(unit, kept, sides)


def _link(unit: WriteUnit, rows: list[dict[str, Any]]) -> None:
    for rel, side in (("REPORTED_AS", "left"), ("REGISTERED_AS", "right")):
        for label, homes in (("Household", True), ("Person", False)):
            ends = [(r["id"], r[side]) for r in rows if is_household(r[side]) is homes]
            if ends:
                unit.link(
                    rel, "Match", label, pl.DataFrame(ends, schema=["from", "to"], orient="row")
                )


def _cases(unit: WriteUnit, rows: list[dict[str, Any]], sides: Sides) -> None:
    """Open a case for each pair to review; an open one that nothing asks for any more goes."""
    asked = [r for r in rows if r["outcome"] == "review"]
    still = [i for i, c in sides.cases.items() if c["state"] == OPEN]
    unit.delete("ReviewCase", still)
    cases = [{
        "id": case_id(r["left"], r["right"]), "match": r["id"], "left": r["left"],
        "right": r["right"], "township": r["township"], "state": OPEN, "decided_by": "",
        "decided_at": 0, "wrapped_key": "", "ciphertext": "", "version": 1,
    } for r in asked]  # fmt: skip
    unit.create("ReviewCase", frame_of("ReviewCase", cases))
    if cases:
        ends = [(c["id"], c["match"]) for c in cases]
        unit.link(
            "ASKS_ABOUT",
            "ReviewCase",
            "Match",
            pl.DataFrame(ends, schema=["from", "to"], orient="row"),
        )
