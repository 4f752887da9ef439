"""Words that stand for codes: choices, lists of choices, yes and no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from graphcore.exchange import faults
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Field
from graphcore.exchange.grid import Raw
from graphcore.exchange.words import is_none, squeeze, text_of

_BETWEEN = re.compile(r"[、,，;；/\\|\n\r]+|\s{1,}")
_NOTHING = frozenset({"健康", "良好", "正常", "无特殊", "无特殊需求"})
_YES = frozenset(
    {"是", "有", "√", "✓", "✔", "对", "y", "yes", "true", "t", "1", "同意", "受灾", "已受灾"}
)
_NO = frozenset(
    {"否", "没有", "×", "✗", "x", "不", "n", "no", "false", "f", "0", "不同意", "未受灾", "非"}
)


def words_of(field: Field) -> Mapping[str, str]:
    """Return folded word → code, the codes themselves included."""
    choices = field.choices or {}
    return {squeeze(w): str(code) for code, words in choices.items() for w in (*words, str(code))}


def allowed(field: Field) -> str:
    """Return the official word of each choice, for people."""
    return "、".join(words[0] for words in (field.choices or {}).values())


def choice_reader(field: Field) -> Callable[[Raw], object]:
    """Return what reads a CHOICE: its code, "" where empty, or a Fault."""
    words, hint = words_of(field), allowed(field)

    def read(raw: Raw) -> object:
        text = squeeze(text_of(raw))
        code = _code(words, text)
        if code is None:
            return "" if is_none(text) else faults.not_a_choice(field, raw, hint)
        return code

    return read


def choices_reader(field: Field) -> Callable[[Raw], object]:
    """Return what reads CHOICES: a list of codes in the order written, each once."""
    words, hint = words_of(field), allowed(field)

    def read(raw: Raw) -> object:
        text = raw if isinstance(raw, str) else text_of(raw)
        codes: dict[str, None] = {}
        unknown: Fault | None = None
        for part in _BETWEEN.split(text):
            folded = squeeze(text_of(part))
            code = _code(words, folded)
            if code is not None:
                codes[code] = None
            elif not (is_none(folded) or folded in _NOTHING):
                unknown = unknown or faults.not_a_choice(field, part, hint)
        return unknown or list(codes)

    return read


def _code(words: Mapping[str, str], text: str) -> str | None:
    """A word, also with a remark in brackets behind it: 低保（A类）."""
    return words.get(text) or words.get(re.sub(r"[(\[][^()\[\]]*[)\]]$", "", text))


def flag_reader(field: Field) -> Callable[[Raw], object]:
    """Return what reads a FLAG: true, false, None where empty."""

    def read(raw: Raw) -> object:
        if isinstance(raw, bool):
            return raw
        text = squeeze(text_of(raw))
        if text in _YES or text in _NO:
            return text in _YES
        return None if is_none(text) else faults.not_a_choice(field, raw, "是、否")

    return read
