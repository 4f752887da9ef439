"""Two tables, or one, as people have them: links.csv, and a workbook for the townships."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from api.usecases.comparison.extra import linking
from api.usecases.comparison.judging import Allowed, Judgement, judge
from api.usecases.comparison.limits import Expected, Limits, expected, read_labels, write_rule
from api.usecases.comparison.paper import workbook_of
from graphcore.domain.text import Translate, say
from graphcore.exchange.export import write_csv, write_workbook
from graphcore.exchange.people import load_people_mappings, read_people
from graphcore.linkage.decide import Thresholds
from graphcore.linkage.thresholds import draw

if TYPE_CHECKING:
    from graphcore.linkage.link import Links

MODEL_FILE = "model.json"
RULE_FILE = "linkage.yaml"


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """How two files are compared.

    ``mapping``: what the columns mean. ``learn``: train on these tables. ``model``: a frozen one.
    ``limits``: thresholds, with what they cost; None = as the method has them, with no word on it.
    ``labels``: a labelled sample to judge them by. ``draw``: so many pairs to be labelled. ``on``:
    the day from which thresholds that a sample proves are to hold; None = they are not written.
    """

    mapping: Path | None = None
    learn: bool = False
    model: Path | None = None
    seed: int = 1
    limits: Limits | None = None
    labels: Path | None = None
    draw: int = 0
    on: date | None = None
    allowed: Allowed = field(default_factory=Allowed)


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
    expected: Expected | None = None
    judgement: Judgement | None = None


def compare_files(
    left: Path, right: Path | None, out: Path, options: CompareOptions, translate: Translate
) -> Compared:
    """Compare two tables (without ``right``: one with itself) and write what was found to ``out``.

    ``links.csv``: left id, right id, weight, outcome; ``explained.csv``: how much each field gave
    to each pair; ``sample.csv``: pairs to be labelled, where
    wanted; ``thresholds.csv``: what each threshold does to a labelled sample, where there is one.
    Two tables also give a workbook by township.

    Raises:
        InputError: a file, mapping or model that does not fit.
        SettingsError: the comparison's libraries are not installed.
    """
    module = linking()
    labels = read_labels(options.labels) if options.labels else None
    mappings = load_people_mappings(options.mapping) if options.mapping else (None, None)
    a = read_people(left, mappings[0])
    b = read_people(right, mappings[1]) if right else None
    made = _linked(module, a, b, _how(module, options, a, b))
    judgement = None if labels is None else judge(
        made, labels, _thresholds(options), options.allowed, single=b is None)  # fmt: skip
    matched = int((made.pairs["outcome"] == "matched").sum())
    hope = expected(options.limits, matched) if options.limits else None
    out.mkdir(parents=True, exist_ok=True)
    files = _write_tables(made, judgement, out, options)
    unreported = 0
    if b is not None:
        sheets, unreported = workbook_of(a, b, made, translate, hope)
        files.append(out / translate(say("比对结果.xlsx").zh))
        write_workbook(files[-1], sheets)
    return Compared(
        a.height, a.height if b is None else b.height, matched,
        int((made.pairs["outcome"] == "review").sum()), made.households.height, unreported,
        tuple(files), made.model.digest, hope, judgement,
    )  # fmt: skip


def _thresholds(options: CompareOptions) -> Thresholds:
    return options.limits.thresholds if options.limits else Thresholds()


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
    return module.Options(  # type: ignore[attr-defined]
        scheme=scheme, model=model, learn=options.learn, seed=options.seed,
        thresholds=_thresholds(options),
    )  # fmt: skip


def as_records(table: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a people table as records to compare."""
    door = pl.when(pl.col("door") != "").then(pl.concat_str("door", "address", separator=" "))
    return table.select(
        "id", "household", "name", "surname", "phone", "sex", "born_on", "township", "village",
        "head", number="id_number", address=door.otherwise(pl.col("address")),
        persons=pl.col("persons").str.extract(r"^\D*(\d{1,2})\D*$").cast(pl.Int64, strict=False),
        groups="groups",
    )  # fmt: skip


def _write_tables(
    made: Links, judgement: Judgement | None, out: Path, options: CompareOptions
) -> list[Path]:
    """Write what programs read: links, why each weighs what it weighs, the model, the sample."""
    parts = [c for f in made.fields for c in (f"at_{f}", f"w_{f}")]
    tables = {
        "links.csv": made.pairs.select("left", "right", "weight", "outcome"),
        "explained.csv": made.pairs.select("left", "right", "weight", "outcome", "reason", *parts),
    }
    if options.draw:
        tables["sample.csv"] = draw(made.pairs, options.draw, options.seed)
    if judgement is not None:
        tables["thresholds.csv"] = judgement.table
    for name, table in tables.items():
        write_csv(out / name, table)
    files = [*(out / name for name in tables), _write_model(made, out)]
    if judgement is not None and options.on is not None:
        files.append(out / RULE_FILE)
        write_rule(files[-1], judgement.proposed, options.on)
    return files


def _write_model(made: Links, out: Path) -> Path:
    from graphcore.linkage.model import write_model  # noqa: PLC0415 -- part of the extra

    path = out / MODEL_FILE
    write_model(made.model, path)
    return path
