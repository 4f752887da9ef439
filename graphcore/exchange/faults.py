"""What can be wrong with a cell, in words that hold no personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphcore.domain.rows import Severity
from graphcore.domain.text import Text, say
from graphcore.exchange.forms.catalogue import Field, Type
from graphcore.exchange.grid import Raw
from graphcore.exchange.words import text_of

ECHO_MOST = 20
_PERSONAL_DIGITS = re.compile(r"\d{9}|\d{3}[ -]\d{4}[ -]\d{4}")
_WORDS = frozenset({Type.CHOICE, Type.CHOICES, Type.PLACE})


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that is not what its column holds; ``value`` is what may be kept of it."""

    code: str
    what: Text
    advice: Text
    severity: Severity = Severity.ERROR
    value: object = None


def shown(field: Field, raw: Raw) -> Text:
    """Quote a cell, if nothing personal can be in it, even where columns were swapped.

    Personal fields are never quoted; number and date fields only where the cell begins with a
    digit or sign (a name that slipped in does not), and nothing with as many digits as a phone.
    """
    text = text_of(raw)[:ECHO_MOST]
    numeric = field.type not in _WORDS
    looks_numeric = re.match(r"[\d.+\-¥￥约]", text) is not None
    if field.personal or _PERSONAL_DIGITS.search(text) or (numeric and not looks_numeric):
        return say("此格内容")
    return say("“{cell}”", cell=text)


def required() -> Fault:
    """A cell that must be filled in is empty."""
    return Fault("required", say("必填项为空。"), say("请补填；确实没有时请先向村（社区）核实。"))


def unsolved() -> Fault:
    """A formula whose result was never stored."""
    return Fault("formula", say("公式没有保存计算结果。"),
                 say("请用 Excel 打开文件、等待计算完成并保存，再导入。"))  # fmt: skip


def broken() -> Fault:
    """An Excel error value such as #REF!."""
    return Fault("excel_error", say("单元格是 Excel 错误值（如 #REF!、#N/A）。"),
                 say("请改正公式或直接填写数值。"))  # fmt: skip


def not_a_number(field: Field, raw: Raw) -> Fault:
    """Text where a number must be."""
    return Fault("number", say("{cell}不是一个数。", cell=shown(field, raw)),
                 say("请只填一个数，例如 3；不要写算式、范围或多个数。"))  # fmt: skip


def negative(field: Field, raw: Raw) -> Fault:
    """A negative number."""
    return Fault(
        "negative",
        say("{cell}是负数。", cell=shown(field, raw)),
        say("请核对后填写不小于 0 的数。"),
    )


def fraction(field: Field, raw: Raw) -> Fault:
    """A count with decimals."""
    return Fault(
        "fraction",
        say("{cell}带有小数。", cell=shown(field, raw)),
        say("这一列只能是整数，请改正。"),
    )


def absurd(field: Field, raw: Raw, most: int) -> Fault:
    """A number past what is possible."""
    return Fault("absurd", say("{cell}大得不合常理（上限 {most}）。", cell=shown(field, raw), most=most),
                 say("请核对是否多写了位数或用错了单位。"))  # fmt: skip


def other_unit(field: Field, raw: Raw) -> Fault:
    """A number in the unit of something else."""
    return Fault(
        "unit",
        say("{cell}的单位与本列不符。", cell=shown(field, raw)),
        say("请按表头的单位填写，只填数字。"),
    )


def about(value: object) -> Fault:
    """A lower bound taken as the number (40余人)."""
    return Fault("about", say("数字不精确，按 {number} 计。", number=value), say("请尽快核实准确数字。"),
                 Severity.WARNING, value)  # fmt: skip


def rounded(value: object) -> Fault:
    """Money finer than a fen."""
    return Fault(
        "rounded",
        say("金额不足一分的部分已四舍五入。"),
        say("请核对金额。"),
        Severity.WARNING,
        value,
    )


def digits_lost() -> Fault:
    """A code of 16 digits or more that was stored as a number."""
    return Fault("digits_lost", say("编号存成了数字，Excel 只保留 15 位，末尾几位已丢失。"),
                 say("请把该列设为“文本”格式后重新填写。"))  # fmt: skip


def not_a_date(field: Field, raw: Raw) -> Fault:
    """No date in the cell."""
    return Fault("date", say("{cell}不是可识别的日期。", cell=shown(field, raw)),
                 say("请写成 2026-07-01 或 2026年7月1日（年份写四位）。"))  # fmt: skip


def not_a_time(field: Field, raw: Raw) -> Fault:
    """No time in the cell."""
    return Fault("time", say("{cell}不是可识别的时间。", cell=shown(field, raw)),
                 say("请写成 2026-07-01 14:30 或 2026年7月1日14时30分。"))  # fmt: skip


def only_month(value: object) -> Fault:
    """A date without its day."""
    return Fault("only_month", say("日期只写到月，按当月 1 日计。"), say("如知道具体日期，请补写。"),
                 Severity.WARNING, value)  # fmt: skip


def only_day(value: object) -> Fault:
    """A time without its hour."""
    return Fault(
        "only_day",
        say("只写了日期，按当天 0 时计。"),
        say("如知道时刻，请补写。"),
        Severity.WARNING,
        value,
    )


def not_a_choice(field: Field, raw: Raw, allowed: str) -> Fault:
    """A word that is none of the choices."""
    return Fault("choice", say("{cell}不在可选内容中。", cell=shown(field, raw)),
                 say("请改为其中之一：{allowed}。", allowed=allowed))  # fmt: skip


def number_merged() -> Fault:
    """A number in cells merged over several rows."""
    return Fault("merged_number", say("合并单元格中的数只计在第一行。"),
                 say("请取消合并，逐行填写各自的数。"), Severity.WARNING)  # fmt: skip
