"""A sheet as somebody laid it out: moved columns, other headers, doubles, sums between the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from graphcore.exchange.forms.catalogue import Field, Form
from seeds.cells import Cell

_DOUBLED = {1: 0.004, 2: 0.012, 3: 0.03}  # rows that stand twice
_OTHER_HEADER = {1: 0.1, 2: 0.35, 3: 0.6}  # columns under another of their usual headers
_HIDDEN = {1: 0.0, 2: 0.004, 3: 0.01}  # rows that are hidden, and count all the same
_SUM_EVERY = 40  # rows between two sums, at level 3
_MOVE_FROM, _BLANK_FROM, _SUM_FROM = 2, 2, 3  # levels
_FIRST_ROW = 3  # of the data: title, headers, rows


@dataclass
class Row:
    """One row: cells by field, whom it truly denotes, and what was done to it."""

    cells: dict[str, Cell]
    household: str = ""
    person: int | None = None
    errors: list[str] = field(default_factory=list)

    def set(self, name: str, value: Cell, slip: str) -> None:
        """Put a wrong value into a cell and say so; an earlier slip in the cell is replaced."""
        self.cells[name] = value
        kept = [e for e in self.errors if not e.startswith(f"{name}:")]
        self.errors = [*kept, f"{name}:{slip}"]

    def again(self) -> Row:
        """The same row a second time."""
        return Row(dict(self.cells), self.household, self.person, [*self.errors, "row:double"])


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the spreadsheet with its number (1-based)."""

    number: int
    cells: tuple[Cell, ...]
    household: str
    person: int | None
    errors: list[str]
    hidden: bool = False


@dataclass(frozen=True)
class DirtySheet:
    """A sheet ready to be written."""

    name: str
    title: str
    form: Form
    fields: tuple[Field, ...]  # in the order of the columns
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def lay_out(
    rng: Random, rows: list[Row], form: Form, name: str, title: str, level: int
) -> DirtySheet:
    """Return the rows laid out as an office of that level does."""
    fields = list(form.fields)
    if level >= _MOVE_FROM:
        rng.shuffle(fields)
    headers = tuple(_header(rng, f, form, level) for f in fields)
    doubled = _with_doubles(rng, rows, level)
    lines = []
    for number, row in enumerate(_with_furniture(rng, doubled, form, level), start=_FIRST_ROW):
        hidden = bool(row.cells) and rng.random() < _HIDDEN[level]
        errors = [*row.errors, "row:hidden"] if hidden else row.errors
        values = tuple(row.cells.get(f.name) for f in fields)
        lines.append(Line(number, values, row.household, row.person, errors, hidden))
    return DirtySheet(name, title, form, tuple(fields), headers, tuple(lines))


def _header(rng: Random, column: Field, form: Form, level: int) -> str:
    """The official header, or another of the field's that no other field of the form uses."""
    others = {h for f in form.fields if f is not column for h in f.headers}
    usual = [h for h in column.headers[1:] if h not in others and not h.isascii()]
    chosen = column.headers[0]
    if usual and rng.random() < _OTHER_HEADER[level]:
        chosen = rng.choice(usual)
    return f"{chosen}*" if column.required and level > 1 and rng.random() < 0.3 else chosen  # noqa: PLR2004


def _with_doubles(rng: Random, rows: list[Row], level: int) -> list[Row]:
    count = int(len(rows) * _DOUBLED[level] + rng.random())
    out = list(rows)
    for row in rng.sample(rows, min(count, len(rows))):
        out.insert(rng.randrange(len(out) + 1), row.again())
    return out


def _with_furniture(rng: Random, rows: list[Row], form: Form, level: int) -> list[Row]:
    """Blank rows and sums between the rows: of nobody."""
    out: list[Row] = []
    for n, row in enumerate(rows, start=1):
        out.append(row)
        if level >= _SUM_FROM and n % _SUM_EVERY == 0:
            out.append(Row({form.fields[0].name: "小计"}, errors=["row:sum"]))
        elif level >= _BLANK_FROM and rng.random() < 0.003:  # noqa: PLR2004
            out.append(Row({}, errors=["row:blank"]))
    if out:
        out.append(Row({form.fields[0].name: "合计"}, errors=["row:sum"]))
    return out
