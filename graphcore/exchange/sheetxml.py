"""One pass over a sheet's XML: what the fast reader does not tell, in constant memory.

It finds the true extent (a single cell in the last corner would make a dense reader ask for
terabytes), hidden rows, formulas without a stored result, and cells that hold an error.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from graphcore.exchange.package import chunks

_CARRY_MOST = 64 << 20  # one row of 16,384 full cells stays far below
_QUOTED = rb"\s*=\s*[\"']"
_REF = re.compile(rb"\br" + _QUOTED + rb"([A-Z]{1,3})(\d{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\br" + _QUOTED + rb"(\d{1,7})[\"']")
_HIDDEN = re.compile(rb"\bhidden" + _QUOTED + rb"(?:1|true)[\"']")
_ERROR = re.compile(rb"\bt" + _QUOTED + rb"e[\"']")
_STRING = re.compile(rb"\bt" + _QUOTED + rb"str[\"']")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b")
_LETTERS = 26


class SheetUnreadable(Exception):
    """The XML is not that of a sheet. Stays inside this package."""


@dataclass(slots=True)
class SheetFacts:
    """What one pass over the XML found; rows and columns 0-based."""

    height: int = 0
    width: int = 0
    hidden: set[int] = field(default_factory=set)
    unsolved: set[tuple[int, int]] = field(default_factory=set)
    broken: set[tuple[int, int]] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        """Note a cell that may hold something."""
        self.height = max(self.height, row + 1)
        self.width = max(self.width, column + 1)


def sheet_members(package: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name → member that holds its XML.

    Raises:
        SheetUnreadable: the workbook's own index is broken.
    """
    names = {n.lower().lstrip("/"): n for n in package.namelist()}
    try:
        book = ET.fromstring(package.read(names["xl/workbook.xml"]))  # noqa: S314 -- no DOCTYPE gets here
        links = ET.fromstring(package.read(names["xl/_rels/workbook.xml.rels"]))  # noqa: S314
    except (ET.ParseError, KeyError) as error:
        raise SheetUnreadable from error
    targets = {r.get("Id"): _member(r.get("Target") or "") for r in links}
    found = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in element.items() if k.endswith("}id")), None)
            found[element.get("name") or ""] = names.get(targets.get(link, "").lower(), "")
    return found


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def scan_sheet(package: zipfile.ZipFile, member: str) -> SheetFacts:
    """Read a sheet's XML row by row.

    Raises:
        SheetUnreadable: no sheet data in it, or rows that do not end.
    """
    facts = SheetFacts()
    row = -1
    for empty_before, attributes, body in _rows(chunks(package, member)):
        number = _ROW_NUMBER.search(attributes)
        row = int(number[1]) - 1 if number else row + empty_before + 1
        if _HIDDEN.search(attributes):
            facts.hidden.add(row)
        _scan_row(facts, row, body)
    return facts


def _rows(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (rows closed in their own tag before it, attributes, content) of each other row."""
    carry, tag = b"", b""
    for piece in pieces:
        carry += piece
        if not tag and (start := _DATA.search(carry)):
            tag, carry = start[1] + b"row", carry[start.start() :]
        *whole, carry = carry.split(b"</" + tag + b">") if tag else (carry,)
        for part in whole:
            opened = part.rfind(b"<" + tag)
            closed = part.find(b">", opened)
            yield part.count(b"<" + tag, 0, opened), part[opened:closed], part[closed + 1 :]
        if len(carry) > _CARRY_MOST:
            raise SheetUnreadable
    rest = re.search(rb"<" + tag + rb"(?:\s[^>]*[^/>])?>", carry) if tag else None
    if not tag or rest:
        raise SheetUnreadable


def _scan_row(facts: SheetFacts, row: int, body: bytes) -> None:
    end = body.rfind(b"c>")  # the last cell that is not closed in its own tag: it may hold a value
    if end < 0:
        return
    facts.reach(row, _last_column(body, end))
    if _needs_look(body, b'%d"' % (row + 1)):
        _scan_cells(facts, row, body)


def _needs_look(body: bytes, here: bytes) -> bool:
    """Whether a row may hold a formula, an error, or a cell that says it is in another row."""
    if b"<f" in body or b":f" in body or b'"e"' in body or b"'e'" in body:
        return True
    return body.count(b"c r=") > body.count(here)


def _last_column(body: bytes, end: int) -> int:
    starts = max(body.rfind(b"<c ", 0, end), body.rfind(b":c ", 0, end))
    found = _REF.search(body, starts, body.find(b">", starts)) if starts >= 0 else None
    return column_index(found[1]) if found else len(re.findall(rb"<(?:\w+:)?c[\s>/]", body)) - 1


def column_index(letters: bytes) -> int:
    """``A`` → 0, ``AA`` → 26."""
    index = 0
    for letter in letters:
        index = index * _LETTERS + letter - 64
    return index - 1


_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]+<|<(?:\w+:)?is\b")


def _scan_cells(facts: SheetFacts, row: int, body: bytes) -> None:
    column = -1
    for cell in _CELL.finditer(body):
        found = _REF.search(cell[1])
        column = column_index(found[1]) if found else column + 1
        content = cell[2] or b""
        if content:
            facts.reach(int(found[2]) - 1 if found else row, column)
        if _ERROR.search(cell[1]):
            facts.broken.add((row, column))
        elif _is_unsolved(cell[1], content):
            facts.unsolved.add((row, column))


def _is_unsolved(attributes: bytes, content: bytes) -> bool:
    """A formula without a stored result; a stored empty text is one."""
    stored = _STRING.search(attributes) or _VALUE.search(content)
    return _FORMULA.search(content) is not None and not stored
