"""Worked examples of policy: read from files, computed again, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphcore.casework.benefits import likely
from graphcore.domain.errors import PolicyError
from graphcore.domain.household import HardshipGroup, HouseDamage, PointKind, RosterState
from graphcore.domain.tables import FACTS, SUBJECTS, empty, frame
from graphcore.domain.text import say
from graphcore.policy import files
from graphcore.policy.rulebook import Rulebook

SHIPPED = Path(files.__file__).parent / "examples"
FEN = 100


class Told(BaseModel):
    """A household as an example tells it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    persons: int = Field(default=3, ge=1)
    roofless: int | None = None  # by the damage, if not said
    state: RosterState = RosterState.SAFE
    damage: HouseDamage = HouseDamage.NONE
    relocated: bool = False
    cut_off: bool = False
    groups: tuple[HardshipGroup, ...] = ()


class Example(BaseModel):
    """This household on this day is likely owed this, in yuan by benefit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    occurred_on: date
    day: date
    household: Told
    owed: dict[str, int]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example and what the rules in force give, in yuan by benefit."""

    example: Example
    found: dict[str, float]

    @property
    def holds(self) -> bool:
        """Whether the rules give what the example says."""
        return self.found == {k: float(v) for k, v in self.example.owed.items()}


def read(folders: Sequence[Path]) -> list[Example]:
    """Return the examples of the shipped folder and of each rules folder that has any.

    Raises:
        PolicyError: a file is no YAML of examples; names the file.
    """
    places = [SHIPPED, *(f / "examples" for f in folders)]
    paths = [path for place in places for path in sorted(place.glob("*.yaml"))]
    return [example for path in paths for example in _read(path)]


def _read(path: Path) -> tuple[Example, ...]:
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).examples
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(
            say("政策示例文件 {file} 无法读取：{why}", file=path.name, why=str(error)[:200]),
            say("请对照 docs/POLICY.md 改正。"), field=path.name,
        ) from error  # fmt: skip


def run(examples: Sequence[Example], rulebook: Rulebook) -> list[Outcome]:
    """Compute every example by the rulebook."""
    return [Outcome(e, _owed(e, rulebook)) for e in examples]


def _owed(example: Example, rulebook: Rulebook) -> dict[str, float]:
    table = frame(SUBJECTS, [_subject(example.household)])
    found = likely(table, empty(FACTS), rulebook, example.occurred_on, example.day)
    rows = found.select("benefit", pl.col("amount_fen") / FEN).iter_rows()
    return dict(rows)


def _subject(told: Told) -> dict[str, Any]:
    bare = told.damage in (HouseDamage.COLLAPSED, HouseDamage.SEVERE)
    roofless = told.roofless if told.roofless is not None else told.persons * bare
    return {
        "subject": "H-1", "anonymous": False, "village": "", "township": "", "point": "",
        "point_kind": PointKind.VILLAGE.value, "state": told.state.value, "persons": told.persons,
        "households": 1, "infants": 0, "children": 0, "elders": 0, "roofless": roofless,
        "damage": told.damage.value, "relocated": told.relocated, "cut_off": told.cut_off,
        "intensity": 0, "groups": [g.value for g in told.groups],
    }  # fmt: skip
