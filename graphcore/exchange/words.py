"""Words as people type them: cleaning of cells, folding of headers, "none" and "same as above"."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from graphcore.exchange.grid import Raw

_WIDE = {c: c - 0xFEE0 for r in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)) for c in range(*r)}  # fmt: skip
_DIRTY = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
    r"０-９Ａ-Ｚａ-ｚ]|_x000[dD]_|^[\s'‘’]|\s$|\s\s|[\u3400-\u9fff]\s+[\u3400-\u9fff]"
)
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_CJK_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")

NONE_WORDS = frozenset(
    {
        "",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "－",
        "n/a",
        "na",
        "none",
        "nil",
        "null",
        "无",
        "空",
        "#n/a",
        "*",
    }
)
_NONE_MOST = 8
_NONE_STARTS = frozenset("/\\-—－－／＼＃＊#*nNｎＮ无空 \u3000")
DITTO_WORDS = frozenset({"同上", "〃", "″", "”", '"', "''", "ditto"})


def clean_text(text: str) -> str:
    """Return a cell's text as it was meant.

    Zero-width characters and leading apostrophes go; odd spaces and line breaks become one space,
    none between Chinese characters (王　明); full-width digits and letters become plain ones.
    """
    if not _DIRTY.search(text):
        return text
    text = _INVISIBLE.sub("", text.replace("_x000D_", "").replace("_x000d_", ""))
    text = " ".join(text.translate(_WIDE).split()).lstrip("'‘’ ")
    return _CJK_GAP.sub("", text)


def text_of(raw: Raw) -> str:
    """Return any cell as clean text; whole numbers without ``.0``, dates in ISO form."""
    if isinstance(raw, str):
        return clean_text(raw)
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ", "minutes")
    if isinstance(raw, date | time):
        return raw.isoformat()
    return str(raw) if isinstance(raw, int | timedelta) else ""


def squeeze(text: str) -> str:
    """Fold for comparison: compatibility forms, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def is_none(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    if not text or text.isspace():
        return True
    return len(text) <= _NONE_MOST and text[0] in _NONE_STARTS and squeeze(text) in NONE_WORDS


_JOINTS = re.compile(r"[()\[\]{}<>〈〉【】「」“”\"'/\\、，,：:;；*_\-—–·.。?？!！|&+#№]")


def fold_header(text: str) -> str:
    """Fold a header for look-up: also without brackets, marks and separators."""
    return _JOINTS.sub("", squeeze(text))
