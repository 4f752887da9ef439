"""From a plan to a signed receipt on the command line, each command as a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_command_line import Desk
from tests.support.walked import FLOOD_DAY, files

pytestmark = pytest.mark.slow

QUICK = ("--iterations", "10", "--rounds", "2")


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A district whose plan was routed and signed."""
    made = Desk(tmp_path_factory.mktemp("yard") / "home")
    made.run("import", *map(str, files()))
    made.run("plan", "--first-on", FLOOD_DAY)
    found = made.run("route", *QUICK, "--json").json
    assert found["trips"] > 0
    assert found["left"] == 0 or found["rounds"] == 1
    made.run("approve", "--officer", "王某某")
    return made


def test_from_trips_to_receipts(yard: Desk, tmp_path: Path) -> None:
    assert "车次" in yard.run("show", "trips").out
    trips = yard.run("show", "trips", "--json").json["trips"]
    trip = next(t for t in trips if t["day"] == 0 and t["cargo"])
    assert "停靠" in yard.run("explain", trip["id"]).out
    sent = yard.run("dispatch", trip["id"], "--json").json
    assert (sent["dispatched"], sent["units"] > 0) == ([trip["id"]], True)
    assert "晚点 30 分钟" in yard.run("dispatch", trip["id"], "--late", "30").out
    out = tmp_path / "车次.xlsx"
    yard.run("export", "--format", "trips", "--out", str(out))
    assert out.exists()
    assert "--by" in yard.run("receive", trip["id"], ok=False).err
    done = yard.run("receive", trip["id"], "--by", "张某某", "--json").json
    assert done["received"] + done["at_point"] == sent["units"]
    assert "没有新的签收" in yard.run("receive", trip["id"], "--by", "张某某").out
    assert "核验通过" in yard.run("verify").out


def test_what_is_unclear_is_said_in_words(yard: Desk) -> None:
    assert "车次编号" in yard.run("dispatch", ok=False).err
    assert "没有编号为" in yard.run("dispatch", "T-NONE", ok=False).err
    assert "第 9 天没有车次" in yard.run("dispatch", "--day", "9", ok=False).err
