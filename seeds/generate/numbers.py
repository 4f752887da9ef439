"""Numbers that pass every check and still cannot belong to anybody.

Citizen numbers (GB 11643) carry a valid checksum behind the division code 99xxxx, which GB/T 2260
does not assign; telephone numbers start with 100, which no mobile network uses; organisation codes
(GB 32100) carry valid check characters behind the same division code.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

REGION = 99  # unassigned first two digits of a division code
PHONE = "100"  # unassigned for mobile numbers
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PER_DAY = 500  # sequence numbers of one sex in a place on a day
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100 leaves I, O, S, V and Z out


def id_numbers(people: pl.DataFrame) -> pl.Series:
    """Return a unique valid citizen number for each row.

    Args:
        people: ``area`` (1 to 9999), ``born`` (date), ``male``.

    Raises:
        ValueError: more births of one sex in an area on a day than numbers: a fault of ours.
    """
    key = ["area", "born", "male"]
    day = pl.col("born").dt.epoch("d").cast(pl.Int64)
    start = (pl.col("area") * 7919 + (day + 200_000) * 104_729) % _PER_DAY
    rank = pl.int_range(pl.len()).over(key)
    if people.height and people.select(rank.max()).item() >= _PER_DAY:
        raise ValueError("too many births of one sex in an area on one day")
    sequence = ((start + rank) % _PER_DAY) * 2 + pl.col("male").cast(pl.Int64)
    body = people.select(
        pl.concat_str(
            pl.lit(str(REGION)),
            pl.col("area").cast(pl.String).str.zfill(4),
            pl.col("born").dt.strftime("%Y%m%d"),
            sequence.cast(pl.String).str.zfill(3),
        ).alias("body")
    )["body"]
    return pl.Series("id_number", _with_check(body.to_numpy().astype("<U17")))


def _with_check(bodies: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    if bodies.size == 0:
        return bodies
    digits = bodies.view(np.uint32).reshape(bodies.size, 17) - ord("0")
    totals = digits.astype(np.int64) @ np.array(_WEIGHTS)
    checks = np.array(list(_CHECK))[totals % 11]
    return np.asarray(np.char.add(bodies, checks), dtype=np.str_)


def checksum_holds(number: str) -> bool:
    """Whether an 18-character citizen number ends in the right check character."""
    body, last = number[:17], number[17:]
    if len(number) != 18 or not body.isdigit():  # noqa: PLR2004 -- GB 11643
        return False
    return _CHECK[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11] == last


def phones(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    """Return ``count`` different telephone numbers."""
    step = 7_368_787  # prime to 10**8, so that numbers repeat only after 10**8 of them
    start = int(rng.integers(0, 10**8))
    tails = (start + step * np.arange(count, dtype=np.int64)) % 10**8
    return np.asarray(np.char.add(PHONE, np.char.zfill(tails.astype("<U8"), 8)), dtype=np.str_)


def organization_code(number: int) -> str:
    """Return a unified social credit code of a synthetic organisation (GB 32100)."""
    body = "Q" + f"{number:07d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(_base36(c) * w for c, w in zip(body, weights, strict=True))
    left = 11 - total % 11
    own = body + {10: "X", 11: "0"}.get(left, str(left))
    front = f"52{REGION}0000{own}"
    sums = sum(_CODE.index(c) * pow(3, i, 31) for i, c in enumerate(front))
    return front + _CODE[(31 - sums % 31) % 31]


def _base36(character: str) -> int:
    return int(character, 36)
