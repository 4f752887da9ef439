"""Kinds of personal data: each is kept under a key of its own, so that one can go and another stay."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

_MARK = "#"


class RecordKind(StrEnum):
    """For what a record was taken, the purpose that decides how long it is kept."""

    EMERGENCY = "emergency"  # ledger, roster, members: who was hit; who signed, helped, drove
    REGISTER = "register"  # the copy of the social-assistance register
    HEALTH = "health"  # illness, disability, what a person needs
    PAYMENT = "payment"  # bank cards
    COMPARISON = "comparison"  # what a person wrote when deciding on a pair


OF_SUBJECT = (
    RecordKind.EMERGENCY, RecordKind.REGISTER, RecordKind.HEALTH, RecordKind.PAYMENT,
)  # fmt: skip
"""Kinds of which a person or household may have one record each; the first to speak wins."""

_KIND_OF_ENTRY = {
    "facts": RecordKind.HEALTH, "account": RecordKind.PAYMENT, "account_name": RecordKind.PAYMENT,
}  # fmt: skip


def kind_of_entry(entry: str, source: RecordKind) -> RecordKind:
    """Return where an entry is kept that was told by a form of the given kind."""
    return _KIND_OF_ENTRY.get(entry, source)


def record_id(subject: str, kind: RecordKind) -> str:
    """Return the id of a subject's record of a kind; the emergency record has the subject's own."""
    return subject if kind is RecordKind.EMERGENCY else f"{subject}{_MARK}{kind.value}"


def owner_and_kind(record: str) -> tuple[str, RecordKind]:
    """Return subject and kind of a record's id."""
    subject, mark, kind = record.partition(_MARK)
    return subject, RecordKind(kind) if mark else RecordKind.EMERGENCY


def record_ids(subjects: Iterable[str], kinds: Iterable[RecordKind] = OF_SUBJECT) -> list[str]:
    """Return the ids of all records that the subjects may have of the kinds."""
    kinds = tuple(kinds)
    return [record_id(s, k) for s in subjects for k in kinds]
