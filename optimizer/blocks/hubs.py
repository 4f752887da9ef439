"""The local rows in two levels: nooks side by side, then the hub rows that join the nooks of a part.

A nook touches a few hub rows (pools of substitutes, a rule's share of the township, equity floors).
Once the nooks are eliminated, the hub rows of one part are one small dense matrix; all parts of
about one size are factored at once. Without hub rows this is `Nooks` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.layout import Layout
from optimizer.blocks.nooks import Nooks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GUARD = 1e-14  # relative, on a diagonal: keeps a nearly singular matrix invertible
WIDTHS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)


@dataclass(frozen=True)
class _Bucket:
    """Parts of about one size: ``slots[k, j]`` is the j-th hub row of the k-th part, or -1."""

    slots: Ints
    real: npt.NDArray[np.bool_]
    start: int  # of its entries in the flat array
    width: int


class Local:
    """The matrix of the local rows, given by entries between rows that a column joins."""

    def __init__(self, lay: Layout, nooks: Nooks) -> None:
        """Take the layout and the (unfactored) nooks; a hub row is a nook by itself there."""
        self.nooks, self.hub = nooks, np.flatnonzero(lay.hub)
        self._nook, self._rows = lay.nook, lay.local
        self._at = np.full(lay.local, -1, dtype=np.int64)  # by row: which hub row it is
        self._at[self.hub] = np.arange(len(self.hub))
        self.part = lay.part[self.hub]
        self._buckets = list[_Bucket]()
        self._base, self._width, self._place = np.zeros((3, len(self.hub)), dtype=np.int64)
        self.entries = self._lay_out()

    def join(self, row: Ints, column: Ints) -> Ints:
        """Return the flat place of each entry (row, column); called once, with all of them.

        Flat entries: within nooks, between hub rows, then between a nook's rows and its hub rows.
        An entry (hub row, nook row) has none (-1), nor has one above a nook's diagonal: each is the
        mirror of one that has.
        """
        at, to, where = self._at[row], self._at[column], self.nooks.place
        place = np.full(len(row), -1, dtype=np.int64)
        inner = (at < 0) & (to < 0) & (where[row] >= where[column])
        hubs, across = (at >= 0) & (to >= 0), (at < 0) & (to >= 0)
        place[inner] = self.nooks.at(row[inner], column[inner])
        place[hubs] = self.nooks.entries + self._flat(at[hubs], to[hubs])
        self._slots(row[across], to[across])
        place[across] = self._across(row[across], to[across])
        return place

    @property
    def size(self) -> int:
        """Return the number of flat entries."""
        return self.nooks.entries + self.entries + self._rows * self.slots

    @property
    def slots(self) -> int:
        """Return the largest number of hub rows that one nook touches."""
        return self._slot_hub.shape[0]

    def factor(self, flat: Floats, diagonal: Floats) -> None:
        """Factor the matrix given by its flat entries (overwritten) and its own diagonal's rest."""
        inner = flat[: self.nooks.entries]
        own = diagonal.copy()
        own[self.hub] = 1.0
        inner[self.nooks.diagonal] += own
        self.nooks.factor(inner)
        if not len(self.hub):
            return
        hubs = flat[self.nooks.entries : self.nooks.entries + self.entries]
        every = np.arange(len(self.hub))
        hubs[self._flat(every, every)] += diagonal[self.hub]
        self._side = flat[self.nooks.entries + self.entries :].reshape(self.slots, self._rows)
        self.across = np.array([self.nooks.solve(column) for column in self._side])
        self._eliminate(hubs)
        self._roots = [_roots(self._shaped(hubs, b), b.real) for b in self._buckets]

    def solve(self, right: Floats) -> Floats:
        """Return the solution for a right-hand side by local row."""
        if not len(self.hub):
            return self.nooks.solve(right)
        bare = right.copy()
        bare[self.hub] = 0.0
        first = self.nooks.solve(bare)
        price = self.hub_solve(right[self.hub] - self._drawn(first))
        for k in range(self.slots):
            first -= self.across[k] * self._by_row(price, k)
        first[self.hub] = price
        return first

    def hub_solve(self, right: Floats) -> Floats:
        """Return the solution for a right-hand side by hub row, nooks eliminated."""
        out = np.zeros(len(self.hub))
        for b, root in zip(self._buckets, self._roots, strict=True):
            v = np.where(b.real, right[b.slots], 0.0)[..., None]
            found = (root.transpose(0, 2, 1) @ (root @ v))[..., 0]
            out[b.slots[b.real]] = found[b.real]
        return out

    def rooted(self, table: Floats, mine: Ints) -> Floats:
        """Return R times the table's rows ``mine`` (hub rows), where R'R is the hubs' inverse."""
        chosen = np.zeros(len(self.hub), dtype=np.bool_)
        chosen[mine] = True
        where = np.cumsum(chosen) - 1
        parts = []
        for b, root in zip(self._buckets, self._roots, strict=True):
            some = chosen[b.slots[:, 0]]
            slots, real = b.slots[some], b.real[some]
            if len(slots):
                values = np.where(real[..., None], table[where[slots]], 0.0)
                parts.append((root[some] @ values).reshape(-1, table.shape[1]))
        return np.concatenate(parts) if parts else table[:0]

    def slot_hub(self, k: int, row: Ints) -> Ints:
        """Return the k-th hub row that each row's nook touches, or -1."""
        return np.asarray(self._slot_hub[k, self._nook[row]])

    def _drawn(self, x: Floats) -> Floats:
        out = np.zeros(len(self.hub))
        for k in range(self.slots):
            hub = self._row_hub[k]
            has = self._touching[k]
            out += np.bincount(hub[has], (self._side[k] * x)[has], len(out))
        return out

    def _by_row(self, price: Floats, k: int) -> Floats:
        return np.where(self._row_hub[k] >= 0, price[self._row_hub[k]], 0.0)

    def _eliminate(self, hubs: Floats) -> None:
        """Take off the hub matrix what the nooks make of it."""
        for k in range(self.slots):
            for j in range(self.slots):
                has = np.flatnonzero((self._row_hub[k] >= 0) & (self._row_hub[j] >= 0))
                if not len(has):
                    continue
                value = self._side[k][has] * self.across[j][has]
                place = self._flat(self._row_hub[k][has], self._row_hub[j][has])
                hubs -= np.bincount(place, value, len(hubs))

    def _slots(self, row: Ints, hub: Ints) -> None:
        """Number the hub rows that each nook touches."""
        count = max(len(self.hub), 1)
        pairs = np.unique(self._nook[row] * count + hub)
        nook, touched = pairs // count, pairs % count
        place = np.arange(len(pairs)) - np.searchsorted(nook, nook)
        nooks = int(self._nook.max(initial=-1)) + 1
        self._slot_hub = np.full((int(place.max(initial=-1)) + 1, nooks), -1, dtype=np.int64)
        self._slot_hub[place, nook] = touched
        self._keys, self._places = pairs, place
        self._row_hub = self._slot_hub[:, self._nook]
        self._touching = self._row_hub >= 0

    def _across(self, row: Ints, hub: Ints) -> Ints:
        key = self._nook[row] * max(len(self.hub), 1) + hub
        slot = self._places[np.searchsorted(self._keys, key)] if len(key) else key
        return np.asarray(self.nooks.entries + self.entries + slot * self._rows + row)

    def _flat(self, row: Ints, column: Ints) -> Ints:
        return np.asarray(
            self._base[row] + self._place[row] * self._width[row] + self._place[column]
        )

    def _lay_out(self) -> int:
        """Sort the parts into buckets by their number of hub rows; return the flat length."""
        parts, of = np.unique(self.part, return_inverse=True)
        size = np.bincount(of, minlength=len(parts))
        order = np.argsort(of, kind="stable")
        self._place[order] = np.arange(len(order)) - np.searchsorted(of[order], of[order])
        widths = np.array(WIDTHS)
        wide = np.searchsorted(widths, size).clip(max=len(widths) - 1)
        start = 0
        for width_at in np.unique(wide).tolist():
            mine = np.flatnonzero(wide == width_at)
            width = max(int(widths[width_at]), int(size[mine].max()))
            number = np.full(len(parts), -1, dtype=np.int64)
            number[mine] = np.arange(len(mine))
            rows = np.flatnonzero(number[of] >= 0)
            slots = np.full((len(mine), width), -1, dtype=np.int64)
            slots[number[of[rows]], self._place[rows]] = rows
            self._buckets.append(_Bucket(slots, slots >= 0, start, width))
            self._base[rows] = start + number[of[rows]] * width * width
            self._width[rows] = width
            start += len(mine) * width * width
        return start

    def _shaped(self, hubs: Floats, b: _Bucket) -> Floats:
        many = len(b.slots)
        return hubs[b.start : b.start + many * b.width * b.width].reshape(many, b.width, b.width)


def _roots(matrix: Floats, real: npt.NDArray[np.bool_]) -> Floats:
    """Return R by part with ``R'R`` the inverse of its matrix."""
    every = np.arange(matrix.shape[1])
    diagonal = matrix[:, every, every]
    size = 1.0 / np.sqrt(np.where(real & (diagonal > 0), diagonal, 1.0))
    even = matrix * size[:, :, None] * size[:, None, :]
    guard = GUARD
    while True:
        even[:, every, every] = 1.0 + guard
        try:
            return np.asarray(np.linalg.inv(np.linalg.cholesky(even)) * size[:, None, :])
        except np.linalg.LinAlgError:
            guard *= 10.0
