"""Equity floors as a dispatcher writes them: ``海口镇=60%``, ``全部乡镇/饮用水=50%``, ``残疾人=90%``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.tables import FLOORS, frame
from graphcore.domain.text import Text, say
from graphcore.exchange.forms.choices import GROUP_WORDS
from graphcore.policy.rulebook import Rulebook
from optimizer.floors import EACH

EVERY = ("全部乡镇", "all")
MOST = 50  # floors of one plan


def floors(texts: Sequence[str], townships: Mapping[str, str], rulebook: Rulebook) -> pl.DataFrame:
    """Return FLOORS of what the dispatcher wrote; an item left out means each item by itself.

    Args:
        texts: ``who=60%`` or ``who/item=60%``; who is a township, a hardship group, or 全部乡镇.
        townships: code → name.
        rulebook: names of items.

    Raises:
        InputError: a text that says no share, or names nobody known.
    """
    if len(texts) > MOST:
        raise _wrong(texts[MOST], say("保底要求最多 {most} 条。", most=MOST))
    return frame(FLOORS, [_floor(text, townships, rulebook) for text in texts])


def stored_texts(plan: Mapping[str, object]) -> tuple[str, ...]:
    """Return a stored plan's floors as its dispatcher wrote them."""
    return tuple(json.loads(str(plan.get("floors") or "[]")))


def stored(
    plan: Mapping[str, object], townships: Mapping[str, str], rulebook: Rulebook
) -> pl.DataFrame:
    """Return FLOORS of a stored plan; raises as `floors`."""
    return floors(stored_texts(plan), townships, rulebook)


def as_json(texts: Sequence[str]) -> str:
    """Return floors as they are stored with their plan."""
    return json.dumps(list(texts), ensure_ascii=False)


def _floor(text: str, townships: Mapping[str, str], rulebook: Rulebook) -> dict[str, object]:
    left, _, share = text.partition("=")
    who, _, thing = (part.strip() for part in left.partition("/"))
    township, group = _who(text, who, townships)
    item = rulebook.item_named(thing) if thing else EACH
    if item is None:
        raise _wrong(text, say("不认识的物资品种。"))
    return {"floor": text, "township": township, "group": group, "item": item,
            "permille": _permille(text, share.strip())}  # fmt: skip


def _who(text: str, who: str, townships: Mapping[str, str]) -> tuple[str, str]:
    if who in EVERY:
        return EACH, ""
    found = [code for code, name in townships.items() if who in (code, name)]
    if len(found) == 1:
        return found[0], ""
    groups = [str(code.value if hasattr(code, "value") else code)
              for code, words in GROUP_WORDS.items() if who in (code, *words)]  # fmt: skip
    if len(groups) == 1:
        return "", groups[0]
    raise _wrong(text, say("乡镇或特殊困难群体不在名录中。"))


def _permille(text: str, share: str) -> int:
    number = share.removesuffix("%")
    if not number.replace(".", "", 1).isdigit():
        raise _wrong(text, say("比例应写成 60%。"))
    permille = round(float(number) * (10 if share.endswith("%") else 1000))
    if permille > 1000:  # noqa: PLR2004 -- the whole
        raise _wrong(text, say("比例不能超过 100%。"))
    return permille


def _wrong(text: str, what: Text) -> InputError:
    return InputError(
        say("保底要求“{floor}”不正确：{what}", floor=text[:40], what=what),
        say("请写成“海口镇=60%”“全部乡镇/饮用水=50%”或“残疾人=90%”。"), field="floors",
    )  # fmt: skip
