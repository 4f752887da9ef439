"""Citizen numbers (GB 11643) as columns: one form, whether they hold, what they carry.

Nothing is asked of the division code: numbers of divisions that were dissolved or are new are
valid all the same.
"""

from __future__ import annotations

import polars as pl

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
FULL, OLD = 18, 15
_FULL = r"^\d{17}[\dX]$"


def cleaned(number: pl.Expr) -> pl.Expr:
    """Return numbers as capital letters and digits only; what says nothing becomes ""."""
    bare = number.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    return pl.when(bare.str.contains(r"[1-9]")).then(bare).otherwise(pl.lit(""))


def canonical(number: pl.Expr) -> pl.Expr:
    """Return cleaned numbers with 15-digit ones in their 18-digit form."""
    longer = pl.concat_str(number.str.slice(0, 6), pl.lit("19"), number.str.slice(6))
    old = number.str.contains(r"^\d{15}$") & is_day(longer.str.slice(6, 8))
    return pl.when(old).then(longer + check(longer)).otherwise(number)


def check(number: pl.Expr) -> pl.Expr:
    """Return the check character that belongs to the first 17 digits."""
    digits = [number.str.slice(i, 1).cast(pl.Int64, strict=False) * w
              for i, w in enumerate(_WEIGHTS)]  # fmt: skip
    place = pl.sum_horizontal(digits, ignore_nulls=False) % len(_CHECK)
    return place.replace_strict(range(len(_CHECK)), list(_CHECK), default="")


def is_day(digits: pl.Expr) -> pl.Expr:
    """Whether eight digits are a day."""
    return digits.str.to_date("%Y%m%d", strict=False).is_not_null() & (digits.str.len_chars() == 8)  # noqa: PLR2004


def holds(number: pl.Expr) -> pl.Expr:
    """Whether a canonical number has 18 characters, a birth day and the right check character."""
    shaped = number.str.contains(_FULL) & is_day(number.str.slice(6, 8))
    return shaped & (number.str.slice(17, 1) == check(number))


def born(number: pl.Expr) -> pl.Expr:
    """Return the birth day that a valid number carries, as eight digits."""
    return number.str.slice(6, 8)


def sex(number: pl.Expr) -> pl.Expr:
    """Return the sex that a valid number carries: m or f."""
    odd = number.str.slice(16, 1).cast(pl.Int64, strict=False) % 2 == 1
    return pl.when(odd).then(pl.lit("m")).otherwise(pl.lit("f"))
