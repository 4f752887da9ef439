"""For what a caller looks at a person: the headers `Doudi-Purpose` and `Doudi-Note`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
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


def _usually(code: str) -> Callable[..., Reason]:
    """Return what reads the reason of a caller who need not name the usual one of its route."""
    usual: Any = Header(
        code, alias="Doudi-Purpose", pattern=_CODE, description=f"{_SAY}; else `{code}`"
    )

    def told(purpose: str = usual, note: Note = "") -> Reason:
        return Reason(purpose, unquote(note))

    return told


Asked = Annotated[Reason, Depends(asked)]
Casework = Annotated[Reason, Depends(_usually("casework"))]
"""Of a caller who sees no more than ids, needs and quantities."""
Payment = Annotated[Reason, Depends(_usually("payment"))]
"""Of a caller who writes the file of a bank."""
