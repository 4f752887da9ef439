"""What must not leave: the full numbers, names and words of people that a district holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from api.masks import Field, View, view_of
from api.usecases.context import Context
from api.usecases.privacy.masking import FIELDS
from graphcore.domain.actor import Actor, Role

WATCHED = {Field.ID_NUMBER, Field.PHONE, Field.ACCOUNT, Field.NAME}
SHORT = 3  # characters: a name of two may be a word
_NUMBER = re.compile(r"\d{5,}[0-9X]")


@dataclass(frozen=True)
class Secrets:
    """Each secret with the kinds of field that it is."""

    kinds: Mapping[str, frozenset[Field]]

    def told(self, text: str) -> dict[str, frozenset[Field]]:
        """The secrets that a text gives away."""
        found = {*_NUMBER.findall(text), *self._words.findall(text)}
        return {s: self.kinds[s] for s in found if s in self.kinds}

    @cached_property
    def _words(self) -> re.Pattern[str]:
        words = sorted((s for s in self.kinds if not _NUMBER.fullmatch(s)), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)))


def secrets_of(ctx: Context, marks: Mapping[str, Field] | None = None) -> Secrets:
    """Every full number, phone, account and longer name of the district, and the marks."""
    sealed = ctx.store.read(lambda unit: unit.nodes("PersonalRecord"))
    found = {mark: frozenset({kind}) for mark, kind in (marks or {}).items()}
    for row in sealed.iter_rows(named=True):
        record = ctx.vault.open(row["subject"], row["wrapped_key"], row["ciphertext"])
        for entry, value in record.items():
            kind, text = FIELDS.get(entry), str(value or "")
            if kind in WATCHED and len(text) >= SHORT:
                found[text] = found.get(text, frozenset()) | {kind}
    return Secrets(found)


def allowed(role: Role, kinds: frozenset[Field], *also: Field) -> bool:
    """Whether a role may see one of the kinds, or of others, in full."""
    actor = Actor("a", frozenset({role}), "")
    return any(view_of(actor, kind) is View.CLEAR for kind in (*kinds, *also))


def look_lines(ctx: Context) -> int:
    """How many looks have been recorded."""
    path = ctx.looks.path
    return path.read_bytes().count(b"\n") if path.exists() else 0
