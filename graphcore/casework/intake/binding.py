"""What a binder is: one row of a form becomes nodes and links of the change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphcore.casework.intake.world import World
from graphcore.domain.text import Text

Cells: TypeAlias = Mapping[str, Any]
"""One typed row: field → value by the field's type."""

Bind: TypeAlias = Callable[[Cells, World], str]
"""Put the row into the world's change set and return the key of the node it denotes."""


class RowUnplaced(Exception):
    """A row that names something the graph does not hold. Says which column, what, and what next.

    Never leaves intake: the caller turns it into a row problem.
    """

    def __init__(self, column: str, what: Text, advice: Text) -> None:
        super().__init__(column)
        self.column = column
        self.what = what
        self.advice = advice


def need(world: World, label: str, key: str, column: str, what: Text, advice: Text) -> str:
    """Return the key if the node is known, else raise RowUnplaced."""
    if not world.known(label, key):
        raise RowUnplaced(column, what, advice)
    return key
