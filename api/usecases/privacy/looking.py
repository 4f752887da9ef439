"""Looking at a person: for a purpose, through the masks of the role, recorded before it is shown.

The one way by which personal data reaches a screen, an answer or a file
(`tests/unit/privacy/test_one_way_out.py` holds it to that).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.usecases.context import Context
from api.usecases.privacy.anchors import anchor_if_due
from api.usecases.privacy.masking import shown_record
from api.usecases.privacy.records import opened
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError
from graphcore.domain.event import EventDraft
from graphcore.domain.privacy import OF_SUBJECT, RecordKind
from graphcore.domain.text import say

LOOK = "look"
MOST_NOTE = 200
_NUMBERS = re.compile(r"\d[\d\s-]{4,}[\dXx]")  # a phone, an ID number, a bank card; no date
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Reason:
    """For what somebody looks: a purpose of the closed list, and a note without personal data."""

    purpose: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is looked at: by which command or route, which entries of which kinds of records."""

    what: str
    entries: tuple[str, ...]
    kinds: tuple[RecordKind, ...] = OF_SUBJECT


def purposes(ctx: Context) -> Mapping[str, str]:
    """Return the purposes in force, code → title."""
    value = ctx.rulebook.at("privacy.purposes", day_of(ctx.clock())).value
    return {str(code): str(title) for code, title in value.items()}


def look(
    ctx: Context, actor: Actor, reason: Reason, subjects: Collection[str], seen: Seen
) -> dict[str, dict[str, str]]:
    """Return subject → entries as the actor may see them, once the look is recorded.

    Raises:
        InputError: no such purpose, or a note that holds personal data.
        StoreUnavailable: the look could not be recorded: nothing is shown.
    """
    check_purpose(ctx, reason)
    records = opened(ctx, subjects, seen.kinds)
    return show(ctx, actor, reason, records, seen)


def show(
    ctx: Context, actor: Actor, reason: Reason, records: Mapping[str, Mapping[str, object]],
    seen: Seen,
) -> dict[str, dict[str, str]]:  # fmt: skip
    """Return records that were opened for work as the actor may see them; raises as `look`."""
    check_purpose(ctx, reason)
    _check_names(reason.note, records.values())
    told = {s: shown_record(actor, record, seen.entries) for s, record in records.items()}
    some = sorted(s for s, entries in told.items() if entries)
    fields = sorted({entry for entries in told.values() for entry in entries})
    record_look(ctx, actor, reason, seen.what, some, fields)
    return told


def record_look(
    ctx: Context, actor: Actor, reason: Reason, what: str, subjects: Sequence[str],
    entries: Sequence[str],
) -> None:  # fmt: skip
    """Record that the actor sees entries of subjects; return once that is on disk.

    Raises:
        InputError: no such purpose, or a note that holds personal data.
        StoreUnavailable: the look could not be recorded: show nothing.
    """
    if not subjects:
        return
    check_purpose(ctx, reason)
    body = {
        "what": what, "purpose": reason.purpose, "note": reason.note,
        "roles": sorted(r.value for r in actor.roles), "subjects": list(subjects),
        "entries": list(entries),
    }  # fmt: skip
    ctx.looks.record([EventDraft(LOOK, actor.id, ctx.clock(), body)])  # type: ignore[arg-type]
    anchor_if_due(ctx)


def check_purpose(ctx: Context, reason: Reason) -> None:
    """Refuse a purpose that is not on the list, and a note with a number of somebody's.

    Raises:
        InputError: see above.
    """
    known = purposes(ctx)
    if reason.purpose not in known:
        told = "、".join(f"{code}（{title}）" for code, title in known.items())
        raise InputError(say("查看个人信息须写明用途。"),
                         say("用途可以是：{told}。", told=told), field="purpose")  # fmt: skip
    if len(reason.note) > MOST_NOTE or _NUMBERS.search(_DATE.sub("", reason.note)):
        raise _personal_note()


def _check_names(note: str, records: Iterable[Mapping[str, object]]) -> None:
    if note and any(len(n) > 1 and n in note for r in records for n in _names(r)):
        raise _personal_note()


def _names(record: Mapping[str, object]) -> list[str]:
    return [str(record.get(e) or "") for e in ("name", "account_name", "signed_by", "address")]


def _personal_note() -> InputError:
    return InputError(
        say("用途说明不能含姓名、住址、号码等个人信息。"),
        say("请改写，例如只写工单编号。"),
        field="note",
    )


__all__ = ["Reason", "Seen", "check_purpose", "look", "purposes", "record_look", "show"]
