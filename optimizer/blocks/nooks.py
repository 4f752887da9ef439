"""Many small symmetric positive definite systems at once: one for each nook of local rows.

Factored as L D L' without pivoting, all nooks of one width side by side. Explicit inverses would be
as fast, but lose the last digits that an interior point method lives on near the optimum. A pivot
that vanishes stands for a row that others imply: it is made huge, so that its price stays put.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
VANISHED = 1e-15  # of the original diagonal
HUGE = 1e64


@dataclass(frozen=True)
class _Bucket:
    """Nooks of about one size: ``slots[j, k]`` is the j-th row of the k-th nook, or -1."""

    slots: Ints
    real: npt.NDArray[np.bool_]
    start: int  # of its entries in the flat array
    width: int


class Nooks:
    """The block-diagonal matrix of the local rows in factored form.

    Flat entries of a bucket are laid out (row in nook, column in nook, nook). Rows numbered below
    ``last`` come last in their nook, so that the factor's lower right corner is theirs alone.
    """

    def __init__(self, nook: Ints, nooks: int, last: int) -> None:
        """Take the nook of each row, the number of nooks, and how many rows come last in theirs."""
        self.rows = len(nook)
        size = np.bincount(nook, minlength=nooks)
        order = np.lexsort((np.arange(self.rows) < last, nook))
        place = np.zeros(self.rows, dtype=np.int64)
        place[order] = np.arange(self.rows) - np.repeat(np.cumsum(size) - size, size)
        self.width = np.zeros(nooks, dtype=np.int64)
        self._where, self._count = np.zeros((2, nooks), dtype=np.int64)
        self._base = np.zeros(nooks, dtype=np.int64)
        self._nook, self._buckets = nook, list[_Bucket]()
        start, least = 0, 0
        widths = _widths(int(size.max(initial=1)))
        for width in widths:
            mine = np.flatnonzero((size > least) & (size <= width))
            least = width
            if len(mine):
                self._base[mine], self.width[mine] = start, width
                self._where[mine], self._count[mine] = np.arange(len(mine)), len(mine)
                start += len(mine) * width * width
        self.place = place + (self.width - size)[nook]  # padding comes first
        for width in widths:
            mine = np.flatnonzero(self.width == width)
            if len(mine):
                self._add(mine, width)
        self.entries = start
        self.diagonal = self.at(np.arange(self.rows), np.arange(self.rows))
        self._factor = np.zeros(start)

    def at(self, row: Ints, column: Ints) -> Ints:
        """Return the flat place of entries (both rows of one nook)."""
        return self._flat(self._nook[row], self.place[row], self.place[column])

    def corners(self, nook: Ints, deep: int) -> Ints:
        """Return the places of the nooks' last ``deep`` rows and columns in the factor.

        By (row, column, nook), rows and columns counted from the end (0 is the last). Narrower nooks
        have none there: such places are those of their first row and mean nothing.
        """
        width = self.width[nook]
        return np.array([
            [self._flat(nook, width - 1 - np.minimum(j, width - 1), width - 1 - np.minimum(k, width - 1))
             for k in range(deep)] for j in range(deep)
        ])  # fmt: skip

    def entry(self, place: Ints) -> Floats:
        """Return entries of the factor."""
        return np.asarray(self._factor[place])

    def factor(self, entries: Floats) -> None:
        """Factor the matrix given by its flat entries, of which those above the diagonal are not read.

        They are overwritten.
        """
        for b in self._buckets:
            a = self._shaped(entries, b)
            for k in range(b.width):
                a[k, k][~b.real[k]] = 1.0
            first = np.array([a[k, k].copy() for k in range(b.width)])
            for k in range(b.width):
                pivot = a[k, k]
                pivot[pivot <= VANISHED * first[k]] = HUGE
                column = a[k + 1 :, k] / pivot
                for j in range(k + 1, b.width):
                    a[j:, j] -= column[j - k - 1 :] * a[j, k]
                a[k + 1 :, k] = column
        self._factor = entries

    def solve(self, right: Floats) -> Floats:
        """Return the solution for a right-hand side by row."""
        out = np.zeros(self.rows)
        for b in self._buckets:
            a = self._shaped(self._factor, b)
            v = np.where(b.real, right[b.slots], 0.0)
            for k in range(b.width - 1):
                v[k + 1 :] -= a[k + 1 :, k] * v[k]
            for k in range(b.width):
                v[k] /= a[k, k]
            for k in range(b.width - 1, 0, -1):
                v[:k] -= a[k, :k] * v[k]
            out[b.slots[b.real]] = v[b.real]
        return out

    def _add(self, mine: Ints, width: int) -> None:
        rows = np.flatnonzero(self.width[self._nook] == width)
        slots = np.full((width, len(mine)), -1, dtype=np.int64)
        slots[self.place[rows], self._where[self._nook[rows]]] = rows
        self._buckets.append(_Bucket(slots, slots >= 0, int(self._base[mine[0]]), width))

    def _flat(self, nook: Ints, row: Ints, column: Ints) -> Ints:
        inside = (row * self.width[nook] + column) * self._count[nook] + self._where[nook]
        return np.asarray(self._base[nook] + inside)

    def _shaped(self, entries: Floats, b: _Bucket) -> Floats:
        size = b.width * b.width * b.slots.shape[1]
        return entries[b.start : b.start + size].reshape(b.width, b.width, -1)


def _widths(most: int) -> list[int]:
    widths = [4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 32]
    while widths[-1] < most:
        widths.append(widths[-1] * 2)
    return widths
