"""What a role sees of each field of a person: one table, used by screens, answers and exports.

`api.access` says who may do what; this says how much of a person is shown in doing it. A field that
a role is not listed for is absent. An actor of several roles sees the most that one of them does.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

from graphcore.domain.actor import Actor, Role


class Field(StrEnum):
    """A kind of personal fact; several entries of a record may be of one kind."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"
    BORN_ON = "born_on"
    HARDSHIP = "hardship"  # groups on the assistance register
    HEALTH = "health"  # illness, disability, what they need
    ACCOUNT = "account"  # of a bank card, on screens
    FORM_NUMBER = "form_number"  # an ID number on a statutory form, which reads back unchanged
    PAYEE = "payee"  # of a bank card and its holder, in the file that the bank takes
    SIGNATURE = "signature"  # who signed for goods
    WORDS = "words"  # what somebody wrote freely: an application, an answer, a reason
    AFFAIRS = "affairs"  # what a household is owed and gets, by meaningless id


class View(IntEnum):
    """How much is shown, the least first."""

    ABSENT = 0
    MASKED = 1
    CLEAR = 2


_F, _R = Field, Role
_C, _M = View.CLEAR, View.MASKED

TABLE: Final[Mapping[Role, Mapping[Field, View]]] = {
    _R.DISPATCHER: {_F.NAME: _C, _F.ID_NUMBER: _M, _F.PHONE: _C, _F.ADDRESS: _C, _F.BORN_ON: _M,
                    _F.HARDSHIP: _C, _F.HEALTH: _C, _F.ACCOUNT: _M, _F.PAYEE: _C,
                    _F.FORM_NUMBER: _C,
                    _F.SIGNATURE: _C, _F.WORDS: _C, _F.AFFAIRS: _C},
    _R.APPROVER: {_F.NAME: _M, _F.ID_NUMBER: _M, _F.PHONE: _M, _F.ADDRESS: _M, _F.BORN_ON: _M,
                  _F.HARDSHIP: _C, _F.SIGNATURE: _M, _F.WORDS: _C, _F.AFFAIRS: _C},
    _R.CIVIL_AFFAIRS: dict.fromkeys(Field, _C),
    _R.TOWNSHIP: {_F.NAME: _M, _F.ID_NUMBER: _M, _F.PHONE: _M, _F.ADDRESS: _M, _F.BORN_ON: _M,
                  _F.HARDSHIP: _C, _F.SIGNATURE: _M, _F.WORDS: _C, _F.AFFAIRS: _C},
    _R.AUDITOR: {_F.NAME: _M, _F.ID_NUMBER: _M, _F.PHONE: _M, _F.ADDRESS: _M, _F.BORN_ON: _M,
                 _F.HARDSHIP: _C, _F.ACCOUNT: _M, _F.SIGNATURE: _M, _F.AFFAIRS: _C},
    _R.ORGANIZATION: {},
    _R.PLATFORM: {},
    _R.ADMIN: {},
}  # fmt: skip


def view_of(actor: Actor, field: Field) -> View:
    """Return how much of a field the actor sees."""
    return max((TABLE[role].get(field, View.ABSENT) for role in actor.roles), default=View.ABSENT)
