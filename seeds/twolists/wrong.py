"""Errors of the two lists, cell by cell; written from what clerks do, not from what a matcher sees.

Each error takes a random source and the right text and returns the wrong one. Rates are shares of
rows at the three levels: 1 a careful office, 2 a busy one, 3 forms filled in at night.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Make = Callable[[Random, str], str]
Rates = tuple[float, float, float]

_SOUNDS = (
    "伟炜玮纬 丽莉俐 英瑛颖 辉晖徽 峰锋丰风 静婧净 晓小筱 燕艳雁 芳方 林琳霖 "
    "刚钢岗 军君均 明铭鸣 浩皓昊 娟鹃 萍平苹 红宏虹洪 建健剑 玲铃灵 杰洁捷 婷亭庭 "
    "佳嘉家 欣心新鑫 宇雨羽 梓子紫 琴芹勤 兰蓝岚 华花 秀绣 志智治 文闻雯 德得 "
    "福富 永咏泳 国果 强墙 波博 海孩 勇涌 超朝 飞菲非 云芸 春椿 庆清青 生声胜升 "
    "金津今 荣容蓉 祥翔详 忠中钟 树术 松嵩 昌长 宝保 龙隆 兴星 才财 长常 友有 "
    "珍真 桂贵 玉育 香湘 莲连 梅玫 凤奉 素苏 爱艾 彩采 银吟 仙先 慧惠会 敏民 "
    "晨辰 思斯 诗施 怡宜 涵含 萱宣 琪奇 瑶尧 悦月 张章 李黎 王汪 陈程 吴伍 "
    "周邹 徐许 何贺 余于俞 付傅 肖萧 闫阎颜 江姜 卢鲁 刘柳 杨阳 朱祝 马麻 郭国 "
    "罗骆 谢解 石时 邓登 魏卫 沈申"
)
_GROUPS = _SOUNDS.split()
ALIKE = {c: g.replace(c, "") for g in _GROUPS for c in g}
_LOOKS = (
    "未末 土士 己已 天夭 刘刈 王玉 大太 日曰 玲珍 晴睛 清请 杨扬 陈阵 冶治 "
    "丹舟 宇字 村林 荣菜 候侯 洁结 萍苹 俊峻 峰蜂 娟捐 婷停"
)
LOOKALIKE = {a: b for p in _LOOKS.split() for a, b in ((p[0], p[1]), (p[1], p[0]))}
_OLD = dict(
    zip(
        "国华张陈刘兰东龙叶万贵军丽银凤云爱红庆荣宝兴发长贤学义乐灵齐吴郑许黄杨马孙钟谭陆贾苏",
        "國華張陳劉蘭東龍葉萬貴軍麗銀鳳雲愛紅慶榮寶興發長賢學義樂靈齊吳鄭許黃楊馬孫鍾譚陸賈蘇",
        strict=True,
    )
)
_CHARACTERS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红文清建国金志永林海"
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One error: its name, the cell it is made in, how often on the left and right list."""

    code: str
    cell: str
    left: Rates
    right: Rates
    make: Make


def _digit(rng: Random, text: str) -> str:
    spot = rng.randrange(len(text))
    return text[:spot] + rng.choice([d for d in "0123456789" if d != text[spot]]) + text[spot + 1 :]


def _two_digits(rng: Random, text: str) -> str:
    return _digit(rng, _digit(rng, text))


def _swapped(rng: Random, text: str) -> str:
    spots = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not spots:
        return text
    i = rng.choice(spots)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _dropped_digit(rng: Random, text: str) -> str:
    spot = rng.randrange(len(text))
    return text[:spot] + text[spot + 1 :]


def _fifteen(_: Random, text: str) -> str:
    full = len(text) == 18 and text[6:8] == "19"  # noqa: PLR2004 -- GB 11643
    return text[:6] + text[8:17] if full else text


def _as_number(_: Random, text: str) -> str:
    """What a spreadsheet keeps of a number that is not text: fifteen digits."""
    return f"{text[:15]}000" if text.isdigit() else text


def _homophone(rng: Random, text: str) -> str:
    spots = [i for i, c in enumerate(text) if c in ALIKE]
    if not spots:
        return text
    i = rng.choice(spots)
    return text[:i] + rng.choice(ALIKE[text[i]]) + text[i + 1 :]


