"""A small district, imported once; each test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.usecases.context import Context
from api.usecases.make_plan import PlanOptions, make_plan, propose
from graphcore.domain.plan import PlanDraft
from graphcore.store.open import open_embedded
from tests.support.trips import approved
from tests.support.walked import FLOOD_DAY, blank, dispatcher, imported


@pytest.fixture(scope="session")
def imported_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district's store, closed."""
    folder = tmp_path_factory.mktemp("district") / "store"
    with closing(open_embedded(folder)) as store:
        store.migrate()
        imported(store)
    return folder


@pytest.fixture(scope="session")
def planned_folder(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district's store with one plan in force, closed."""
    folder = tmp_path_factory.mktemp("planned") / "store"
    shutil.copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        make_plan(served(blank(store)), dispatcher(), OPTIONS)
    return folder


def served(ctx: Context) -> Context:
    """The context of the one district in the store."""
    codes = ctx.store.read(lambda unit: unit.nodes("District"))["code"].to_list()
    return replace(ctx, district=codes[0])


@pytest.fixture
def ctx(imported_folder: Path, tmp_path: Path) -> Iterator[Context]:
    """The district, nothing planned yet."""
    shutil.copytree(imported_folder, tmp_path / "store")
    with closing(open_embedded(tmp_path / "store")) as store:
        yield served(blank(store, seed=99))


@pytest.fixture(scope="session")
def signed_folder(planned_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district's store with a plan on trips that an officer has signed, closed."""
    folder = tmp_path_factory.mktemp("signed") / "store"
    shutil.copytree(planned_folder, folder)
    with closing(open_embedded(folder)) as store:
        approved(served(blank(store, seed=3)))
    return folder


@pytest.fixture
def signed(signed_folder: Path, tmp_path: Path) -> Iterator[Context]:
    """The district with a signed plan on trips, none of which has left."""
    shutil.copytree(signed_folder, tmp_path / "store")
    with closing(open_embedded(tmp_path / "store")) as store:
        yield served(blank(store, seed=99))


@pytest.fixture
def planned(planned_folder: Path, tmp_path: Path) -> Iterator[Context]:
    """The district with one plan in force."""
    shutil.copytree(planned_folder, tmp_path / "store")
    with closing(open_embedded(tmp_path / "store")) as store:
        yield served(blank(store, seed=99))


OPTIONS = PlanOptions(first_on=FLOOD_DAY)


def drafted(ctx: Context, **options: object) -> PlanDraft:
    """A judged plan that is not committed."""
    return propose(ctx, dispatcher(), replace(OPTIONS, **options), lambda _s, _x: None)  # type: ignore[arg-type]
