"""Names on public notices: recognisable to neighbours, useless to strangers.

A village's notice must let people see who receives (条例 26), and must not publish more than that.
The surname stays and each further character becomes ``*``, whatever the length: 王小明 → 王**,
李四 → 李*. The other custom (王*明) keeps two of three characters, which with the village's name
picks out one person in most cases, and keeps all but one of a two-character name. Compound
surnames stay whole (欧阳**), since half of one misleads; a name of several parts with a middle dot
keeps the first character of its first part (阿·卜杜 → 阿*), and other scripts their first letter.
"""

from __future__ import annotations

from graphcore.exchange.words import clean_text

UNNAMED = "（未具名）"
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "司空",
        "夏侯",
        "轩辕",
        "端木",
        "南宫",
        "独孤",
        "拓跋",
        "呼延",
        "百里",
        "东郭",
        "西门",
        "澹台",
        "公冶",
        "太史",
        "申屠",
        "钟离",
        "淳于",
        "单于",
        "闻人",
        "赫连",
        "万俟",
        "濮阳",
        "宗政",
        "仲孙",
        "公羊",
        "公西",
        "鲜于",
        "闾丘",
        "亓官",
        "太叔",
        "乐正",
        "壤驷",
        "漆雕",
        "第五",
        "梁丘",
        "左丘",
        "东门",
        "谷梁",
        "段干",
        "歐陽",
        "司馬",
        "諸葛",
        "東方",
        "長孫",
        "尉遲",
        "鍾離",
        "獨孤",
        "赫連",
    ]
)
_DOTS = "·•・‧∙．."


def mask_name(name: str) -> str:
    """Return a name for a public notice; ``（未具名）`` where there is none."""
    text = clean_text(name)
    if not text:
        return UNNAMED
    if any(dot in text for dot in _DOTS):
        return f"{text[0]}*"
    if text[:2] in COMPOUND_SURNAMES and len(text) > len(text[:2]):
        return text[:2] + "*" * (len(text) - 2)
    if not _is_han(text[0]):
        return f"{text[0]}***"
    return text[0] + "*" * max(1, len(text) - 1)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"
