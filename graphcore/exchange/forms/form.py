"""What a form is: its fields, their headers, and how a cell is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """How a cell is read, and what its column holds in the typed frame."""

    TEXT = "text"  # String, "" where empty
    COUNT = "count"  # Int64 >= 0, null where empty; "3人" is 3
    NUMBER = "number"  # Float64, null where empty
    MONEY = "money"  # Int64 in fen, read in yuan; null where empty
    DATE = "date"  # ISO date string, "" where empty
    TIME = "time"  # Int64 UTC microseconds (China time in the cell), null where empty
    CHOICE = "choice"  # one of `choices` by any of its words, "" where empty
    CHOICES = "choices"  # list of choices, separated by 、,，;； or a slash
    FLAG = "flag"  # Boolean, null where empty
    PLACE = "place"  # code or name of a township or village, kept as written
    ID_NUMBER = "id_number"  # 18-digit text, or "" with a warning; personal


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a form."""

    name: str
    headers: tuple[str, ...]
    type: Type = Type.TEXT
    required: bool = False
    personal: bool = False
    choices: Mapping[str, tuple[str, ...]] | None = None
    most: int | None = None  # an absurd number is refused above this


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its code, Chinese title, fields, and the fields that make a row's own id."""

    code: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    place: str = ""  # the field that tells where, for counting refused rows
    persons: str = ""  # the field that tells how many, likewise

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(f for f in self.fields if f.name == name)


def count(name: str, *headers: str, most: int = 1_000_000, required: bool = False) -> Field:
    """Return a field that counts, up to ``most``."""
    return Field(name, headers, Type.COUNT, required=required, most=most)
