"""From classes to named households: deterministic and fair to within one unit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
_SHORT = 1 << 16
_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)  # splitmix64's first mixing constant


def shares(cls: Ints, wants: Ints, total: Ints, seed: int) -> Ints:
    """Split each class's total over its rows by largest remainder.

    For row h of class c: ``|x_h - total_c * wants_h / wants_c| < 1`` and ``sum x = total_c``.
    Equal remainders are ranked by a hash of the row number and the seed, so no name, no place in
    a list and no quantity gives an advantage that lasts from item to item.

    Args:
        cls: Class of each row.
        wants: Units that each row needs, greater than 0.
        total: Units that each class gets, at most the sum of its rows' needs.
        seed: Of the hash.
    """
    base, remainder = quotas(cls, wants, total)
    some = np.flatnonzero(remainder)  # who has none gets no unit more: others are enough
    order = some[np.lexsort((_hash(some, seed), -remainder[some], cls[some]))]
    return topped_up(cls, total, base, order)


def quotas(cls: Ints, wants: Ints, total: Ints) -> tuple[Ints, Ints]:
    """Return what each row surely gets of its class's units, and its remainder of the division."""
    need = summed(cls, wants, len(total))
    product = total[cls] * wants
    base = product // np.maximum(need[cls], 1)
    return base, product - base * need[cls]


def topped_up(cls: Ints, total: Ints, base: Ints, order: Ints) -> Ints:
    """Give what ``base`` leaves of each class's units one by one, in ``order`` (by class first)."""
    left = total - summed(cls, base, len(total))
    ranked = cls[order]
    place = np.arange(len(order)) - np.searchsorted(ranked, ranked)
    more = base.copy()
    more[order] += place < left[ranked]
    return more


def summed(key: Ints, units: Ints, count: int) -> Ints:
    """Return the units of each of so many keys."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, key, units)
    return total


def pair(left_key: Ints, left: Ints, right_key: Ints, right: Ints) -> pl.DataFrame:
    """Hand the units of ``left`` over to ``right`` within each key, in the order of both.

    Both sides are laid end to end; every piece between two cuts is one (left, right, units). Units
    of a key must agree on both sides, except that the right may have fewer: the rest is dropped.
    """
    lo, ro = _in_order(left_key), _in_order(right_key)
    keys = max(int(left_key.max(initial=-1)), int(right_key.max(initial=-1))) + 1
    have, take = summed(left_key, left, keys), summed(right_key, right, keys)
    width = np.maximum(have, take)
    start = np.concatenate([[0], np.cumsum(width)])
    ends_l = _ends(left_key[lo], left[lo], start, have)
    ends_r = _ends(right_key[ro], right[ro], start, take)
    cuts = np.sort(
        np.concatenate([ends_l, ends_r, start]), kind="stable"
    )  # runs: merged, not sorted
    cuts = cuts[np.append(True, cuts[1:] != cuts[:-1])]
    low, high = cuts[:-1], cuts[1:]
    a, b = np.searchsorted(ends_l, high), np.searchsorted(ends_r, high)
    good = (a < len(lo)) & (b < len(ro))
    a, b, low, high = a[good], b[good], low[good], high[good]
    begin_l, begin_r = ends_l - left[lo], ends_r - right[ro]
    fits = (low >= begin_l[a]) & (low >= begin_r[b])
    return pl.DataFrame(
        {"left": lo[a[fits]], "right": ro[b[fits]], "units": (high - low)[fits]},
        schema={"left": pl.Int64, "right": pl.Int64, "units": pl.Int64},
    )


def _in_order(key: Ints) -> Ints:
    """Return the rows by key, those of one key in their order."""
    if (key[1:] >= key[:-1]).all():
        return np.arange(len(key))
    short = key.max() < _SHORT  # sorted by digits, in a tenth of the time
    return np.argsort(key.astype(np.uint16) if short else key, kind="stable")


def _ends(key: Ints, units: Ints, start: Ints, total: Ints) -> Ints:
    before = np.concatenate([[0], np.cumsum(total)])
    return np.asarray(start[key] + np.cumsum(units) - before[key])


def _hash(rows: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Return a scrambled number for each row (one round of splitmix64)."""
    mixed = rows.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MULTIPLIER
    return np.asarray(mixed ^ (mixed >> np.uint64(27)))
