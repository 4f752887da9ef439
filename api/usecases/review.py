"""The review queue: two records side by side, decided by a named person, reversibly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.masks import Field, View, view_of
from api.usecases.comparison.saving import DIFFERENT, OPEN, SAME, case_id, match_id
from api.usecases.comparison.sides import Sides, is_household, sides_of
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, record_look
from api.usecases.privacy.masking import shown
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.household import HardshipGroup
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.exchange.identity import valid_number
from graphcore.linkage.decide import Outcome
from graphcore.store.port import ReadUnit, Row, WriteUnit

COMPARISON = Reason("comparison")
_SHOWN = (
    "name",
    "id_number",
    "phone",
    "born_on",
    "sex",
    "township",
    "village",
    "address",
    "groups",
)
MATCHED = "matched"
"""State of a pair that the comparison matched by itself: a person may still say otherwise."""

_ALLOWANCES = (HardshipGroup.MINIMUM_LIVING.value, HardshipGroup.EXTREME_POVERTY.value)


@dataclass(frozen=True, slots=True)
class Case:
    """A pair in the queue, or one that was matched by itself (``state`` `MATCHED`, a match's id).

    ``levels``: field, level's code and weight.
    """

    id: str
    left: str
    right: str
    township: str
    state: str
    decided_by: str
    weight: float
    reason: str
    levels: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both records, masked by role; ``sign``: match, mismatch or blank."""

    field: str
    left: str
    right: str
    sign: str


def list_cases(ctx: Context, actor: Actor, state: str = OPEN) -> list[Case]:
    """Return the cases of a state that lie in the actor's scope, the heaviest first."""
    authorise(actor, Operation.READ_REVIEW)
    cases = ctx.store.read(_cases)
    mine = [c for c in cases if actor.covers(c.township) and state in ("", c.state)]
    return sorted(mine, key=lambda c: (-c.weight, c.id))


def show_case(
    ctx: Context, actor: Actor, case: str, reason: Reason = COMPARISON
) -> tuple[Case, list[Line], str]:
    """Return a case, its two records field by field, and why it was decided ("" while open).

    Raises:
        NotFound: no such case, or out of the actor's scope.
    """
    authorise(actor, Operation.READ_REVIEW)
    found = scoped_case(ctx, actor, case)
    left, right = _records(sides_of(ctx), found)
    lines = [_line(actor, f, left.get(f), right.get(f)) for f in _SHOWN]
    why = _why(ctx, found.id) if view_of(actor, Field.ACCOUNT) is View.CLEAR else ""
    record_look(ctx, actor, reason, "review.show", [found.left, found.right], _SHOWN)
    return found, lines, why


def decide_case(ctx: Context, actor: Actor, case: str, *, same: bool, reason: str) -> Case:
    """Record that two records are the same person, or are not; it holds for later comparisons.

    ``case`` may be a match's id: a person may contradict what was matched by itself.

    Raises:
        InputError: no reason given.
        NotFound: no such case.
        WrongState: decided already; or a merge while both are paid by one programme, or while two
            verified numbers differ.
    """
    authorise(actor, Operation.DECIDE_REVIEW, ctx.district)
    found = _checked(ctx, actor, case, reason)
    if found.state not in (OPEN, MATCHED):
        raise WrongState(say("此对记录已由 {who} 认定。", who=found.decided_by),
                         say("如需改判，请先撤销原认定（doudi review reopen）。"))  # fmt: skip
    sides = sides_of(ctx)
    if same:
        _require_mergeable(ctx, sides, found)
    state = SAME if same else DIFFERENT
    _write(ctx, actor, found, state, reason)
    return scoped_case(ctx, actor, case_id(found.left, found.right))


def reopen_case(ctx: Context, actor: Actor, case: str, *, reason: str) -> Case:
    """Take a decision back; a merge that came of it is undone.

    Raises:
        WrongState: it is open.
    """
    authorise(actor, Operation.DECIDE_REVIEW, ctx.district)
    found = _checked(ctx, actor, case, reason)
    if found.state in (OPEN, MATCHED):
        raise WrongState(say("此对记录尚未认定。"), say("请用 doudi review 查看待复核的记录。"))
    _write(ctx, actor, found, OPEN, reason)
    return scoped_case(ctx, actor, case)


def _checked(ctx: Context, actor: Actor, case: str, reason: str) -> Case:
    if not reason.strip():
        raise InputError(say("认定须写明理由。"), say("请加 --reason。"), field="reason")
    return scoped_case(ctx, actor, case)


def _cases(unit: ReadUnit) -> list[Case]:
    matches = {r["id"]: r for r in unit.nodes("Match").iter_rows(named=True)}
    asked = list(unit.nodes("ReviewCase").iter_rows(named=True))
    silent = matches.keys() - {r["match"] for r in asked}
    alone = [
        _case({**matches[i], "state": MATCHED, "decided_by": ""}, matches[i])
        for i in sorted(silent) if matches[i]["outcome"] != Outcome.REVIEW.value
    ]  # fmt: skip
    return [_case(r, matches.get(r["match"], {})) for r in asked] + alone


def _case(row: dict[str, Any], match: dict[str, Any]) -> Case:
    levels = tuple(
        (p[0], p[1], p[2])
        for x in match.get("levels") or ()
        if len(p := str(x).split(":")) == 3  # noqa: PLR2004
    )
    return Case(
        row["id"], row["left"], row["right"], row["township"], row["state"], row["decided_by"],
        float(match.get("weight") or 0.0), str(match.get("reason") or ""), levels,
    )  # fmt: skip


def scoped_case(ctx: Context, actor: Actor, case: str) -> Case:
    """Return a case that lies in the actor's scope.

    Raises:
        NotFound: no such case, or out of the actor's scope.
    """
    cases = ctx.store.read(_cases)
    of_match = case.startswith(f"{Kind.MATCH}-")
    found = [c for c in cases
             if c.id == case or (of_match and case == match_id(c.left, c.right))]  # fmt: skip
    if not found or not actor.covers(found[0].township):
        raise NotFound(
            say("没有待复核的记录对 {case}。", case=case), say("请用 doudi review 查看名单。")
        )
    return found[0]


def _records(sides: Sides, case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    left = {r["id"]: r for r in sides.left.iter_rows(named=True)}
    right = {r["id"]: r for r in sides.register.iter_rows(named=True)}
    return left.get(case.left, {}), right.get(case.right, {})


def _line(actor: Actor, field: str, left: object, right: object) -> Line:
    a, b = str(left or ""), str(right or "")
    sign = "blank" if not a or not b else "match" if a == b else "mismatch"
    return Line(field, shown(actor, field, a), shown(actor, field, b), sign)


def _why(ctx: Context, case: str) -> str:
    if case.startswith(f"{Kind.MATCH}-"):
        return ""
    row = ctx.store.read(lambda unit: unit.nodes("ReviewCase", [case])).row(0, named=True)
    if not row["ciphertext"]:
        return ""
    return str(ctx.vault.open(case, row["wrapped_key"], row["ciphertext"]).get("reason") or "")


def _require_mergeable(ctx: Context, sides: Sides, case: Case) -> None:
    left, right = _records(sides, case)
    numbers = [str(r.get("id_number") or "") for r in (left, right)]
    if all(map(valid_number, numbers)) and numbers[0] != numbers[1]:
        raise WrongState(say("两条记录的身份证号码都已核实而且不同，不能合并。"),
                         say("请先核对并改正号码；确是两人的，请认定为不同。"))  # fmt: skip
    homes = [str(left.get("household") or ""), str(right.get("household") or "")]
    if homes[0] != homes[1] and _both_paid(ctx, homes):
        raise WrongState(say("两条记录正由同一项救助发放，不能合并。"),
                         say("请先停发或更正其中一条，再认定为同一人。"))  # fmt: skip


def _both_paid(ctx: Context, homes: list[str]) -> bool:
    """Whether one programme pays both: ledger money of a disaster, a benefit, an allowance."""
    queries = ("linkage.paid", "linkage.cases", "linkage.held")
    seen = ctx.store.read(lambda unit: [unit.rows(q, homes=homes) for q in queries])
    held = [r for r in seen[2] if r["programme"] in _ALLOWANCES]
    return any(_shared(rows, homes) for rows in (seen[0], seen[1], held))


def _shared(rows: list[Row], homes: list[str]) -> bool:
    told = [
        {tuple(sorted((k, str(v)) for k, v in r.items() if k != "household"))
         for r in rows if r["household"] == home}
        for home in homes
    ]  # fmt: skip
    return bool(told[0] & told[1])


def _write(ctx: Context, actor: Actor, case: Case, state: str, reason: str) -> None:
    key = case_id(case.left, case.right)
    at, wrapped = ctx.clock(), ctx.vault.new_key(key)
    sealed = ctx.vault.seal(key, wrapped, {"reason": reason})
    draft = EventDraft("review.decided", actor.id, at, {
        "ref": key, "case": key, "left": case.left, "right": case.right, "state": state,
    })  # fmt: skip
    told = {"id": key, "state": state, "decided_by": "" if state == OPEN else actor.id,
            "decided_at": at, "wrapped_key": wrapped, "ciphertext": sealed}  # fmt: skip

    def write(unit: WriteUnit) -> None:
        known = unit.nodes("ReviewCase", [key])
        if (known["state"][0] if known.height else MATCHED) != case.state:
            raise WrongState(say("此对记录刚被他人认定。"), say("请重新查看后再认定。"))
        if known.is_empty():
            _ask(unit, case, told)
        else:
            version = int(known["version"][0]) + 1
            unit.update("ReviewCase", pl.DataFrame([{**told, "version": version}]))
        _merge(unit, case, state)
        unit.append(draft)

    ctx.store.write(ctx.district, write)


def _ask(unit: WriteUnit, case: Case, told: dict[str, object]) -> None:
    """Make the case of a pair that was matched by itself, decided as it is made."""
    match = match_id(case.left, case.right)
    row = {**told, "match": match, "left": case.left, "right": case.right,
           "township": case.township, "version": 1}  # fmt: skip
    unit.create("ReviewCase", pl.DataFrame([row]))
    ends = pl.DataFrame([{"from": told["id"], "to": match}])
    unit.link("ASKS_ABOUT", "ReviewCase", "Match", ends)


def _merge(unit: WriteUnit, case: Case, state: str) -> None:
    """The registered record leaves a trace into the reported one; taking it back removes it."""
    if is_household(case.left) is not is_household(case.right):
        return
    label = "Household" if is_household(case.left) else "Person"
    ends = pl.DataFrame({"from": [case.right], "to": [case.left]})
    if state == SAME:
        unit.link("MERGED_INTO", label, label, ends)
    elif case.state == SAME:
        unit.unlink("MERGED_INTO", label, label, ends)
