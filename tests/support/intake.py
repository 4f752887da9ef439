"""Small worlds for intake: a world with one township, typed rows by form."""

from __future__ import annotations

from typing import Any

from graphcore.casework.intake.changes import ChangeSet, Properties
from graphcore.casework.intake.world import World
from graphcore.domain.ids import IdMint
from graphcore.exchange.forms.catalogue import BY_CODE, Type

EMPTY: dict[Type, Any] = {
    Type.TEXT: "", Type.CHOICE: "", Type.DATE: "", Type.PLACE: "", Type.ID_NUMBER: "",
    Type.CHOICES: [], Type.COUNT: None, Type.NUMBER: None, Type.MONEY: None, Type.TIME: None,
    Type.FLAG: None,
}  # fmt: skip
TOWNSHIP, VILLAGE = "990101100000", "990101100201"
JULY_FIRST = 1_782_864_000_000_000  # 2026-07-01T00:00Z


def row(form: str, **said: Any) -> dict[str, Any]:
    """One typed row of a form: what is said, everything else empty."""
    cells = {f.name: EMPTY[f.type] for f in BY_CODE[form].fields}
    unknown = set(said) - set(cells)
    assert not unknown, unknown
    return {"_row": 2, **cells, **said}


def small_world(**existing: dict[str, Properties]) -> World:
    """A world with one township and one village, items known by their own code."""
    known: dict[str, dict[str, Properties]] = {
        "District": {"990101": {"code": "990101", "name": "示范区"}},
        "Township": {TOWNSHIP: {"code": TOWNSHIP, "name": "清河镇"}},
        "Village": {VILLAGE: {"code": VILLAGE, "name": "河东村"}},
        **existing,
    }
    return World(
        district="990101", changes=ChangeSet(known), mint=IdMint.seeded(1),
        index=lambda kind, value: f"{kind}:{value}" if value else "", file="F-1", at=JULY_FIRST,
        item_code={"帐篷": "tent", "饮用水": "water", "cash": "cash"}.get,
    )  # fmt: skip
