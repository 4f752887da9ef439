"""Dates and times: Excel's serials, and what people type. A cell's clock is China's."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

from graphcore.domain.clock import CHINA, micros
from graphcore.exchange import faults
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Field
from graphcore.exchange.grid import Raw
from graphcore.exchange.words import clean_text, is_none

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- serials have no zone
_SERIALS = (3_654, 73_415)  # 1910-01-01 up to 2101-01-01: smaller numbers are years or mistakes
_COMPACT = (10_000_101, 99_991_231)
_DATE = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*[日号]?")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*(?:[年./\-]\s*(\d{1,2})\s*月?|(\d{2}))")
_CLOCK = re.compile(
    r"(?P<half>上午|下午|凌晨|中午|晚上|晚|早上|am|pm)?\s*(?P<h>\d{1,2})\s*[时点:]\s*(?P<m>\d{1,2})?\s*分?\s*"
    r"(?::?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<after>am|pm)?\s*(?P<zone>z|[+\-]\d{2}:?\d{2})?"
)
_RUN_CLOCK = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?")
_LATE = frozenset({"下午", "晚上", "晚", "pm"})
_NOON = 12


def date_reader(field: Field, raw: Raw) -> object:
    """Read a DATE: ISO string, "" where empty, or a Fault."""
    if isinstance(raw, datetime | date):
        day = raw.date() if isinstance(raw, datetime) else raw
        return _iso(field, raw, day)
    if isinstance(raw, str):
        text = _folded(raw)
        return "" if is_none(text) else _date_in(field, raw, text)
    moment = _serial(raw)
    return faults.not_a_date(field, raw) if moment is None else _iso(field, raw, moment.date())


def time_reader(field: Field, raw: Raw) -> object:
    """Read a TIME: UTC microseconds, None where empty, or a Fault."""
    if isinstance(raw, datetime):
        return _at(field, raw, raw)
    if isinstance(raw, date):
        return _midnight(field, raw, raw)
    if isinstance(raw, str):
        text = _folded(raw)
        return None if is_none(text) else _time_in(field, raw, text)
    moment = _serial(raw)
    if moment is None:
        return faults.not_a_time(field, raw)
    whole = moment.time() == time()
    return _midnight(field, raw, moment.date()) if whole else _at(field, raw, moment)


def _folded(raw: str) -> str:
    return unicodedata.normalize("NFKC", clean_text(raw)).strip().lower()


def _serial(raw: Raw) -> datetime | None:
    """An Excel serial, or eight digits stored as a number."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if _SERIALS[0] <= raw < _SERIALS[1]:
        return _EPOCH + timedelta(seconds=round(raw * 86_400))
    if float(raw).is_integer() and _COMPACT[0] <= raw <= _COMPACT[1]:
        day = _day(*_groups(_RUN, str(int(raw))))
        return datetime.combine(day, time()) if day else None
    return None


def _groups(pattern: re.Pattern[str], text: str) -> tuple[int, int, int]:
    found = pattern.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(field: Field, raw: Raw, day: date | None) -> str | Fault:
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return faults.not_a_date(field, raw)
    return day.isoformat()


def _date_in(field: Field, raw: str, text: str) -> object:
    found = _DATE.match(text) or _RUN.match(text)
    if found:
        rest = text[found.end() :].strip().removeprefix("t")
        if rest and not (_CLOCK.fullmatch(rest) or re.fullmatch(r"\(?(?:星期|周).\)?", rest)):
            return faults.not_a_date(field, raw)
        return _iso(field, raw, _day(int(found[1]), int(found[2]), int(found[3])))
    month = _MONTH.fullmatch(text)
    if month is None:
        return faults.not_a_date(field, raw)
    day = _iso(field, raw, _day(int(month[1]), int(month[2] or month[3]), 1))
    return day if isinstance(day, Fault) else faults.only_month(day)


def _time_in(field: Field, raw: str, text: str) -> object:
    found = _DATE.match(text) or _RUN.match(text)
    day = _day(int(found[1]), int(found[2]), int(found[3])) if found else None
    if found is None or day is None:
        return faults.not_a_time(field, raw)
    rest = text[found.end() :].strip().removeprefix("t").strip()
    if not rest:
        return _midnight(field, raw, day)
    clock = _CLOCK.fullmatch(rest) or _RUN_CLOCK.fullmatch(rest)
    moment = _moment(day, clock) if clock else None
    return faults.not_a_time(field, raw) if moment is None else _at(field, raw, moment)


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    said = clock.groupdict()
    hour, minute, second = (int(said.get(k) or 0) for k in "hms")
    half = said.get("half") or said.get("after")
    if half in _LATE and hour < _NOON:
        hour += _NOON
    if half in ("am", "凌晨") and hour == _NOON:
        hour = 0
    if (hour, minute, second) == (24, 0, 0):
        return datetime.combine(day, time(), _zone(said.get("zone"))) + timedelta(days=1)
    try:
        return datetime.combine(day, time(hour, minute, second), _zone(said.get("zone")))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone:
    if not text:
        return CHINA
    if text == "z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]) % 24, minutes=int(text[-2:]) % 60))


def _midnight(field: Field, raw: Raw, day: date) -> object:
    at = _at(field, raw, datetime.combine(day, time()))
    return at if isinstance(at, Fault) else faults.only_day(at)


def _at(field: Field, raw: Raw, moment: datetime) -> object:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return faults.not_a_time(field, raw)
    return micros(moment if moment.tzinfo else moment.replace(tzinfo=CHINA))
