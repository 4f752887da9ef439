"""For what a caller looks at a person: the headers `Doudi-Purpose` and `Doudi-Note`."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header

from api.usecases.privacy.looking import Reason

_CODE = r"^[a-z_]{1,32}$"
_SAY = "For what you look: a code of the district's list of purposes"
Note = Annotated[
    str,
    Header(alias="Doudi-Note", max_length=1000,
           description="A note without personal data, percent-encoded UTF-8"),
]  # fmt: skip


def asked(
    purpose: Annotated[str, Header(alias="Doudi-Purpose", pattern=_CODE, description=_SAY)],
    note: Note = "",
) -> Reason:
    """Return the reason of a caller who must name it."""
    return Reason(purpose, unquote(note))


def casework(
    purpose: Annotated[
        str, Header(alias="Doudi-Purpose", pattern=_CODE, description=f"{_SAY}; else `casework`")
    ] = "casework",
    note: Note = "",
) -> Reason:
    """Return the reason of a caller who sees no more than ids, needs and quantities."""
    return Reason(purpose, unquote(note))


Asked = Annotated[Reason, Depends(asked)]


def payment(
    purpose: Annotated[
        str, Header(alias="Doudi-Purpose", pattern=_CODE, description=f"{_SAY}; else `payment`")
    ] = "payment",
    note: Note = "",
) -> Reason:
    """Return the reason of a caller who writes the file of a bank."""
    return Reason(purpose, unquote(note))


Casework = Annotated[Reason, Depends(casework)]
Payment = Annotated[Reason, Depends(payment)]
