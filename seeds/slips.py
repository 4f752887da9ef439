"""The slips people make in a single cell, each with a name, so that a reader can be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import TypeAlias

from graphcore.exchange.forms.catalogue import Field, Type
from seeds.cells import Cell

Make: TypeAlias = Callable[[Random, Cell], Cell]
"""From the right cell to the wrong one; the same cell where the slip cannot be made."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip: its name, where it happens, how often at level 1, from which level on."""

    code: str
    types: tuple[Type, ...]
    rate: float
    make: Make
    fields: tuple[str, ...] = ()  # only in these; empty = in any of the types
    level: int = 1

    def fits(self, field: Field) -> bool:
        """Whether the slip happens in the field; names are slipped only where they are people's."""
        named = field.name in self.fields and (field.personal or self.fields is not _NAMES)
        return field.type in self.types and (named or not self.fields)


_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_NUMERALS = "零一二三四五六七八九十"
# Characters that sound alike or look alike, as clerks mix them up.
_PAIRS = (
    "伟炜 丽莉 英瑛 辉晖 峰锋 静婧 晓小 燕艳 芳方 林琳 刚钢 军君 明铭 浩皓 娟鹃 萍平 红宏 建健 玲铃 杰洁 婷亭 佳嘉 "
    "欣心 宇雨 梓子 琴芹 兰蓝 华花 秀绣 志智 文闻 德得 福富 永咏 张章 李黎 王汪 陈程 吴伍 周邹 徐许 何贺 余于 付傅 "
    "肖萧 闫阎 江姜 卢鲁"
)
_ALIKE: Mapping[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split()}
_TRADITIONAL = str.maketrans(
    "国华张陈刘兰东龙叶万贵军丽银凤云爱红梅", "國華張陳劉蘭東龍葉萬貴軍麗銀鳳雲愛紅楳"
)
_KINDS = ("街道", "镇", "乡", "社区", "村")


def _text(make: Callable[[Random, str], str]) -> Make:
    def slip(rng: Random, cell: Cell) -> Cell:
        return make(rng, cell) if isinstance(cell, str) and cell else cell

    return slip


def _whole(make: Callable[[Random, int], Cell]) -> Make:
    def slip(rng: Random, cell: Cell) -> Cell:
        return make(rng, cell) if isinstance(cell, int) else cell

    return slip


def _day(make: Callable[[date], str]) -> Make:
    def slip(_: Random, cell: Cell) -> Cell:
        return make(cell) if isinstance(cell, date) else cell

    return slip


def _checksum(rng: Random, text: str) -> str:
    """Another last character than the right one."""
    return text[:-1] + rng.choice([c for c in "0123456789X" if c != text[-1]])


def _wrong_digit(rng: Random, text: str) -> str:
    spot = rng.randrange(len(text) - 1)
    return text[:spot] + rng.choice([d for d in "0123456789" if d != text[spot]]) + text[spot + 1 :]


def _transposed(rng: Random, text: str) -> str:
    spots = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not spots:
        return text
    i = rng.choice(spots)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _fifteen(_: Random, text: str) -> str:
    """The number as it was written before 1999: no century, no check character."""
    return text[:6] + text[8:17] if len(text) == 18 else text  # noqa: PLR2004 -- GB 11643


def _homophone(rng: Random, text: str) -> str:
    spots = [i for i, c in enumerate(text) if c in _ALIKE]
    if not spots:
        return text
    i = rng.choice(spots)
    return text[:i] + _ALIKE[text[i]] + text[i + 1 :]


def _nickname(rng: Random, text: str) -> str:
    if "·" in text:
        return text.split("·", maxsplit=1)[0]
    return rng.choice([f"老{text[0]}", f"阿{text[-1]}", f"小{text[-1]}", f"{text[0]}大爷"])


def _dotless(_: Random, text: str) -> str:
    return text.replace("·", ".") if "·" in text else text


def _short_place(_: Random, text: str) -> str:
    kind = next((k for k in _KINDS if text.endswith(k) and len(text) > len(k) + 1), "")
    return text.removesuffix(kind)


def _misspelt(rng: Random, text: str) -> str:
    """A place that no list has: one character doubled or dropped."""
    i = rng.randrange(max(1, len(text) - 1))
    return text[:i] + text[i] + text[i:] if rng.random() < 0.5 else text[:i] + text[i + 1 :]  # noqa: PLR2004


