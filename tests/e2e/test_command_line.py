"""The command line from files to a signed, exported plan, each command as a process of its own."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from graphcore.store.open import open_embedded
from tests.support import books
from tests.support.walked import FLOOD_DAY, files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MAIN = "from api.cli.main import main; main()"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """A data directory and the commands run on it."""

    home: Path

    def run(self, *words: str, lang: str = "zh", ok: bool = True) -> Done:
        """Run a command; it must succeed unless told otherwise."""
        env = {**os.environ, "DOUDI_LANG": lang, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "--home", str(self.home), *words],
            capture_output=True, text=True, env=env, cwd=self.home.parent, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, done.stderr + done.stdout
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A district that was imported and planned."""
    made = Desk(tmp_path_factory.mktemp("desk") / "home")
    made.run("import", *map(str, files()))
    made.run("plan", "--first-on", FLOOD_DAY)
    return made


def test_help_names_every_command_with_an_example() -> None:
    from api.cli.main import COMMANDS

    for command in COMMANDS:
        text = subprocess.run(
            [sys.executable, "-c", MAIN, command, "--help"], capture_output=True, text=True,
            env={**os.environ, "DOUDI_LANG": "zh", "PYTHONPATH": str(ROOT)}, check=True,
        ).stdout  # fmt: skip
        assert "例：" in text, command
        assert "用法：" in text, command


def test_show_prints_the_plan_for_people_and_for_programs(desk: Desk) -> None:
    screen = desk.run("show").out
    for heading in ("目标（按先后）", "各乡镇", "各类物资", "倾斜", "缺口及原因", "尚未核实"):
        assert heading in screen
    told = desk.run("show", "--json").json
    assert told["plan"]["state"] in ("published", "approved")
    assert {g["name"] for g in told["plan"]["goals"]} >= {"survival_floor", "weighted_coverage"}


@pytest.mark.parametrize(
    "what", ["lines", "requests", "shortfalls", "left-out", "stock", "referrals", "unserved"]
)
def test_each_list_has_a_screen_and_json(desk: Desk, what: str) -> None:
    assert desk.run("show", what).out
    assert desk.run("show", what, "--json").json


def test_a_household_a_township_and_a_line_are_explained(desk: Desk) -> None:
    line = desk.run("show", "lines", "--json").json["rows"][0]
    home = desk.run("explain", line["subject"]).out
    assert "应得及依据" in home
    assert "已安排" in home
    town = desk.run("explain", line["township"], "--json").json
    assert town["sections"][0]["heading"] == "情况"
    assert "为什么这样安排" in desk.run("explain", line["line"]).out


def test_nothing_of_that_name_is_said_in_words_not_in_a_traceback(desk: Desk) -> None:
    done = desk.run("explain", "没有这个", ok=False)
    assert done.code == 1
    assert "错误：没有找到" in done.err
    assert "怎么办" in done.err
    assert "Traceback" not in done.err


def test_english_is_spoken_when_asked_for(desk: Desk) -> None:
    assert "Goals" in desk.run("show", lang="en").out
    assert "Error: " in desk.run("explain", "nobody", lang="en", ok=False).err


def test_approval_needs_a_name_and_is_given_once(desk: Desk) -> None:
    assert "--officer" in desk.run("approve", ok=False).err
    made = Desk(desk.home)
    made.run("plan", "--first-on", FLOOD_DAY)
    assert "可以出库" in made.run("approve", "--officer", "王某某").out
    assert "已由" in made.run("approve", "--officer", "李某某", ok=False).err


def test_a_dispatcher_with_a_stale_screen_is_refused_with_what_changed(desk: Desk) -> None:
    seen = desk.run("show", "--json").json["plan"]["id"]
    desk.run("plan", "--first-on", FLOOD_DAY)
    done = desk.run("plan", "--first-on", FLOOD_DAY, "--base", seen, ok=False)
    assert "没有提交" in done.err
    assert "号计划已由" in done.err


