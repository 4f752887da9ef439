"""What a comparison is: a field's levels of agreement, best first, as conditions on two rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphcore.domain.text import Text


@dataclass(frozen=True, slots=True)
class Level:
    """One level. ``l`` and ``r`` stand for the two rows' columns (``name_l``, ``name_r``).

    ``m``, ``u``: how often true pairs and random pairs are at it, taken where training meets the
    level too rarely to tell. ``shared``: the column of which the chance that two records have the
    same value is ``u``, worked out for each pair of tables. ``frequent``: the column whose common
    values count for less than its rare ones.
    """

    code: str
    words: Text
    when: str
    m: float
    u: float
    shared: str = ""
    frequent: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field: ``blank`` tells when it says nothing; the last level is all the rest."""

    field: str
    words: Text
    blank: str
    levels: tuple[Level, ...]

    def level(self, value: int) -> Level:
        """Return the level of Splink's comparison value (the last level is 0)."""
        return self.levels[len(self.levels) - 1 - value]

    def value(self, code: str) -> int:
        """Return Splink's comparison value of a level."""
        codes = [x.code for x in self.levels]
        return len(codes) - 1 - codes.index(code)


@dataclass(frozen=True, slots=True)
class Scheme:
    """All that depends on the kind of tables: comparisons, blocks, training.

    ``blocks``: columns that candidates share, all of a tuple. ``train_on``: blocks whose pairs
    teach the comparisons that don't use their columns. ``sure``: SQL under which two rows with an
    equal valid number have compatible names, "" where no number is sure. ``shipped``: a model
    learnt beforehand comes with the product.
    """

    name: str
    version: int
    comparisons: tuple[Comparison, ...]
    blocks: tuple[tuple[str, ...], ...]
    train_on: tuple[tuple[str, ...], ...]
    sure: str
    shipped: bool = False

    @property
    def anchor(self) -> tuple[str, ...]:
        """The block of the sure pairs."""
        return ("number",)

    @property
    def by_field(self) -> Mapping[str, Comparison]:
        """Comparisons by field."""
        return {c.field: c for c in self.comparisons}
