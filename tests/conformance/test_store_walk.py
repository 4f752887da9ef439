"""A short random walk with kills, readers, checkpoints and reopenings, on either engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import wipe
from tests.support.walk import Config, Walk
from tests.support.walkmodel import Model, fresh_row


@pytest.fixture
def config(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """How a child process opens one empty store."""
    if engine == "embedded":
        return {"engine": engine, "folder": str(tmp_path / "store")}
    server = request.getfixturevalue("neo4j_service")
    wipe(request.getfixturevalue("neo4j_admin"), schema=True)
    return {"engine": engine, "uri": server.uri, "user": server.user, "password": server.password}


@pytest.mark.slow
def test_a_walk_of_400_writes_finds_nothing_wrong(config: Config) -> None:
    walk = Walk(
        config, 7, kill_rate=1 / 80, reopen_rate=1 / 150, checkpoint_rate=1 / 60, compare_every=100
    )
    tally = walk.run(400)
    assert tally.wrong == []
    assert min(tally.kills, tally.reopenings, tally.checkpoints, tally.undone, tally.refused) > 0
    assert tally.reads > 20


class Forgetful(Walk):
    """Its model differs from the store in one property, one link, one node."""

    def _fill(self) -> None:
        super()._fill()
        home, other = sorted(self._model.nodes["Household"])[:2]
        self._model.put("Household", home, fresh_row(self._rng, "Household", home))
        self._model.put("Household", other, None)
        rel, pair = next((r, p) for r in ("LIVES_IN",) for p in sorted(self._model.links[r]))
        self._model.tie(rel, pair, 2)
        self._model.keep()


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_a_walk_notices_what_differs(config: Config) -> None:
    walk = Forgetful(config, 7, kill_rate=0, reopen_rate=0, checkpoint_rate=0)
    told = " ".join(walk.run(1).wrong)
    for part in ("nodes of Household", "forward of LIVES_IN", "backward of LIVES_IN",
                 "counts of Household", "degrees of LIVES_IN"):  # fmt: skip
        assert part in told


def test_the_model_takes_back_what_it_did() -> None:
    model = Model()
    model.put("Village", "v00001", {"code": "v00001"})
    model.put("Household", "h00001", {"id": "h00001"})
    model.tie("LIVES_IN", ("h00001", "v00001"), 2)
    model.keep()
    before = model.state()
    model.put("Village", "v00001", None)
    assert model.state()["forward"]["LIVES_IN"] == []
    model.put("Village", "v00001", {"code": "v00001", "name": "新"})
    model.tie("LIVES_IN", ("h00001", "v00001"), 1)
    model.take_back()
    assert model.state() == before
    assert model.touching("Village", "v00001") == [("LIVES_IN", ("h00001", "v00001"))]
