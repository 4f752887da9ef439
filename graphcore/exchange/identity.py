"""Citizen numbers (GB 11643): 18 digits with a check digit, and their 15-digit ancestor."""

from __future__ import annotations

import re
from datetime import date
from operator import mul

from graphcore.domain.rows import Severity
from graphcore.domain.text import Text, say
from graphcore.exchange.faults import Fault
from graphcore.exchange.grid import Raw
from graphcore.exchange.words import clean_text, is_none, squeeze

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LENGTH = 18
_CHECK = "10X98765432"
_NEW = re.compile(r"[1-9]\d{16}[\dX]")
_OLD = re.compile(r"[1-9]\d{14}")
_OLD_MOST = 10**15


def check_digit(first17: str) -> str:
    """Return the 18th character that belongs to the first 17 digits."""
    return _CHECK[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def valid_number(number: str) -> bool:
    """Whether 18 characters are a citizen number: check digit and birth date."""
    return (
        len(number) == LENGTH
        and _NEW.fullmatch(number) is not None
        and number[17] == check_digit(number[:17])
        and _is_day(number[6:14])
    )


def from_old(number: str) -> str:
    """Return the 18-digit form of a 15-digit number, "" if its birth date is none."""
    longer = f"{number[:6]}19{number[6:]}"
    return longer + check_digit(longer) if _is_day(longer[6:14]) else ""


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def read_number(raw: Raw) -> object:
    """Read an ID_NUMBER: valid 18 characters, or a warning and "" (the row is never refused)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return _warning("id_invalid", say("不是身份证号码。"))
    if not isinstance(raw, str):
        return _from_cell_number(float(raw))
    if valid_number(raw):
        return raw
    text = squeeze(clean_text(raw)).upper().replace("-", "").strip("'’‘`")
    if is_none(text):
        return missing()
    if re.fullmatch(r"\d(?:\.\d+)?E\+\d+", text):
        return _lost()
    return _from_text(text)


def _from_text(text: str) -> object:
    if valid_number(text):
        return text
    if _OLD.fullmatch(text) and (longer := from_old(text)):
        return _converted(longer)
    return _warning("id_invalid", say("身份证号码的位数、出生日期或校验码不对。"))


def _from_cell_number(number: float) -> object:
    if number == 0:
        return missing()
    if number.is_integer() and 0 < number < _OLD_MOST:
        return _from_text(str(int(number)))
    return _lost()


def missing() -> Fault:
    """No number in the cell."""
    return _warning("id_missing", say("没有身份证号码。"))


def _converted(longer: str) -> Fault:
    return Fault("id_old", say("15 位旧身份证号码已换算为 18 位。"), say("请核对并改填 18 位号码。"),
                 Severity.WARNING, longer)  # fmt: skip


def _lost() -> Fault:
    return Fault("id_lost", say("身份证号码存成了数字，Excel 只保留 15 位，末尾几位已丢失。"),
                 say("请把该列设为“文本”格式，重新填写号码。此人仍会登记。"), Severity.WARNING, "")  # fmt: skip


def _warning(code: str, what: Text) -> Fault:
    return Fault(code, what, say("请核对后补正；此人仍会登记，不因此漏掉。"), Severity.WARNING, "")