def _lookalike(rng: Random, text: str) -> str:
    spots = [i for i, c in enumerate(text) if c in LOOKALIKE]
    if not spots:
        return _other_character(rng, text)
    i = rng.choice(spots)
    return text[:i] + LOOKALIKE[text[i]] + text[i + 1 :]


def _other_character(rng: Random, text: str) -> str:
    return text[:-1] + rng.choice([c for c in _CHARACTERS if c != text[-1]])


def _dropped_character(rng: Random, text: str) -> str:
    return text if len(text) < 3 else text[: rng.randrange(1, 3)] + text[-1:][: len(text) - 2]  # noqa: PLR2004


def _traditional(_: Random, text: str) -> str:
    return "".join(_OLD.get(c, c) for c in text)


def _nickname(rng: Random, text: str) -> str:
    if "·" in text:
        return text.split("·", maxsplit=1)[0]
    return rng.choice([f"老{text[0]}", f"阿{text[-1]}", f"小{text[-1]}", f"{text[0]}大爷"])


def _renamed(rng: Random, text: str) -> str:
    return text[0] + "".join(rng.sample(_CHARACTERS, 2)) if "·" not in text else text


def _dot(rng: Random, text: str) -> str:
    return text.replace("·", rng.choice([".", "•", "", "・", " "]))


def _first_part(_: Random, text: str) -> str:
    return text.split("·", maxsplit=1)[0]


def _spaced(_: Random, text: str) -> str:
    return f" {text[0]}　{text[1:]}"


def _missing(_: Random, __: str) -> str:
    return ""


def _new_phone(rng: Random, _: str) -> str:
    return f"100{rng.randrange(10**8):08d}"


def _hyphens(_: Random, text: str) -> str:
    return f"{text[:3]}-{text[3:7]} {text[7:]}"


def _country(_: Random, text: str) -> str:
    return f"+86 {text}"


def _day(rng: Random, text: str) -> str:
    """Another day, or the first of January where only the year was known."""
    return text[:8] + f"{rng.randrange(1, 29):02d}" if rng.random() < 0.5 else f"{text[:4]}-01-01"  # noqa: PLR2004


def _other_sex(_: Random, text: str) -> str:
    return "女" if text == "男" else "男"


def _no_door(_: Random, text: str) -> str:
    return text.split("组", maxsplit=1)[0] + "组" if "组" in text else text


def _another_door(rng: Random, text: str) -> str:
    head = text.split("组", maxsplit=1)[0]
    return f"{head.rstrip('0123456789')}{rng.randrange(1, 40)}组{rng.randrange(1, 400)}号"


_NUMERALS = "零一二三四五六七八九"


