"""What people read: Chinese first, English second.

Chinese is the source language of every message, so speaking Chinese costs nothing; the English
catalogue (`en.po`) is read at the first English message and never before.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeAlias

from graphcore.domain.text import Translate

Lang: TypeAlias = Literal["zh", "en"]
CATALOGUE: Final = Path(__file__).with_name("en.po")


def pick_language(explicit: str | None, environ: Mapping[str, str]) -> Lang:
    """Return the user's language: Chinese, unless English is asked for.

    English is asked for by ``--lang en`` (``explicit``), by ``DOUDI_LANG``, or by the locale
    (``LC_ALL``, ``LC_MESSAGES``, ``LANG``, the first that is set) starting with ``en``.
    """
    wish = explicit or environ.get("DOUDI_LANG")
    if not wish:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        wish = next((environ[name] for name in names if environ.get(name)), "")
    return "en" if wish.lower().startswith("en") else "zh"


def translator(lang: Lang) -> Translate:
    """Return the function from a Chinese source string to the language's text.

    A string that the catalogue lacks stays Chinese: better read than lost.
    """
    return _same if lang == "zh" else _english


def _same(message: str) -> str:
    return message


def _english(message: str) -> str:
    return _catalogue().gettext(message) if message else ""


@cache
def _catalogue() -> gettext.GNUTranslations:
    """Compile `en.po` once; babel is loaded only here, so Chinese never waits for it."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- English only
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en", charset="utf-8"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
