"""Looking at a person: a purpose of the list, a clean note, recorded before anything is returned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from api.usecases.audits.finding import Evidence, gather
from api.usecases.audits.looks import looks_hold
from api.usecases.context import Context
from api.usecases.privacy.anchors import ANCHORED, anchor
from api.usecases.privacy.looked import who_looked
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.privacy.person import household_people
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, StoreUnavailable
from graphcore.domain.event import EventDraft
from graphcore.store.looks import LookLog
from tests.support.looks import look_log
from tests.support.small_world import DISTRICT, NAMES, NOON, PHONES, RIVER

CLERK = Actor("clerk-1", frozenset({Role.CIVIL_AFFAIRS}), DISTRICT)
AUDITOR = Actor("auditor-1", frozenset({Role.AUDITOR}), DISTRICT)
VISIT = Reason("visit")
PHONE = Seen("test", ("name", "phone"))


def fresh(world: Context) -> Context:
    """The world with a log of its own."""
    return replace(world, looks=look_log())


def test_a_household_is_shown_and_the_look_is_told(world: Context) -> None:
    ctx = fresh(world)
    people = household_people(ctx, CLERK, Reason("visit", "工单 17"), "码H-1")
    assert people.members[0].entries == {"name": NAMES[1], "phone": PHONES[1]}
    (told,) = who_looked(ctx, AUDITOR, "H-1")
    assert (told.actor, told.purpose, told.note, told.what) == (
        "clerk-1", "visit", "工单 17", "show.household")  # fmt: skip
    assert told.entries == ("name", "phone")
    assert who_looked(ctx, AUDITOR, "H-2") == []


def test_the_log_holds_no_personal_data(world: Context) -> None:
    ctx = fresh(world)
    look(ctx, CLERK, VISIT, ["H-0", "H-1"], PHONE)
    text = ctx.looks.path.read_text("utf-8")
    assert not any(secret in text for secret in (*NAMES, *PHONES))


@pytest.mark.parametrize("purpose", ["", "curiosity", "VISIT"])
def test_a_purpose_that_is_not_on_the_list_is_refused(world: Context, purpose: str) -> None:
    ctx = fresh(world)
    with pytest.raises(InputError, match="用途"):
        look(ctx, CLERK, Reason(purpose), ["H-1"], PHONE)
    assert list(ctx.looks.looks()) == []


@pytest.mark.parametrize(
    ("note", "ok"),
    [("工单 2026-07-01 第 12345 号", True), ("电话123456", False), ("139 0000 0002", False),
     ("看望欧阳麦穗", False), ("看望司马小河", True), ("长" * 200, True), ("长" * 201, False)],
)  # fmt: skip
def test_a_note_holds_no_number_and_no_name_of_whom_is_looked_at(
    world: Context, note: str, ok: bool
) -> None:
    ctx = fresh(world)
    if ok:
        assert look(ctx, CLERK, Reason("visit", note), ["H-0"], PHONE)
    else:
        with pytest.raises(InputError):
            look(ctx, CLERK, Reason("visit", note), ["H-0"], PHONE)


def test_what_cannot_be_recorded_is_not_shown(world: Context) -> None:
    ctx = fresh(world)
    ctx.looks.close()
    with pytest.raises(StoreUnavailable):
        look(ctx, CLERK, VISIT, ["H-1"], PHONE)


def test_a_household_out_of_scope_is_not_there(world: Context) -> None:
    clerk = Actor("t", frozenset({Role.TOWNSHIP}), RIVER)
    with pytest.raises(NotFound):
        household_people(fresh(world), clerk, VISIT, "H-1")


def test_who_may_not_read_looks_is_refused(world: Context) -> None:
    with pytest.raises(Forbidden):
        who_looked(fresh(world), Actor("d", frozenset({Role.DISPATCHER}), DISTRICT))


def test_the_first_look_of_a_log_is_anchored_and_verifies(world: Context) -> None:
    ctx = fresh(world)
    before = len([e for e in gather(ctx).events if e.type == ANCHORED])
    for _ in range(3):
        look(ctx, CLERK, VISIT, ["H-1"], PHONE)
    anchors = [e for e in gather(ctx).events if e.type == ANCHORED]
    assert len(anchors) == before + 1
    assert json.loads(anchors[-1].canonical)["body"]["seq"] == 1


def own_anchors(ctx: Context) -> Evidence:
    """Evidence with the anchors of this log alone: the world's store is shared."""
    e = gather(ctx)
    last = [x for x in e.events if x.type == ANCHORED][-1:]
    return replace(e, events=last)


def tampered(ctx: Context, old: str, new: str) -> Context:
    """The log with one word changed."""
    text = ctx.looks.path.read_text("utf-8")
    assert old in text
    ctx.looks.path.write_text(text.replace(old, new), "utf-8")
    return ctx


def looked_thrice(world: Context) -> Context:
    ctx = fresh(world)
    for _ in range(3):
        look(ctx, CLERK, VISIT, ["H-1"], PHONE)
    anchor(ctx)
    return ctx


def test_a_log_that_nobody_touched_verifies(world: Context) -> None:
    ctx = looked_thrice(world)
    assert looks_hold(ctx, own_anchors(ctx)) == []


def test_a_look_that_was_changed_is_found(world: Context) -> None:
    ctx = tampered(looked_thrice(world), "clerk-1", "clerk-2")
    assert looks_hold(ctx, own_anchors(ctx))


def test_a_log_whose_end_was_cut_is_found_by_its_anchor(world: Context) -> None:
    ctx = looked_thrice(world)
    lines = ctx.looks.path.read_bytes().splitlines(keepends=True)
    ctx.looks.path.write_bytes(b"".join(lines[:-1]))
    (found,) = looks_hold(ctx, own_anchors(ctx))
    assert found.ref == "LK-TEST/3"


def test_a_log_that_was_exchanged_is_found(world: Context) -> None:
    ctx = looked_thrice(world)
    evidence = own_anchors(ctx)
    ctx.looks.path.unlink()
    other = replace(ctx, looks=LookLog(ctx.looks.path, lambda: "LK-OTHER"))
    for _ in range(3):
        other.looks.record([EventDraft("look", "x", NOON, {"subjects": []})])
    assert looks_hold(other, evidence)
