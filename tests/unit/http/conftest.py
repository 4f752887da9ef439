"""The service on both engines, and one on the embedded engine for tests that only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from api.http.app import WORKS
from api.jobs import Work
from graphcore.store.open import open_embedded
from graphcore.store.port import GraphStore
from tests.unit.http.serving import Service, serving


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that change nothing."""
    with closing(open_embedded(tmp_path_factory.mktemp("shop") / "store")) as store:
        store.migrate()
        with serving(store) as service:
            yield service


@pytest.fixture
def works() -> Mapping[str, Work]:
    """What the queue of `service` can do; a module says so where it matters."""
    return WORKS


@pytest.fixture
def service(store: GraphStore, works: Mapping[str, Work]) -> Iterator[Service]:
    """A service of the test's own, on each engine."""
    with serving(store, works) as running:
        yield running
