"""What is said to people: Chinese source strings with parameters, translated at the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Translate = Callable[[str], str]
"""From the Chinese source string to the user's language (gettext)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A Chinese message template (``str.format`` fields by name) with its parameters.

    Parameters never hold personal data: a text may be logged.
    """

    zh: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Translate = str) -> str:
        """Return the message in the language of ``translate``; a nested Text is rendered too."""
        values = {k: _render(v, translate) for k, v in self.params.items()}
        return translate(self.zh).format(**values)

    def __str__(self) -> str:
        return self.render()


def named(word: str) -> Text:
    """Make a Text of a name from data or rules: translated where the catalogue knows it."""
    return Text(word.replace("{", "{{").replace("}", "}}"))


def _render(value: object, translate: Translate) -> object:
    return value.render(translate) if isinstance(value, Text) else value


def say(zh: str, /, **params: object) -> Text:
    """Make a Text. The literal first argument is what the catalogue test extracts."""
    return Text(zh, params)
