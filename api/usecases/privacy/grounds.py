"""What an act rests on: reasons and records' numbers that people typed, sealed with the act."""

from __future__ import annotations

from dataclasses import dataclass

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, check_purpose, look
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Forbidden, NotFound
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, Row

OF_ACT = Seen("grounds", ("evidence", "reason", "extension", "interim", "text", "answer"))
_LABELS = {
    Kind.CASE: "AidCase", Kind.APPLICATION: "Application", Kind.WATCH: "PovertyWatch",
    Kind.SURVEY: "Survey", Kind.ENTRY: "WinterEntry", Kind.VISIT: "WinterVisit",
    Kind.REBUILD: "RebuildCase", Kind.RULING: "Determination", Kind.ALLOTMENT: "FundAllotment",
}  # fmt: skip
_STEPS = {"WinterEntry": ("winter.steps_of", "entry"),
          "RebuildCase": ("winter.milestones_of", "rebuild")}  # fmt: skip
_PLACES = ("township", "place", "village")
"""Properties that say where a node belongs; one without any is the whole district's."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """One act: its id, which step it was ("" of what has none), by whom, on which day, on what."""

    id: str
    what: str
    by: str
    on_day: str
    entries: dict[str, str]


def grounds(ctx: Context, actor: Actor, why: Reason, key: str) -> list[Grounds]:
    """Return what was written of a record and of each step taken on it, as the actor may see it.

    A record: a case, application, survey, surveyed household, visit, rebuilding, ruling, allotment
    or watched household. What holds nothing that the actor may see is left out. The look is recorded first.

    Raises:
        Forbidden: the role may not read persons, or the place is out of scope.
        InputError: no such purpose, or a note that holds personal data.
        NotFound: nothing of that id.
    """
    authorise(actor, Operation.READ_PERSON)
    check_purpose(ctx, why)
    place, acts = ctx.store.read(lambda unit: _acts(unit, key))
    if not actor.covers(place or ctx.district):
        raise Forbidden(
            say("编号 {key} 不在您的管辖范围内。", key=key[:40]),
            say("请改查本辖区，或请管理员调整范围。"),
        )
    told = look(ctx, actor, why, [str(a["id"]) for a in acts], OF_ACT)
    return [
        Grounds(str(a["id"]), str(a["what"]), str(a["by"]), str(a["on_day"]), told[str(a["id"])])
        for a in acts if told.get(str(a["id"]))
    ]  # fmt: skip


def _acts(unit: ReadUnit, key: str) -> tuple[str, list[Row]]:
    """Return the place of a node, and the node itself with the steps taken on it."""
    label = _LABELS.get(key.partition("-")[0], "")  # type: ignore[call-overload]
    found = unit.nodes(label, [key]) if label else None
    if found is None or found.is_empty():
        raise NotFound(say("没有编号为 {key} 的记录。", key=key[:40]),
                       say("请用个案、受理件、调查、走访、重建、认定或预留的编号。"))  # fmt: skip
    row = found.row(0, named=True)
    place = next((str(row[p]) for p in _PLACES if row.get(p)), "")
    itself: Row = {"id": key, "what": "", "by": str(row.get("officer") or ""), "on_day": ""}
    query, name = _STEPS.get(label, ("", ""))
    return place, [itself, *(unit.rows(query, **{name: key}) if query else [])]
