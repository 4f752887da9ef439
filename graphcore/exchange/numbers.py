"""Numbers as people write them: 3人, 约40人, 1,200, 2.5万元."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from graphcore.exchange import faults
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Field, Type
from graphcore.exchange.grid import Raw
from graphcore.exchange.units import UNITS, Unit, dimension_of, in_field
from graphcore.exchange.words import clean_text, is_none

MONEY_MOST_YUAN = 1_000_000_000
_NUMBER = re.compile(
    r"^(?:约|大约|近|共计|共|合计|计|人民币|rmb|cny|¥)?\s*"
    r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+)\s*"
    r"(?P<more>余|多)?\s*(?P<times>亿|千|百|万)?\s*(?P<over>余|多)?\s*(?P<unit>[^\d\s.,+\-]{0,10})$"
)
_TAIL = re.compile(r"(?:左右|上下|整|正)$")
_AT_LEAST = re.compile(r"(?:以上|\+)$")
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_NOISE = Decimal("0.000001")  # 0.1 + 0.2 in a spreadsheet is not a faulty amount


@dataclass(frozen=True, slots=True)
class _Said:
    number: Decimal
    unit: Unit | None
    about: bool


def count_reader(field: Field, factor: Decimal) -> Callable[[Raw], object]:
    """Return what reads a COUNT: whole, not negative, at most ``field.most``."""
    most = field.most if field.most is not None else (1 << 53)

    def read(raw: Raw) -> object:
        if isinstance(raw, float) and factor == 1 and raw.is_integer() and 0 <= raw <= most:
            return int(raw)
        return _whole(field, raw, factor, 1, most)

    return read


def money_reader(field: Field, factor: Decimal) -> Callable[[Raw], object]:
    """Return what reads yuan as fen; a part of a fen is rounded, with a warning."""
    most = field.most if field.most is not None else MONEY_MOST_YUAN
    return lambda raw: _whole(field, raw, factor, 100, most)


def number_reader(field: Field, factor: Decimal) -> Callable[[Raw], object]:
    """Return what reads a NUMBER, at most ``field.most`` on either side of zero."""

    def read(raw: Raw) -> object:
        said = _said(field, raw)
        if not isinstance(said, _Said):
            return said
        number = float(said.number * (in_field(field, said.unit) if said.unit else factor))
        if field.most is not None and abs(number) > field.most:
            return faults.absurd(field, raw, field.most)
        return number

    return read


def _whole(field: Field, raw: Raw, factor: Decimal, parts: int, most: int) -> object:
    said = _said(field, raw)
    if not isinstance(said, _Said):
        return said
    if said.unit and said.unit.dimension and _differs(field, said.unit):
        return faults.other_unit(field, raw)
    own = said.unit if said.unit and said.unit.dimension else None
    amount = said.number * (in_field(field, own) if own else factor)
    if amount < 0:
        return faults.negative(field, raw)
    if amount > most:
        return faults.absurd(field, raw, most)
    return _in_parts(field, raw, (amount * parts).quantize(_NOISE), about=said.about)


def _in_parts(field: Field, raw: Raw, amount: Decimal, *, about: bool) -> object:
    whole = int(amount.to_integral_value(ROUND_HALF_UP))
    if amount != whole:
        return faults.rounded(whole) if field.type is Type.MONEY else faults.fraction(field, raw)
    return faults.about(whole) if about else whole


def _differs(field: Field, unit: Unit) -> bool:
    wanted = dimension_of(field)
    return wanted != unit.dimension if wanted else unit.factor != 1


def _said(field: Field, raw: Raw) -> _Said | Fault | None:
    if isinstance(raw, bool) or not isinstance(raw, str | float | int):
        return faults.not_a_number(field, raw)
    if not isinstance(raw, str):
        number = Decimal(repr(raw))
        return (
            _Said(number, None, about=False)
            if number.is_finite()
            else faults.not_a_number(field, raw)
        )
    text = unicodedata.normalize("NFKC", clean_text(raw)).strip().lower()
    return None if is_none(text) else _written(field, raw, text)


def _written(field: Field, raw: Raw, text: str) -> _Said | Fault:
    bare = _AT_LEAST.sub("", _TAIL.sub("", text))
    found = _NUMBER.match(bare)
    if found is None:
        return faults.not_a_number(field, raw)
    unit = UNITS.get(found["unit"]) if found["unit"] else None
    if found["unit"] and unit is None:
        return faults.not_a_number(field, raw)
    number = Decimal(found[1].replace(",", "").replace(" ", "")) * _TIMES.get(found["times"], 1)
    about = bool(found["more"] or found["over"] or _AT_LEAST.search(text))
    return _Said(number, unit, about)
