"""Two tables, or one, as people have them: links.csv, and a workbook for the townships."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from api.usecases.comparison.extra import linking
from api.usecases.comparison.paper import workbook_of
from graphcore.domain.text import Translate, say
from graphcore.exchange.export import write_csv, write_workbook
from graphcore.exchange.people import load_people_mappings, read_people

if TYPE_CHECKING:
    from graphcore.linkage.link import Links

MODEL_FILE = "model.json"


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """``mapping``: what the columns mean. ``learn``: train on these tables. ``model``: a frozen one."""

    mapping: Path | None = None
    learn: bool = False
    model: Path | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found, in rows; ``files``: what was written."""

    left: int
    right: int
    matched: int
    review: int
    households: int
    unreported: int
    files: tuple[Path, ...]
    model: str


def compare_files(
    left: Path, right: Path | None, out: Path, options: CompareOptions, translate: Translate
) -> Compared:
    """Compare two tables (without ``right``: one with itself) and write what was found to ``out``.

    ``links.csv``: left id, right id, weight, outcome. Two tables also give a workbook by township.

    Raises:
        InputError: a file, mapping or model that does not fit.
        SettingsError: the comparison's libraries are not installed.
    """
    module = linking()
    mappings = load_people_mappings(options.mapping) if options.mapping else (None, None)
    a = read_people(left, mappings[0])
    b = read_people(right, mappings[1]) if right else None
    how = _how(module, options, a, b)
    made = _linked(module, a, b, how)
    out.mkdir(parents=True, exist_ok=True)
    files = [_write_links(made, out), _write_model(made, out)]
    unreported = 0
    if b is not None:
        sheets, unreported = workbook_of(a, b, made, translate)
        path = out / translate(say("比对结果.xlsx").zh)
        write_workbook(path, sheets)
        files.append(path)
    outcome = made.pairs["outcome"]
    return Compared(
        a.height, a.height if b is None else b.height, int((outcome == "matched").sum()),
        int((outcome == "review").sum()), made.households.height, unreported, tuple(files),
        made.model.digest,
    )  # fmt: skip


def _linked(module: Any, a: pl.DataFrame, b: pl.DataFrame | None, how: Any) -> Links:
    """Link by the frozen model where there is one: then only the new rows' blocks are looked at."""
    made: Links
    if b is None:
        made = module.duplicates(as_records(a), how)
    elif how.model is None:
        made = module.link(as_records(a), as_records(b), how)
    else:
        with module.standing(as_records(b), how) as register:
            made = register.link(as_records(a))
    return made


def _how(
    module: object, options: CompareOptions, a: pl.DataFrame, b: pl.DataFrame | None
) -> object:
    from graphcore.linkage.model import read_model  # noqa: PLC0415 -- part of the extra

    scheme = module.scheme_of(as_records(a), as_records(a if b is None else b))  # type: ignore[attr-defined]
    model = read_model(options.model, scheme) if options.model else None
    return module.Options(scheme=scheme, model=model, learn=options.learn, seed=options.seed)  # type: ignore[attr-defined]


def as_records(table: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a people table as records to compare."""
    door = pl.when(pl.col("door") != "").then(pl.concat_str("door", "address", separator=" "))
    return table.select(
        "id", "household", "name", "surname", "phone", "sex", "born_on", "township", "village",
        "head", number="id_number", address=door.otherwise(pl.col("address")),
        persons=pl.col("persons").str.extract(r"^\D*(\d{1,2})\D*$").cast(pl.Int64, strict=False),
        groups="groups",
    )  # fmt: skip


def _write_links(made: Links, out: Path) -> Path:
    path = out / "links.csv"
    write_csv(path, made.pairs.select("left", "right", "weight", "outcome"))
    return path


def _write_model(made: Links, out: Path) -> Path:
    from graphcore.linkage.model import write_model  # noqa: PLC0415 -- part of the extra

    path = out / MODEL_FILE
    write_model(made.model, path)
    return path
