"""What sign-up sheets say in one cell: 急救2级、驾驶; 救护员证（2027-06-30）."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from graphcore.casework.intake.binding import RowUnplaced
from graphcore.domain.forces import CERTIFICATE_WORDS, SKILL_WORDS
from graphcore.domain.text import say

_BETWEEN = re.compile(r"[、,，;；\n\r]+")
_GRADE = re.compile(r"[（(]?\s*(初|中|高|[1-9一二三])\s*级?\s*[)）]?$")
_GRADES = {"初": 1, "中": 2, "高": 3, "一": 1, "二": 2, "三": 3}
_UNTIL = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_EDGES = " 　（）()至止有效期:："
MOST_LEVEL = 9


def words_in(text: str) -> list[str]:
    """Return the parts of a cell, each once, in the order written."""
    return list(dict.fromkeys(p.strip() for p in _BETWEEN.split(text) if p.strip()))


def skill_code(text: str) -> str:
    """Return the code of a skill's name; a name of the district's own is its own code."""
    return _code(SKILL_WORDS, text)


def certificate_code(text: str) -> str:
    """Return the code of a certificate's name, likewise."""
    return _code(CERTIFICATE_WORDS, text)


def _code(words: Mapping[str, tuple[str, ...]], text: str) -> str:
    bare = text.strip()
    found = (code for code, names in words.items() if bare == code or bare in names)
    return next(found, bare)


def graded(text: str) -> list[tuple[str, int]]:
    """Return skills with their level (1 where none is written, the highest of equals)."""
    found: dict[str, int] = {}
    for part in words_in(text):
        hit = _GRADE.search(part)
        named = part[: hit.start()] if hit else part
        if not named.strip():
            raise RowUnplaced("skills", say("技能“{part}”没有名称。", part=part[:20]),
                              say("请写成“急救2级、驾驶”的样子。"))  # fmt: skip
        level = _level(hit.group(1)) if hit else 1
        code = skill_code(named)
        found[code] = max(level, found.get(code, 1))
    return list(found.items())


def _level(word: str) -> int:
    return _GRADES.get(word) or int(word)


def dated(text: str) -> list[tuple[str, str]]:
    """Return certificates with the last valid day (ISO); one without a day proves nothing.

    Raises:
        RowUnplaced: no day, or one that is not in the calendar.
    """
    return [_certificate(part) for part in words_in(text)]


def _certificate(part: str) -> tuple[str, str]:
    hit = _UNTIL.search(part)
    if hit is None:
        raise RowUnplaced("certificates", say("证书“{part}”没有写有效期。", part=part[:20]),
                          say("请写成“救护员证（2027-06-30）”，没有有效期的证书不能用于派遣。"))  # fmt: skip
    try:
        until = date(*map(int, hit.groups()))
    except ValueError:
        raise RowUnplaced("certificates", say("证书的有效期不是一个日期。"),
                          say("请写成“救护员证（2027-06-30）”。")) from None  # fmt: skip
    name = (part[: hit.start()] + part[hit.end() :]).strip(_EDGES)
    return certificate_code(name), until.isoformat()
