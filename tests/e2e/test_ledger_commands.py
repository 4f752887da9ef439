"""The ledger on the command line: reports, forms back in, answers, the lost, the desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli.main import cli
from tests.support.walked import files

NEEDED = ("01", "02", "04", "05", "06", "07", "08", "09", "10", "11", "20", "21")


class Screen:
    """Commands on one data directory, in this process."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def run(self, *args: str) -> str:
        done = CliRunner().invoke(cli, ["--home", str(self._home), *args], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *args: str) -> Any:
        return json.loads(self.run(*args, "--json").splitlines()[-1])


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    made = Screen(tmp_path_factory.mktemp("ledger-home") / "home")
    made.run("import", *(str(p) for p in files() if p.name.startswith(NEEDED)))
    return made


def test_reports_clocks_and_totals_are_told(screen: Screen) -> None:
    told = screen.json("ledger", "reports")
    assert told["totals"]["affected_persons"] > 0
    town = told["versions"][0]["township"]
    assert "每版比上一版改了什么" in screen.run("ledger", "reports", "--township", town)
    assert "三级" in screen.run("ledger", "late", "--at", "2026-07-02T00:00")
    states = {
        c["state"] for c in screen.json("ledger", "late", "--at", "2026-07-05T00:00")["clocks"]
    }
    assert states == {"late"}
    assert "逐项相符" in screen.run("ledger", "reconcile")
    assert screen.json("ledger", "reconcile", "--all")["rows"]


def test_the_summary_that_went_up_is_listed(screen: Screen) -> None:
    screen.run("ledger", "send", "--document", "报灾1号", "--officer", "王某某")
    (sent,) = screen.json("ledger", "sent")["sent"]
    assert (sent["document"], sent["actor"]) == ("报灾1号", "officer:王某某")
    assert "报灾1号" in screen.run("ledger", "sent")


def test_the_form_comes_filled_and_goes_back(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "next.xlsx"
    made = screen.json("template", "reports", "--last", "--out", str(path))
    assert (made["form"], path.exists()) == ("reports", True)
    before = len(screen.json("ledger", "reports")["versions"])
    screen.run("import", str(path))
    assert len(screen.json("ledger", "reports", "--at", "2030-01-01")["versions"]) > before
    screen.run("ledger", "form", "--out", str(tmp_path / "form.xlsx"))
    assert screen.json("ledger", "book", "--out", str(tmp_path / "book.xlsx"))["rows"]["ledger"] > 0


def test_civil_affairs_answers_and_the_response_moves_on(screen: Screen) -> None:
    screen.run("ledger", "receive")
    assert "民政部门的答复" in screen.run("ledger", "answer")
    assert screen.json("ledger", "answer", "--show")["answers"]
    assert screen.json("ledger", "notices")["notices"][0]["answered_at"] > 0
    told = screen.run("ledger", "response", "change", "--level", "2", "--authority", "县减灾委")
    assert "二级" in told


def test_the_field_the_lost_and_the_desk(screen: Screen) -> None:
    assert "尚未到达" in screen.run("ledger", "villages")
    open_ = screen.json("ledger", "villages")["rows"]
    screen.run("ledger", "villages", "--village", open_[0]["village"])
    assert "第1工作组" in screen.run("ledger", "groups")
    assert "姓名" not in screen.run("people", "lost")
    assert "姓名" in screen.run("people", "lost", "--names", "--purpose", "告知亲属")
    screen.run("people", "open")
    taken = screen.json(
        "desk", "take", "apply", "--place", open_[0]["township"], "--text", "房屋进水"
    )
    assert taken["number"] in screen.run("desk", "list")
    screen.run(
        "desk", "answer", taken["number"], "granted", "--text", "已立案", "--officer", "王某某"
    )
    assert screen.json("desk", "list", "--state", "granted")["applications"]
    told = screen.run("desk", "show", taken["number"], "--purpose", "casework")
    assert "房屋进水" in told
    assert "已立案" in told
