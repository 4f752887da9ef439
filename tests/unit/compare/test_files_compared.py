"""doudi compare on files: what is written, and what the townships are told."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from api.cli.main import cli
from api.usecases.comparison import extra
from api.usecases.comparison.files import CompareOptions, compare_files
from graphcore.domain.errors import InputError, SettingsError
from tests.support.books import book

HEAD = ["户编号", "姓名", "身份证号码", "电话", "乡镇", "村", "住址", "人员类别"]
A, B = "990032195906151431", "990010196904028890"
WANG = ["F1", "王小明", A, "10075495325", "清河镇", "河东村", "河东村1组2号", "低保"]
MOTHER = ["F2", "赵淑珍", B, "10075495326", "清河镇", "河东村", "河东村3组4号", "特困"]
ALONE = ["F3", "孙大海", "990013197611044364", "", "清河镇", "河东村", "河东村5组6号", "残疾人"]
FAR = ["F4", "周明军", "990011195603053197", "", "石桥乡", "石桥村", "石桥村1组1号", "低保"]


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    """A ledger of two households, a register of four."""
    ledger = [["户主姓名", "身份证号码", "电话", "乡镇", "村", "住址"],
              ["王晓明", A.lower(), "", "清河镇", "河东村委会", ""],
              ["李强", "", "10075495326", "清河镇", "河东村", "河东村三组四号"]]  # fmt: skip
    return (book(tmp_path / "台账.xlsx", ("台账", ledger)),
            book(tmp_path / "名册.xlsx", ("名册", [HEAD, WANG, MOTHER, ALONE, FAR])))  # fmt: skip


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    _, head, *rest = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rest]


def test_links_and_lists_are_written(tables: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = compare_files(*tables, out, CompareOptions(), str)
    with (out / "links.csv").open(encoding="utf-8", newline="") as file:
        links = list(csv.DictReader(file))
    assert [(x["left"], x["right"], x["outcome"]) for x in links] == [("2", "2", "matched")]
    assert (done.matched, done.review, done.households, done.unreported) == (1, 0, 2, 1)
    with (out / "explained.csv").open(encoding="utf-8", newline="") as file:
        (pair,) = csv.DictReader(file)
    assert (pair["reason"], pair["at_name"], pair["at_number"]) == ("sure", "sound", "exact")
    assert sum(float(v) for k, v in pair.items() if k.startswith("w_")) > float(pair["weight"])
    poor = {
        x["台账记录"]: (x["在册类别"], x["依据"])
        for x in rows(out / "比对结果.xlsx", "受灾困难群众")
    }
    assert poor == {"2": ("低保", "本人已比中"), "3": ("特困", "同户亲属已比中")}
    missing = rows(out / "比对结果.xlsx", "不在任何报告中")
    assert [(x["姓名"], x["情况"]) for x in missing] == [("孙大海", "未在任何报告中")]
    (town,) = rows(out / "比对结果.xlsx", "各乡镇汇总")
    assert (
        town["受灾户"],
        town["本人已比中的户"],
        town["同户已比中的户"],
        town["不在任何报告中的在册人员"],
    ) == (2, 1, 1, 1)


def test_the_frozen_model_gives_the_same_links(tables: tuple[Path, Path], tmp_path: Path) -> None:
    first = compare_files(*tables, tmp_path / "a", CompareOptions(), str)
    model = CompareOptions(model=tmp_path / "a" / "model.json")
    again = compare_files(*tables, tmp_path / "b", model, str)
    assert first.model == again.model
    assert (tmp_path / "a/links.csv").read_bytes() == (tmp_path / "b/links.csv").read_bytes()


def test_one_table_gives_its_duplicates(tables: tuple[Path, Path], tmp_path: Path) -> None:
    twice = book(
        tmp_path / "d.xlsx", ("名册", [HEAD, WANG, MOTHER, [*WANG[:1], "王晓明", *WANG[2:]]])
    )
    done = compare_files(twice, None, tmp_path / "out", CompareOptions(), str)
    assert (done.matched, [p.name for p in done.files]) == (
        1,
        ["links.csv", "explained.csv", "model.json"],
    )


def test_names_in_latin_letters_are_compared(tmp_path: Path) -> None:
    head = ["id", "given_name", "surname", "date_of_birth", "postcode", "address"]
    mia = ["1", "mia", "green", "19560409", "2119", "7 wallaby place"]
    a = book(
        tmp_path / "a.xlsx",
        ("a", [head, mia, ["2", "tom", "mccarthy", "19080419", "3165", "177 main"]]),
    )
    b = book(
        tmp_path / "b.xlsx", ("b", [head, ["x", "mia", "gren", "19560409", "2119", "7 wallaby pl"]])
    )
    compare_files(a, b, tmp_path / "out", CompareOptions(), str)
    text = (tmp_path / "out" / "links.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:2] for line in text[1:]] == [["1", "x"]]


def test_the_command_prints_figures_without_anybodys_name(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    words = ["compare", *map(str, tables), "--out", str(tmp_path / "out"), "--json"]
    done = CliRunner().invoke(cli, words)
    told = json.loads(done.output.splitlines()[-1])
    assert (done.exit_code, told["matched"], told["unreported"]) == (0, 1, 1)
    assert "王" not in done.output


def test_a_labelled_sample_judges_the_thresholds(tables: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["compare", *map(str, tables), "--out", str(out), "--draw", "5"]
    assert CliRunner().invoke(cli, words).exit_code == 0
    drawn = (out / "sample.csv").read_text(encoding="utf-8").splitlines()
    assert len(drawn) == 2
    (tmp_path / "labels.csv").write_text(f"{drawn[0]}\n{drawn[1]}是\n3,9,,,是\n", encoding="utf-8")
    asked = [*words[:5], "--labels", str(tmp_path / "labels.csv"), "--json"]
    told = json.loads(CliRunner().invoke(cli, asked).output.splitlines()[-1])
    now = told["thresholds"]["now"]
    assert [now[k] for k in ("matched", "wrong", "real", "missed", "unseen")] == [1, 0, 2, 1, 1]
    assert told["thresholds"]["proposal"] == {"matched": None, "review": None}
    assert told["expected"]["matched"] == 1
    assert (out / "thresholds.csv").exists()
    assert "linkage.thresholds" in (out / "linkage.yaml").read_text(encoding="utf-8")


def test_a_model_for_other_letters_is_refused(tables: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="模型"):
        compare_files(*tables, tmp_path / "out", CompareOptions(model=path), str)
    assert not (tmp_path / "out").exists()


def test_missing_libraries_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name="duckdb")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SettingsError) as caught:
        extra.linking()
    assert "--extra linkage" in str(caught.value.advice)
