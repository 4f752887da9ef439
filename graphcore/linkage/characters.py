"""Names as they are compared: one form for a character's variants, and how it sounds.

A name's characters are looked up one by one: a table has far fewer characters than names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import opencc
import polars as pl
from pypinyin import Style, lazy_pinyin

_DOTS = "·•・‧∙．.･。●⋅"
_NOT_IN_NAMES = r"[\s\p{P}\p{S}\p{C}\d]"
# Variants that neither Unicode nor the conversion of traditional characters folds.
_VARIANTS = str.maketrans("喆楳峯堃濶甯邨祕囯囻喦", "哲梅峰坤阔宁村秘国国岩")
HAN = r"[\p{Han}〇]"


def folded(names: pl.Expr) -> pl.Expr:
    """Return names in one form: no spaces or signs, simplified, small letters, ``·`` between parts."""
    dots = "[" + "".join(_DOTS) + "]"
    return (
        names.str.normalize("NFKC").str.to_lowercase().str.strip_chars()
        .str.replace_all(dots, "\u0001", literal=False)
        .str.replace_all(_NOT_IN_NAMES.replace(r"\p{C}", r"\p{Cf}"), "")
        .str.replace_all("\u0001", "·").str.strip_chars("·")
    )  # fmt: skip


def simplified(names: pl.Series) -> pl.Series:
    """Return the names with traditional and variant characters in their simplified form."""
    convert = opencc.OpenCC("t2s")
    return _by_character(names, lambda c: convert.convert(c).translate(_VARIANTS))


def sounds(names: pl.Series) -> pl.Series:
    """Return how the names sound: pinyin without tones, as one word."""
    return _by_character(names, _syllable)


def _syllable(character: str) -> str:
    if character == "·":
        return ""
    syllable = lazy_pinyin(character, style=Style.NORMAL, errors="ignore")
    return syllable[0] if syllable else character


def _by_character(names: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """Apply a change of single characters; only distinct names and characters are looked at."""
    distinct = names.unique().drop_nulls().sort()
    table = str.maketrans({c: t for c in _characters(distinct) if (t := change(c)) != c})
    made = [name.translate(table) for name in distinct.to_list()]
    return names.replace_strict(distinct, pl.Series(made, dtype=pl.String), default="")


def _characters(names: pl.Series) -> list[str]:
    found = names.str.split("").explode().unique().drop_nulls().to_list()
    return sorted(c for c in found if c and unicodedata.category(c)[0] != "Z")
