"""The committed district, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from seeds.generate.district import District, generate

SEED = 20260701


@pytest.fixture(scope="session")
def district() -> District:
    return generate(2000, 12, SEED)


@pytest.fixture(scope="session")
def committed() -> Path:
    return Path(str(seeds.__file__)).parent / "district"