def _in_words(_: Random, count: int) -> Cell:
    return _NUMERALS[count] if 0 <= count < len(_NUMERALS) else count


def _time_text(_: Random, cell: Cell) -> Cell:
    return (
        f"{cell.month}月{cell.day}日{cell.hour}时{cell.minute}分"
        if isinstance(cell, datetime)
        else cell
    )


def _as_number(_: Random, text: str) -> Cell:
    """What Excel keeps of a number typed into a cell that is not text: fifteen digits."""
    return float(text[:15] + "000") if text.isdigit() else text


_ID, _COUNT, _DATE = (Type.ID_NUMBER,), (Type.COUNT,), (Type.DATE,)
_NAMES, _PLACES = ("head", "name"), ("village", "township", "place")

SLIPS: tuple[Slip, ...] = (
    Slip("id.checksum", _ID, 0.004, _text(_checksum)),
    Slip("id.digit", _ID, 0.003, _text(_wrong_digit)),
    Slip("id.transposed", _ID, 0.003, _text(_transposed)),
    Slip("id.fifteen", _ID, 0.003, _text(_fifteen)),
    Slip("id.full_width", _ID, 0.004, _text(lambda _, t: t.translate(_WIDE))),
    Slip("id.lower_x", _ID, 0.020, _text(lambda _, t: t.replace("X", "x"))),
    Slip("id.missing", _ID, 0.010, lambda _, __: None),
    Slip("id.as_number", _ID, 0.002, lambda r, c: _as_number(r, c) if isinstance(c, str) else c,
         level=3),
    Slip("name.homophone", (Type.TEXT,), 0.008, _text(_homophone), _NAMES),
    Slip("name.traditional", (Type.TEXT,), 0.004, _text(lambda _, t: t.translate(_TRADITIONAL)), _NAMES),
    Slip("name.spaced", (Type.TEXT,), 0.006, _text(lambda _, t: f"{t[0]}　{t[1:]} "), _NAMES),
    Slip("name.nickname", (Type.TEXT,), 0.002, _text(_nickname), _NAMES, level=2),
    Slip("name.dot", (Type.TEXT,), 0.300, _text(_dotless), _NAMES),
    Slip("phone.digit", (Type.TEXT,), 0.006, _text(_wrong_digit), ("phone",)),
    Slip("phone.hyphens", (Type.TEXT,), 0.010, _text(lambda _, t: f"{t[:3]}-{t[3:7]}-{t[7:]}"), ("phone",)),
    Slip("phone.missing", (Type.TEXT,), 0.020, lambda _, __: None, ("phone",)),
    Slip("place.short", (Type.PLACE,), 0.020, _text(_short_place), _PLACES),
    Slip("place.prefixed", (Type.PLACE,), 0.010, _text(lambda _, t: f"青田县{t}"), ("township",)),
    Slip("place.committee", (Type.PLACE,), 0.010, _text(lambda _, t: f"{t}委会" if t.endswith("村") else t),
         ("village",)),
    Slip("place.misspelt", (Type.PLACE,), 0.002, _text(_misspelt), _PLACES, level=2),
    Slip("count.unit", _COUNT, 0.015, _whole(lambda _, n: f"{n}人"),
         ("persons", "persons_in_need", "affected_persons")),
    Slip("count.words", _COUNT, 0.006, _whole(_in_words), ("persons", "persons_in_need")),
    Slip("count.full_width", _COUNT, 0.006, _whole(lambda _, n: str(n).translate(_WIDE))),
    Slip("count.text", _COUNT, 0.015, _whole(lambda _, n: f" {n}")),
    Slip("count.negative", _COUNT, 0.001, _whole(lambda _, n: -n if n else n), level=2),
    Slip("count.absurd", _COUNT, 0.001, _whole(lambda _, n: 10**9 + n), level=2),
    Slip("date.chinese", _DATE, 0.040, _day(lambda d: f"{d.year}年{d.month}月{d.day}日")),
    Slip("date.dotted", _DATE, 0.030, _day(lambda d: f"{d.year}.{d.month}.{d.day}")),
    Slip("date.compact", _DATE, 0.020, _day(lambda d: f"{d:%Y%m%d}")),
    Slip("date.impossible", _DATE, 0.001, _day(lambda d: f"{d.year}-02-30"), level=2),
    Slip("time.yearless", (Type.TIME,), 0.010, _time_text, level=2),
)  # fmt: skip