def test_an_order_of_goals_is_asked_for_shown_and_taken_over(desk: Desk) -> None:
    first = desk.run("show", "--json").json["plan"]["id"]
    words = ("--goal", "lateness", "--give-up", "full_need=2%")
    told = desk.run("plan", "--first-on", FLOOD_DAY, *words, "--json").json["plan"]
    assert told["aims"][:3] == ["survival_floor", "lateness", "full_need=2%"]
    assert "目标次序由调度员指定" in desk.run("show").out
    again = desk.run("plan", "--first-on", FLOOD_DAY, "--like", told["id"], "--json").json["plan"]
    assert again["aims"] == told["aims"]
    usual = desk.run("plan", "--first-on", FLOOD_DAY, "--like", first, "--json").json["plan"]
    assert usual["aims"] == desk.run("show", "--json").json["plan"]["aims"]
    assert "让步" in desk.run("plan", "--goal", "cost=all", ok=False).err


def test_plans_are_looked_into(desk: Desk, tmp_path: Path) -> None:
    assert "倾斜度" in desk.run("show", "tilt").out
    assert desk.run("show", "tilt", "--json").json["rows"]
    assert "谁得谁失" in desk.run("diff", "1", "1").out
    assert desk.run("diff", "1", "1", "--json").json["sections"]
    assert "矛盾检查" in desk.run("contradictions").out
    curve = desk.run("fairness", "--svg", str(tmp_path / "curve.svg"), "--json").json
    assert curve["survival"]["points"][0]["share"] == 1.0
    assert (tmp_path / "curve.svg").read_text("utf-8").startswith("<svg")
    assert "公平的代价" in desk.run("fairness").out
    relief = desk.run("relief", "--most", "2")
    assert "缺口卡在哪里" in relief.out


def test_verify_finds_nothing(desk: Desk) -> None:
    assert "核验通过" in desk.run("verify").out
    assert desk.run("verify", "--json").json == {"clean": True, "findings": []}


def test_the_csv_files_let_anyone_check_the_plan_by_other_means(desk: Desk, tmp_path: Path) -> None:
    desk.run("export", "--format", "csv", "--out", str(tmp_path))
    plan, lots, needs, totals = (
        list(csv.DictReader((tmp_path / f"{n}.csv").read_text(encoding="utf-8").splitlines()))
        for n in ("plan", "lots", "needs", "totals")
    )
    used: defaultdict[str, int] = defaultdict(int)
    served: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in plan:
        if row["state"] in ("firm", "accepted"):
            used[row["lot"]] += int(row["quantity"])
            served[row["need"], row["due_day"]] += int(row["covers"])
    stock = {row["lot"]: row for row in lots}
    assert all(units <= int(stock[lot]["on_hand"]) for lot, units in used.items())
    assert all(stock[lot]["hold"] == "none" for lot in used)
    for row in needs:
        assert int(row["quantity"]) == int(row["planned"]) + int(row["missing"])
        assert served[row["need"], row["day"]] == int(row["planned"])
    named = sum(int(row["households"]) for row in totals if row["basis"] == "named")
    assert named == households_in(desk.home)
    assert {"lot", "item", "warehouse", "township", "household", "quantity", "day"} <= set(plan[0])


def households_in(home: Path) -> int:
    with closing(open_embedded(home / "graph")) as store:
        return store.read(lambda unit: unit.nodes("Household")).height


def test_the_workbook_has_the_lists_that_people_work_with(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "计划.xlsx"
    desk.run("export", "--out", str(out))
    names = load_workbook(out, read_only=True).sheetnames
    assert {"缺口表", "倾斜表", "转介表", "公示表"} <= set(names)
    assert {n.partition("-")[0] for n in names} >= {"装车单", "发放表"}


def test_bad_rows_are_marked_in_the_users_own_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    desk.run("import", str(books.places(tmp_path)))
    path = books.roster(tmp_path / "底册.xlsx", ["1", "无此村", "甲乙", 3, "安全"])
    done = desk.run("import", str(path), "--report", str(tmp_path / "report"), ok=False)
    assert "整个文件未导入" in done.err
    assert "甲乙" not in done.err
    (marked,) = (tmp_path / "report").glob("*.xlsx")
    assert load_workbook(marked)["底册"].cell(2, 2).fill.fgColor.rgb not in ("00000000", None)


def test_a_second_process_is_told_who_holds_the_data(desk: Desk) -> None:
    with closing(open_embedded(desk.home / "graph")):
        done = desk.run("show", ok=False)
    assert str(os.getpid()) in done.err
