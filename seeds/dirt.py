"""The same district as people really fill it in: with the errors they make, and the truth beside it.

Level 1 is a careful office, level 2 a busy one, level 3 one that fills in forms at night. Nothing
about the district changes: the truth names, for each row of each file, the household and person
that it denotes and every error that was put there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import say
from graphcore.exchange.forms.catalogue import BY_CODE
from seeds.cells import cell
from seeds.dirtyfiles import write_csv, write_workbook
from seeds.dirtysheet import DirtySheet, lay_out
from seeds.dirtysheet import Row as DirtyRow
from seeds.generate.district import District, Truth
from seeds.layout import BOOKS, Book, parts
from seeds.slips import SLIPS

LEVELS = (1, 2, 3)
_MORE = {1: 1.0, 2: 2.5, 3: 5.0}  # how much oftener than at level 1
_CODELESS = {1: 0.1, 2: 0.5, 3: 1.0}  # rows of other offices that lack the household's number
_OTHER_OFFICES = ("groups", "ledger", "houses")
_CSV_FROM, _CSV_FORMS = 2, ("groups",)  # an office that exports GB18030 text instead of Excel

TRUTH_SCHEMA = {
    "file": pl.String(), "sheet": pl.String(), "row": pl.Int64(), "form": pl.String(),
    "household": pl.String(), "person": pl.Int64(), "errors": pl.List(pl.String()),
}  # fmt: skip
"""``household``: code of the true household ("" if none has one); ``person``: number of the true
person, null where the row is of a household or of nobody; ``errors``: ``field:slip``."""


@dataclass(frozen=True)
class DirtyDistrict:
    """Dirty sheets by file, and the truth of their rows (see TRUTH_SCHEMA)."""

    level: int
    books: dict[str, tuple[DirtySheet, ...]]
    rows: pl.DataFrame
    truth: Truth


def dirty(district: District, seed: int, level: int) -> DirtyDistrict:
    """Return the district with errors; the same arguments give the same errors.

    Raises:
        ProblemInvalid: a level other than 1, 2 or 3.
    """
    if level not in LEVELS:
        raise ProblemInvalid(
            say("脏数据级别 {level} 不是 1、2 或 3。", level=level),
            say("请改用 1、2 或 3。"),
            field="dirty",
        )
    books = {_file(book, level): tuple(_sheets(district, book, seed, level)) for book in BOOKS}
    rows = [
        (file, sheet.name, line.number, sheet.form.code, line.household, line.person, line.errors)
        for file, sheets in books.items() for sheet in sheets for line in sheet.lines
    ]  # fmt: skip
    told = pl.DataFrame(rows, schema=TRUTH_SCHEMA, orient="row")
    return DirtyDistrict(level, books, told, district.truth)


def write_dirty(dirt: DirtyDistrict, folder: Path) -> list[Path]:
    """Write the dirty files, and the truth into ``truth/`` beside them; return the files' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, sheets in dirt.books.items():
        path = folder / file
        write = write_csv if path.suffix == ".csv" else write_workbook
        write(sheets, path)
        paths.append(path)
    beside = folder / "truth"
    beside.mkdir(exist_ok=True)
    flat = dirt.rows.with_columns(pl.col("errors").list.join("；"))
    flat.write_csv(beside / "truth.csv")
    dirt.rows.write_parquet(beside / "truth.parquet")
    dirt.truth.households.write_parquet(beside / "households.parquet")
    dirt.truth.persons.write_parquet(beside / "persons.parquet")
    return paths


def _file(book: Book, level: int) -> str:
    plain = level >= _CSV_FROM and book.sheets[0].form in _CSV_FORMS
    return str(Path(book.file).with_suffix(".csv")) if plain else book.file


def _sheets(district: District, book: Book, seed: int, level: int) -> Iterator[DirtySheet]:
    for sheet in book.sheets:
        table = _keyed(district, sheet.form)
        for name, part in parts(sheet, table):
            rng = Random(f"{seed}/{level}/{book.file}/{name}")
            rows = _rows(part, sheet.form)
            for row in rows:
                _drop_code(rng, row, sheet.form, level)
            _slip(rng, rows, sheet.form, level)
            title = f"{district.name}{BY_CODE[sheet.form].title}"
            yield lay_out(rng, rows, BY_CODE[sheet.form], name, title, level)


def _keyed(district: District, form: str) -> pl.DataFrame:
    """Return the form's frame with the true household (code) and person (number) of each row."""
    table = district[form]
    nobody = pl.lit(None, dtype=pl.Int64)
    if "household" not in table.columns:
        return table.with_columns(pl.lit("").alias("_household"), nobody.alias("_person"))
    keyed = table.with_columns(pl.col("household").alias("_household"))
    if "name" not in table.columns:
        return keyed.with_columns(nobody.alias("_person"))
    known = district.truth.persons.select("id_number", _person="person")
    return keyed.join(known, on="id_number", how="left", maintain_order="left")


def _rows(table: pl.DataFrame, form: str) -> list[DirtyRow]:
    fields = BY_CODE[form].fields
    columns = [[cell(f, v) for v in table[f.name].to_list()] for f in fields]
    names = [f.name for f in fields]
    return [
        DirtyRow(dict(zip(names, values, strict=True)), household, person)
        for household, person, *values in zip(
            table["_household"].to_list(), table["_person"].to_list(), *columns, strict=True
        )
    ]


def _drop_code(rng: Random, row: DirtyRow, form: str, level: int) -> None:
    """Other offices do not know the household numbers of the roster."""
    if form in _OTHER_OFFICES and row.cells["household"] and rng.random() < _CODELESS[level]:
        row.set("household", None, "code.missing")


def _slip(rng: Random, rows: list[DirtyRow], form: str, level: int) -> None:
    for field in BY_CODE[form].fields:
        for slip in SLIPS:
            if level < slip.level or not slip.fits(field):
                continue
            for row in _some(rng, rows, slip.rate * _MORE[level]):
                before = row.cells[field.name]
                after = slip.make(rng, before)
                if after != before or type(after) is not type(before):
                    row.set(field.name, after, slip.code)


def _some(rng: Random, rows: list[DirtyRow], share: float) -> list[DirtyRow]:
    """About a share of the rows: of few rows mostly none."""
    count = int(len(rows) * min(share, 1.0) + rng.random())
    return rng.sample(rows, min(count, len(rows)))
