"""An explanation: sections of sentences and tables, the same for screen and program."""

from __future__ import annotations

from dataclasses import dataclass

from graphcore.domain.text import Text

Cell = Text | str | int | None


@dataclass(frozen=True)
class Section:
    """A heading with sentences, or with a table."""

    heading: Text
    sentences: tuple[Text, ...] = ()
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True)
class Story:
    """What is explained, and how."""

    title: Text
    sections: tuple[Section, ...]
