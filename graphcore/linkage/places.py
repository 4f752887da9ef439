"""Villages, groups and doors out of names and addresses."""

from __future__ import annotations

import polars as pl

_COUNT = "[0-9〇零一二三四五六七八九十百]+"
_TAILS = (
    r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|委会|社区|村|街道办事处|街道|民族乡|镇|乡)$"
)
_GROUP = rf"第?({_COUNT})(?:村民小组|居民小组|小组|组|社|队)"
_DOOR = rf"(?:组|社|队|村|路|街|巷|弄|里|区|^)\s*-?({_COUNT})(?:号|#|户|$|附|-)"
_DIGITS = {"〇": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
           "七": "7", "八": "8", "九": "9"}  # fmt: skip


def plain(place: pl.Expr) -> pl.Expr:
    """Return a place's name without its kind; codes stay as they are."""
    name = place.str.normalize("NFKC").str.replace_all(r"\s", "")
    short = name.str.replace(_TAILS, "")
    return pl.when(short.str.len_chars() > 0).then(short).otherwise(name)


def tidy(address: pl.Expr) -> pl.Expr:
    """Return an address without spaces, in one width."""
    return address.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[\s,，;；]", "")


def group(address: pl.Expr) -> pl.Expr:
    """Return the number of the villagers' group in a tidy address, "" if none."""
    return address.str.extract(_GROUP).fill_null("")


def door(address: pl.Expr) -> pl.Expr:
    """Return the house number in a tidy address, "" if none."""
    return address.str.extract(_DOOR).fill_null("")


def in_digits(numbers: pl.Series) -> pl.Series:
    """Return numbers below a thousand in digits, however they were written; 0 in front goes."""
    distinct = numbers.unique().sort()
    told = [_digits(text) for text in distinct.to_list()]
    return numbers.replace_strict(distinct, pl.Series(told, dtype=pl.String))


def _digits(text: str) -> str:
    if not text or text.isascii():
        return text.lstrip("0")
    if "十" not in text and "百" not in text:
        return "".join(_DIGITS.get(c, c) for c in text).lstrip("0")
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = int(_DIGITS.get(c, c))
    return str(total + digit)
