"""How rosters are said: names of codes, why a slot is open."""

from __future__ import annotations

from typing import Any

from api.cli.explain import said
from api.cli.speech import LANG, _
from api.text.words import WORDS, word
from api.usecases.roster.export import RosterWords
from optimizer.volunteers.explain import explain_open


def coded(kind: str, code: str) -> str:
    """Return what a code is called; working equipment is a skill by the equipment's name."""
    if kind == "skill" and code.startswith("operate_"):
        return _("操作{thing}").format(thing=word("equipment", code.removeprefix("operate_"), LANG))
    return word(kind, code, LANG)


def _term(code: str) -> str:
    """Return the name of a skill, certificate or place."""
    for kind in ("certificate", "skill"):
        if code in WORDS[kind] or code.startswith("operate_"):
            return coded("skill" if code.startswith("operate_") else kind, code)
    return code


def why(row: dict[str, Any]) -> str:
    """Return why a row of openings stays open, in a sentence."""
    return said(explain_open({**row, "count": row["missing"], "starts": row["underway"]}, _term))


def roster_words() -> RosterWords:
    """Return the words of the command line's language."""
    return RosterWords(_, coded, why)