def _words(number: int) -> str:
    """A number below 100 in characters."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def _rewritten(rng: Random, text: str) -> str:
    """The same place as another office writes it."""
    if "组" not in text or not text.endswith("号"):
        return text
    head, _, door = text.partition("组")
    village = head.rstrip("0123456789")
    group, number = head[len(village) :], door[:-1]
    ways = [
        f"{village}第{group}村民小组{number}号", f"{village}{group}社{number}号",
        f"{village}{group}组{number}", f"{village}{group}组 {number}#",
        f"浙江省青田县{village}{group}组{number}号", f"{group}组{number}号",
        f"{village}{_words(int(group)) if group.isdigit() and int(group) < 100 else group}组{number}号",  # noqa: PLR2004
    ]  # fmt: skip
    return rng.choice(ways)


def _short(_: Random, text: str) -> str:
    kind = next((k for k in ("街道", "镇", "乡", "社区", "村") if text.endswith(k)), "")
    return text.removesuffix(kind) if len(text) > len(kind) + 1 else text


def _committee(_: Random, text: str) -> str:
    return f"{text}委会" if text.endswith("村") else text


def _misspelt(rng: Random, text: str) -> str:
    spot = rng.randrange(max(1, len(text) - 1))
    return text[:spot] + rng.choice(_CHARACTERS) + text[spot + 1 :]


ERRORS: tuple[Wrong, ...] = (
    Wrong("number.missing", "number", (0.02, 0.06, 0.15), (0.005, 0.015, 0.04), _missing),
    Wrong("number.digit", "number", (0.006, 0.015, 0.04), (0.002, 0.006, 0.015), _digit),
    Wrong("number.swapped", "number", (0.003, 0.008, 0.02), (0.001, 0.003, 0.008), _swapped),
    Wrong("number.dropped", "number", (0.001, 0.003, 0.01), (0.0, 0.001, 0.004), _dropped_digit),
    Wrong("number.two_digits", "number", (0.001, 0.004, 0.015), (0.0, 0.001, 0.004), _two_digits),
    Wrong("number.fifteen", "number", (0.005, 0.02, 0.05), (0.002, 0.01, 0.03), _fifteen),
    Wrong("number.as_number", "number", (0.0, 0.002, 0.01), (0.0, 0.001, 0.005), _as_number),
    Wrong("number.wide", "number", (0.005, 0.01, 0.02), (0.0, 0.0, 0.005),
          lambda _, t: t.translate(_WIDE)),
    Wrong("number.lower_x", "number", (0.02, 0.05, 0.1), (0.01, 0.02, 0.05), lambda _, t: t.lower()),
    Wrong("name.homophone", "name", (0.008, 0.03, 0.07), (0.003, 0.01, 0.02), _homophone),
    Wrong("name.lookalike", "name", (0.003, 0.008, 0.02), (0.001, 0.003, 0.008), _lookalike),
    Wrong("name.other", "name", (0.002, 0.005, 0.015), (0.0, 0.002, 0.005), _other_character),
    Wrong("name.dropped", "name", (0.001, 0.003, 0.01), (0.0, 0.001, 0.003), _dropped_character),
    Wrong("name.traditional", "name", (0.005, 0.01, 0.03), (0.002, 0.005, 0.01), _traditional),
    Wrong("name.nickname", "name", (0.001, 0.004, 0.015), (0.0, 0.0, 0.001), _nickname),
    Wrong("name.renamed", "name", (0.0005, 0.002, 0.006), (0.0, 0.0005, 0.002), _renamed),
    Wrong("name.spaced", "name", (0.01, 0.03, 0.06), (0.005, 0.01, 0.02), _spaced),
    Wrong("name.dot", "name", (0.3, 0.4, 0.5), (0.2, 0.3, 0.4), _dot),
    Wrong("name.first_part", "name", (0.1, 0.2, 0.3), (0.02, 0.05, 0.1), _first_part),
    Wrong("phone.missing", "phone", (0.05, 0.12, 0.25), (0.08, 0.2, 0.35), _missing),
    Wrong("phone.changed", "phone", (0.03, 0.08, 0.15), (0.04, 0.12, 0.25), _new_phone),
    Wrong("phone.digit", "phone", (0.005, 0.01, 0.03), (0.002, 0.006, 0.015), _digit),
    Wrong("phone.hyphens", "phone", (0.01, 0.03, 0.06), (0.005, 0.02, 0.05), _hyphens),
    Wrong("phone.country", "phone", (0.005, 0.01, 0.02), (0.002, 0.01, 0.02), _country),
    Wrong("address.missing", "address", (0.02, 0.05, 0.12), (0.005, 0.02, 0.06), _missing),
    Wrong("address.no_door", "address", (0.02, 0.06, 0.15), (0.01, 0.03, 0.08), _no_door),
    Wrong("address.another", "address", (0.01, 0.03, 0.06), (0.01, 0.03, 0.06), _another_door),
    Wrong("address.rewritten", "address", (0.1, 0.3, 0.5), (0.05, 0.15, 0.3), _rewritten),
    Wrong("village.short", "village", (0.03, 0.08, 0.15), (0.01, 0.05, 0.1), _short),
    Wrong("village.committee", "village", (0.02, 0.05, 0.1), (0.02, 0.1, 0.2), _committee),
    Wrong("village.misspelt", "village", (0.001, 0.004, 0.015), (0.0, 0.001, 0.004), _misspelt),
    Wrong("township.short", "township", (0.02, 0.05, 0.1), (0.0, 0.02, 0.05), _short),
    Wrong("born.day", "born_on", (0.0, 0.0, 0.0), (0.004, 0.01, 0.03), _day),
    Wrong("sex.other", "sex", (0.0, 0.0, 0.0), (0.001, 0.002, 0.005), _other_sex),
)  # fmt: skip
