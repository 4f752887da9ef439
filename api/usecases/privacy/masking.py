"""A record as an actor may see it: every entry clear, masked or left out by `api.masks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from api.masks import Field, View, view_of
from graphcore.domain.actor import Actor
from graphcore.exchange.masking import mask_name

_F = Field
FIELDS: Final[Mapping[str, Field]] = {  # entry of a record → what kind of fact it is
    "name": _F.NAME, "id_number": _F.ID_NUMBER, "phone": _F.PHONE, "address": _F.ADDRESS,
    "born_on": _F.BORN_ON, "groups": _F.HARDSHIP, "household_type": _F.HARDSHIP,
    "facts": _F.HEALTH, "account": _F.ACCOUNT, "account_name": _F.PAYEE,
    "payee_account": _F.PAYEE, "form_number": _F.FORM_NUMBER, "kin": _F.NAME, "signed_by": _F.SIGNATURE,
    "text": _F.WORDS, "answer": _F.WORDS, "reason": _F.WORDS,
    "evidence": _F.WORDS, "interim": _F.WORDS, "extension": _F.WORDS,
}  # fmt: skip
_TAIL = 4
_SAME: Final = {
    "payee_account": "account",
    "form_number": "id_number",
}  # one entry of a record, by another table row
_OPEN: Final = frozenset({"sex", "relation", "village", "township", "household"})
"""Entries that name no one by themselves."""


def entry_view(actor: Actor, entry: str) -> View:
    """Return how much of an entry the actor sees; one that is not listed is absent."""
    if entry in _OPEN:
        return View.CLEAR
    return view_of(actor, FIELDS[entry]) if entry in FIELDS else View.ABSENT


def shown(actor: Actor, entry: str, value: object) -> str:
    """Return an entry as the actor may see it, "" where it is absent."""
    view = entry_view(actor, entry)
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value or "")
    if view is View.ABSENT or not text:
        return ""
    return text if view is View.CLEAR else _masked(entry, text)


def shown_record(
    actor: Actor, record: Mapping[str, object], entries: Iterable[str]
) -> dict[str, str]:
    """Return the named entries of a record as the actor may see them."""
    told = {entry: shown(actor, entry, record.get(_SAME.get(entry, entry))) for entry in entries}
    return {entry: text for entry, text in told.items() if text}


def _masked(entry: str, text: str) -> str:
    if entry in ("name", "account_name", "signed_by", "kin"):
        return mask_name(text)
    if entry in ("id_number", "phone", "account"):
        return "*" * max(0, len(text) - _TAIL) + text[-_TAIL:]
    return "***"
