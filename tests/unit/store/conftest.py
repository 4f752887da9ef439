from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphcore.store.embedded.engine import EmbeddedStore, Limits
from graphcore.store.embedded.files import Files

QUICK = Limits(write_wait_s=0.2, gate_wait_s=0.2, bar_s=0.05, close_wait_s=0.2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(Files(folder), QUICK)
    opened.migrate()
    yield opened
    opened.close()
