"""Comparisons of records with names in Latin letters: two name columns, street, postcode, number."""

from __future__ import annotations

from graphcore.domain.text import say
from graphcore.linkage.levels import Comparison, Level, Scheme

_LIKE = 0.88  # Jaro–Winkler
_ALIKE = 0.7


def _blank(*columns: str) -> str:
    return " or ".join(f"{c}_l is null or {c}_r is null" for c in columns)


def _like(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _name(field: str, other: str) -> Comparison:
    crossed = f"{field}_l = {other}_r or {other}_l = {field}_r"
    title = say("名") if field == "given" else say("姓")
    return Comparison(field, title, _blank(field), (
        Level("exact", say("相同"), f"{field}_l = {field}_r", 0.75, 0.004, frequent=field),
        Level("crossed", say("姓名两列互换"), crossed, 0.03, 0.001),
        Level("like", say("很相似"), _like(field, _LIKE), 0.15, 0.004),
        Level("alike", say("有些相似"), _like(field, _ALIKE), 0.04, 0.02),
        Level("other", say("不同"), "ELSE", 0.03, 0.97),
    ))  # fmt: skip


def _edits(column: str, m: float, u: float, shared: str = "") -> tuple[Level, ...]:
    def within(edits: int) -> str:
        return f"damerau_levenshtein({column}_l, {column}_r) <= {edits}"

    return (
        Level("exact", say("相同"), f"{column}_l = {column}_r", m, u, shared=shared),
        Level("one", say("错一位或两位颠倒"), within(1), (1 - m) * 0.6, u * 10),
        Level("two", say("错两位"), within(2), (1 - m) * 0.2, u * 100),
        Level("other", say("不同"), "ELSE", (1 - m) * 0.2, 0.99),
    )


GIVEN, SURNAME = _name("given", "surname"), _name("surname", "given")
NUMBER = Comparison("number", say("证件号码"), _blank("number"),
                    _edits("number", 0.9, 1e-6, "number"))  # fmt: skip
BORN = Comparison("born", say("出生日期"), _blank("born"), _edits("born", 0.85, 1e-4))
STREET = Comparison("street", say("门牌和街道"), _blank("street"), (
    Level("exact", say("相同"), "street_l = street_r", 0.6, 1e-5),
    Level("like", say("很相似"), _like("street", _LIKE), 0.2, 0.001),
    Level("alike", say("有些相似"), _like("street", _ALIKE), 0.1, 0.02),
    Level("other", say("不同"), "ELSE", 0.1, 0.98),
))  # fmt: skip
TOWN = Comparison("town", say("邮编或乡镇"), _blank("town"), _edits("town", 0.85, 0.002))
SUBURB = Comparison("suburb", say("村或城区"), _blank("suburb"), (
    Level("exact", say("相同"), "suburb_l = suburb_r", 0.8, 0.002),
    Level("like", say("很相似"), _like("suburb", _LIKE), 0.1, 0.005),
    Level("other", say("不同"), "ELSE", 0.1, 0.99),
))  # fmt: skip
PHONE = Comparison("phone", say("电话"), _blank("phone"),
                   _edits("phone", 0.85, 1e-5, "phone"))  # fmt: skip

LATIN = Scheme(
    "latin", 1, (GIVEN, SURNAME, BORN, NUMBER, STREET, SUBURB, TOWN, PHONE),
    blocks=(("number",), ("born",), ("initials",), ("given", "town"), ("surname", "town"),
            ("street", "town"), ("street", "suburb"), ("given", "suburb"), ("surname", "suburb"),
            ("given", "street"), ("surname", "street")),
    train_on=(("born", "town"), ("given", "surname"), ("number",)),
    sure="",
)  # fmt: skip
"""A birth day is rarer than most pairs of columns; initials are the beginnings of both names."""
