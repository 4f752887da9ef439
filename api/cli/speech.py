"""The command line's language, known before help texts are made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from api.text import Lang, pick_language, translator


def _asked(argv: list[str]) -> str | None:
    for here, word in enumerate(argv):
        if word == "--lang" and here + 1 < len(argv):
            return argv[here + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


def _speak_click(lang: Lang) -> None:
    """Let click's own words (Usage, Options, errors) come from our catalogue."""
    import gettext

    gettext.bindtextdomain("messages", str(Path(__file__).parent.parent / "text" / "locale"))
    os.environ["LANGUAGE"] = lang


LANG: Lang = pick_language(_asked(sys.argv), os.environ)
called = translator(LANG)
"""Names from data and rules: translated where the catalogue knows them."""
_ = called
_speak_click(LANG)
