"""Which form a sheet is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphcore.domain.text import Text, say
from graphcore.exchange.forms.catalogue import FORMS, Form
from graphcore.exchange.grid import Grid
from graphcore.exchange.headers import Match, best_matches
from graphcore.exchange.words import text_of

_LIKELY = 3  # columns that make a sheet look like a form although a required one is missing
_HEADERS_SHOWN = 12
_HEADER_CHARS = 12


@dataclass(frozen=True, slots=True)
class Unlike:
    """Why a sheet was not recognised; ``must_tell`` if it holds people all the same."""

    what: Text
    advice: Text
    must_tell: bool = False


def recognise(grid: Grid, forms: Sequence[Form], within: int) -> Match | Unlike:
    """Return the form that fits best, or why none does."""
    found = best_matches(grid, forms, within)
    whole = [m for m in found if not m.missing]
    part = [m for m in found if m.missing]
    if not whole:
        return (
            _incomplete(part[0], forms)
            if part and _likely(part[0], forms)
            else _unknown(grid, within)
        )
    best = whole[0]
    if part and len(part[0].columns) > len(best.columns) and not best.mentioned:
        return _incomplete(part[0], forms, best.form)
    rivals = [m.form for m in whole if m.score == best.score]
    if len(rivals) > 1:
        return _ambiguous(rivals)
    return best


def _likely(found: Match, forms: Sequence[Form]) -> bool:
    return len(forms) == 1 or found.mentioned or len(found.columns) >= _LIKELY


def _incomplete(found: Match, forms: Sequence[Form], other: Form | None = None) -> Unlike:
    advice = say("请补上这些列（表头照写），或用映射文件（--mapping）说明各列含义。")
    if other is not None:
        advice = say("请补上这些列；如果本来就是《{title}》，请加 --form {code}。",
                     title=other.title, code=other.code)  # fmt: skip
    elif len(forms) > 1:
        advice = say(
            "请补上这些列（表头照写）；如是其他表，请加 --form 指定，或用映射文件（--mapping）。"
        )
    what = say("像《{title}》（{code}），但缺少列：{columns}。", title=found.form.title,
               code=found.form.code, columns="、".join(found.missing))  # fmt: skip
    return Unlike(what, advice, must_tell=True)


def _ambiguous(rivals: Sequence[Form]) -> Unlike:
    names = "、".join(f"{f.title}（{f.code}）" for f in rivals)
    return Unlike(say("同时符合几种表：{names}。", names=names),
                  say("请加 --form 指定是哪一种，例如 --form {code}。", code=rivals[0].code),
                  must_tell=True)  # fmt: skip


def _unknown(grid: Grid, within: int) -> Unlike:
    return Unlike(
        say("没有找到认识的表头，最像表头的一行是：{headers}。", headers=_widest(grid, within)),
        say("请使用标准表头（见 docs/IMPORT.md），或用映射文件（--mapping）说明各列含义。"),
    )


def _widest(grid: Grid, within: int) -> str:
    """The row that most looks like a header: most short texts, no digits (so no people's data)."""
    best: list[str] = []
    for row in range(min(within, len(grid.rows))):
        texts = [text_of(c) for c in grid.rows[row] if isinstance(c, str)]
        short = [t[:_HEADER_CHARS] for t in texts if t and not any(c.isdigit() for c in t)]
        if len(set(short)) > len(set(best)):
            best = short
        if len(best) > 1:
            break
    return "、".join(dict.fromkeys(best[:_HEADERS_SHOWN])) or "—"


def forms_for(code: str | None) -> Sequence[Form]:
    """Return the forms to try: the named one, or all."""
    return FORMS if code is None else tuple(f for f in FORMS if f.code == code)
