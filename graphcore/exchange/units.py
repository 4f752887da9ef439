"""Units of measure as written in headers and cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from graphcore.exchange.forms.catalogue import Field, Type


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured, and how many base units one of it is."""

    dimension: str  # "" for counters that fit anything
    factor: Decimal


def _units(dimension: str, factor: str, *words: str) -> dict[str, Unit]:
    return {w: Unit(dimension, Decimal(factor)) for w in words}


UNITS: Mapping[str, Unit] = {
    **_units("money", "1", "元", "块", "圆", "rmb", "cny", "yuan", "人民币"),
    **_units("money", "1000", "千元"), **_units("money", "10000", "万元", "万"),
    **_units("money", "100000000", "亿元", "亿"),
    **_units("mass", "1", "千克", "公斤", "kg"), **_units("mass", "1000", "吨", "t", "ton", "tons"),
    **_units("volume", "1", "升", "l"), **_units("volume", "1000", "立方米", "方", "立方", "m3"),
    **_units("minutes", "1", "分钟", "分", "min", "minutes"), **_units("minutes", "60", "小时", "h"),
    **_units("people", "1", "人", "口", "名", "位", "persons", "person", "people", "pax"),
    **_units("people", "10000", "万人"),
    **_units("households", "1", "户", "家", "families", "family", "households", "hh"),
    **_units("rooms", "1", "间", "rooms"),
    **_units("", "1", "个", "顶", "床", "件", "张", "辆", "艘", "架", "台", "套", "箱", "瓶", "桶",
             "袋", "包", "份", "盒", "双", "只", "次", "趟", "条", "块", "栋", "houses", "units",
             "pcs"),
    **_units("degrees", "1", "度", "°"),
}  # fmt: skip

_IN_BRACKETS = re.compile(r"^(.*?)[(\[](?:单位:?)?([^()\[\]]{1,8})[)\]]\s*$", re.DOTALL)
_HINT = re.compile(
    r"[(\[](?:必填|选填|可不填|可选|必选|下拉选择|required|optional|如|例|格式|请|填|yyyy|年月日|精确到)[^()\[\]]*[)\]]\s*$"
)


def split_unit(header: str) -> tuple[str, Unit | None]:
    """Return a header without its unit, and the unit: ``救助资金（万元）`` → money, 10,000.

    Brackets that hold no known unit stay; a hint how to fill the column goes.
    """
    text = _HINT.sub("", unicodedata.normalize("NFKC", header).strip().lower()).strip()
    found = _IN_BRACKETS.match(text)
    unit = UNITS.get("".join(found[2].split())) if found else None
    return (found[1], unit) if found and unit else (text, None)


def dimension_of(field: Field) -> str:
    """Return what a field measures, "" where any counter fits."""
    return _dimension(field.type, field.name, field.headers[0])


@cache
def _dimension(type_: Type, name: str, header: str) -> str:
    if type_ is Type.MONEY:
        return "money"
    unit = split_unit(header)[1]
    if unit is not None:
        return unit.dimension
    named = {"person": "people", "household": "households", "room": "rooms"}
    return next((d for word, d in named.items() if word in name), "")


def in_field(field: Field, unit: Unit) -> Decimal:
    """Return how many of a field's own unit one of another unit is: hours are not minutes."""
    own = split_unit(field.headers[0])[1]
    return unit.factor / own.factor if own is not None else unit.factor


def fits(field: Field, unit: Unit | None) -> bool:
    """Whether a number in that unit can belong to the field."""
    if unit is None or not unit.dimension or field.type not in NUMERIC:
        return True
    wanted = dimension_of(field)
    if not wanted:
        return unit.factor == 1 or unit.dimension == "people"
    return wanted == unit.dimension


NUMERIC = frozenset({Type.COUNT, Type.NUMBER, Type.MONEY})
