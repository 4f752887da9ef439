"""Integer programs as arrays, built row by row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
MANY = 1 << 40
"""Stands for no limit; far beyond any sum here, and safe in integer solvers."""


@dataclass(frozen=True)
class Aim:
    """One goal: ``constant + coefficients . v[which]``, in integers; divided by ``scale`` for people.

    A scale above 1 makes it a share of a whole.
    """

    number: int
    name: str
    unit: str
    which: Ints
    coefficients: Ints
    most: bool
    constant: int = 0
    scale: int = 1

    def of(self, values: Ints) -> int:
        """Return the goal's integer value."""
        return self.constant + int(self.coefficients @ values[self.which])

    def extreme(self, top: list[int]) -> int:
        """Return a bound that needs no solver: every column where it helps most."""
        tops = np.array([top[k] for k in self.which], dtype=np.int64)
        helping = self.coefficients > 0 if self.most else self.coefficients < 0
        found = self.constant + int((self.coefficients * tops)[helping].sum())
        return min(found, self.scale) if self.scale > 1 and self.most else found


@dataclass
class Program:
    """Rows ``low <= A v <= high`` over integer columns ``0 <= v <= top``."""

    top: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)

    def columns(self, tops: Ints | list[int]) -> Ints:
        """Add columns, return their numbers."""
        first = len(self.top)
        self.top.extend(int(t) for t in tops)
        return np.arange(first, len(self.top), dtype=np.int64)

    def add(self, terms: dict[int, int], low: int = -MANY, high: int = MANY) -> None:
        """Add a row of column -> coefficient."""
        number = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.row.extend([number] * len(terms))
        self.column.extend(terms)
        self.value.extend(terms.values())

    def only(self, keep: Bools) -> Program:
        """Return the program with all other columns held at 0."""
        tops = [top if k else 0 for top, k in zip(self.top, keep.tolist(), strict=True)]
        return replace(self, top=tops)

    def width(self) -> int:
        """Return the number of columns that are not held at 0."""
        return sum(1 for top in self.top if top)

    def holds(self, values: Ints) -> bool:
        """Whether whole values keep every row and bound."""
        sums = np.zeros(len(self.low), dtype=np.int64)
        np.add.at(
            sums,
            np.array(self.row, dtype=np.int64),
            np.array(self.value, dtype=np.int64) * values[np.array(self.column, dtype=np.int64)],
        )
        inside = (values >= 0) & (values <= np.array(self.top))
        return bool(inside.all() and (sums >= self.low).all() and (sums <= self.high).all())
