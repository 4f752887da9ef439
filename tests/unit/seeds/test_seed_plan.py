"""The committed district through import and planning: scarce in every way, deadly in none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from api.bootstrap import open_context
from api.cli.session import operator, with_district
from api.settings import Settings
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.make_plan import PlanOptions, make_plan
from graphcore.domain.clock import micros
from graphcore.domain.ids import IdMint
from seeds.generate.moments import PLANNED
from seeds.layout import BOOKS

pytestmark = pytest.mark.slow
REASONS = {"stock", "road", "vehicle", "intent", "hold", "expired", "requested", "priority"}


@contextmanager
def planned(committed: Path, home: Path) -> Iterator[Context]:
    """The product with the committed files imported and one plan made."""
    ticks = count(micros(PLANNED), 1_000_000)
    settings = Settings(home=home, engine="embedded", master_key_file=home / "master.key")
    with open_context(settings, clock=lambda: next(ticks), mint=IdMint.seeded(1)) as product:
        import_files(product, operator(product), [committed / b.file for b in BOOKS])
        ready = with_district(product)
        make_plan(ready, operator(ready), PlanOptions(seed=1))
        yield ready


@pytest.fixture(scope="module")
def outcome(
    committed: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Needs and shortfalls of the plan."""
    with planned(committed, tmp_path_factory.mktemp("plan")) as ctx:
        return ctx.store.read(lambda unit: (unit.nodes("Need"), unit.nodes("Shortfall")))


def test_shortfalls_have_every_reason(outcome: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert set(outcome[1]["reason"]) == REASONS


@pytest.mark.parametrize("item", ["water", "instant_food", "quilt", "medicine_kit"])
def test_survival_needs_are_mostly_covered(
    outcome: tuple[pl.DataFrame, pl.DataFrame], item: str
) -> None:
    needs, short = (table.filter(pl.col("item") == item) for table in outcome)
    owed = int((needs["per_day"] * needs["days"]).sum())
    assert 0 < short["quantity"].sum() < 0.12 * owed


@pytest.mark.parametrize(
    ("item", "reason"),
    [("tent", "requested"), ("folding_bed", "vehicle"), ("special_diet_food", "intent"),
     ("medicine_kit", "expired"), ("water", "road"), ("folding_bed", "hold")],
)  # fmt: skip
def test_items_are_short_for_the_reason_that_was_meant(
    outcome: tuple[pl.DataFrame, pl.DataFrame], item: str, reason: str
) -> None:
    short = outcome[1].filter((pl.col("item") == item) & (pl.col("reason") == reason))
    assert short["quantity"].sum() > 0
