"""One small world for all that only looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.usecases.context import Context
from graphcore.store.open import open_embedded
from tests.support.small_world import context, fill


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    folder: Path = tmp_path_factory.mktemp("privacy")
    with closing(open_embedded(folder / "graph")) as store:
        store.migrate()
        ctx = context(store)
        fill(ctx)
        with closing(ctx.looks):
            yield ctx
