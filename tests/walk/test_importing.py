"""Importing: all or nothing a file, again without effect, later versions with history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.import_files import FileOutcome, FileState, ImportOptions, import_files
from api.usecases.show import unserved
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import FileRefused, Forbidden, RowsRefused
from graphcore.store.port import GraphStore
from tests.support import books
from tests.support.plans import faults, nodes
from tests.support.walked import blank, dispatcher

LI = ["001", "河东村", "李一", 3, "需救助"]
WANG = ["002", "河西村", "王二", 2, "安全"]
ZHAO = ["003", "石桥村", "赵三", 4, "未核实"]


@pytest.fixture
def ctx(store: GraphStore, tmp_path: Path) -> Context:
    """Two townships and a flood, on each engine."""
    made = blank(store)
    import_files(made, dispatcher(), [books.places(tmp_path)])
    return replace(made, district="990101")


def bring(ctx: Context, path: Path, **options: Any) -> FileOutcome:
    (outcome,) = import_files(ctx, dispatcher(), [path], ImportOptions(**options))
    return outcome


def homes(ctx: Context) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in nodes(ctx, "Household").to_dicts()}


def test_a_roster_becomes_households_with_their_state(ctx: Context, tmp_path: Path) -> None:
    done = bring(ctx, books.roster(tmp_path / "r.xlsx", LI, WANG, ZHAO))
    assert (done.state, done.rows, done.refused) == (FileState.IMPORTED, 3, 0)
    states = {code: row["state"] for code, row in homes(ctx).items()}
    assert states == {"001": "in_need", "002": "safe", "003": "unknown"}
    assert faults(ctx) == set()


def test_the_same_file_again_changes_nothing(ctx: Context, tmp_path: Path) -> None:
    path = books.roster(tmp_path / "r.xlsx", LI, WANG)
    bring(ctx, path)
    before = {label: nodes(ctx, label) for label in ("Household", "FactVersion", "Event")}
    assert bring(ctx, path).state is FileState.UNCHANGED
    assert all(nodes(ctx, label).equals(frame) for label, frame in before.items())


def test_a_later_version_updates_and_keeps_the_history(ctx: Context, tmp_path: Path) -> None:
    bring(ctx, books.roster(tmp_path / "r.xlsx", LI, WANG))
    key = homes(ctx)["002"]["id"]
    done = bring(
        ctx, books.roster(tmp_path / "r2.xlsx", LI, ["002", "河西村", "王二", 2, "需救助"])
    )
    assert (done.updated, done.unchanged) == (1, 1)
    assert homes(ctx)["002"]["state"] == "in_need"
    assert homes(ctx)["002"]["id"] == key
    history = nodes(ctx, "FactVersion").filter(pl.col("subject") == key).sort("n")
    told = [p for p in history["payload"].to_list() if '"state"' in p]
    assert ['"safe"' in told[0], '"in_need"' in told[-1]] == [True, True]


def test_a_household_that_a_later_file_lacks_is_listed_never_dropped(
    ctx: Context, tmp_path: Path
) -> None:
    bring(ctx, books.roster(tmp_path / "r.xlsx", LI, WANG, ZHAO))
    done = bring(ctx, books.roster(tmp_path / "r2.xlsx", LI, WANG))
    assert done.absent == 1
    assert set(homes(ctx)) == {"001", "002", "003"}
    (gone,) = ctx.store.read(unserved).absent.to_dicts()
    assert gone["subject"] == homes(ctx)["003"]["id"]
    bring(ctx, books.roster(tmp_path / "r3.xlsx", LI, WANG, ZHAO))
    assert ctx.store.read(unserved).absent.is_empty()


BAD = ["004", "无此村", "钱四", 5, "需救助"]


def test_one_bad_row_keeps_the_whole_file_out_and_counts_its_people(
    ctx: Context, tmp_path: Path
) -> None:
    path = books.roster(tmp_path / "r.xlsx", LI, BAD)
    with pytest.raises(RowsRefused) as refused:
        bring(ctx, path)
    (problem,) = [p for p in refused.value.problems if p.severity == "error"]
    assert (problem.row, problem.column) == (3, "村（社区）")
    assert homes(ctx) == {}
    open_rows = ctx.store.read(unserved)
    assert (open_rows.refused.height, open_rows.refused_persons) == (1, 5)
    assert "钱四" not in str(refused.value.problems)


def test_good_rows_may_be_kept_and_the_bad_ones_corrected_and_brought_again(
    ctx: Context, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    path = books.roster(tmp_path / "r.xlsx", LI, BAD)
    done = bring(ctx, path, keep_good_rows=True, bad_rows_to=tmp_path)
    assert (done.state, done.refused, set(homes(ctx))) == (FileState.PARTLY, 1, {"001"})
    (left,) = tmp_path.glob("*待改正.xlsx")
    workbook = load_workbook(left)
    cells = [c for row in workbook.worksheets[0].iter_rows() for c in row]
    next(c for c in cells if c.value == "无此村").value = "河西村"
    workbook.save(left)
    bring(ctx, left)
    assert set(homes(ctx)) == {"001", "004"}
    assert ctx.store.read(unserved).refused.is_empty()


def test_a_file_that_was_refused_and_then_corrected_is_settled(
    ctx: Context, tmp_path: Path
) -> None:
    with pytest.raises(RowsRefused):
        bring(ctx, books.roster(tmp_path / "r.xlsx", LI, BAD))
    bring(ctx, books.roster(tmp_path / "r.xlsx", LI, ["004", "河西村", "钱四", 5, "需救助"]))
    assert ctx.store.read(unserved).refused.is_empty()


def test_a_lot_counted_again_moves_only_the_difference(ctx: Context, tmp_path: Path) -> None:
    stores = ("库", [["储备库编号", "储备库名称", "乡镇"], ["W1", "中心库", "清河镇"]])
    head = ["批次编号", "储备库编号", "物资品种", "库存数量"]
    bring(ctx, books.book(tmp_path / "w.xlsx", stores, ("批次", [head, ["L1", "W1", "帐篷", 10]])))
    bring(ctx, books.book(tmp_path / "l.xlsx", ("批次", [head, ["L1", "W1", "帐篷", 7]])))
    moves = nodes(ctx, "Movement").sort("quantity")
    assert list(moves.select("source", "target", "quantity").iter_rows()) == [
        ("warehouse", "lost", 3), ("supplier", "warehouse", 10),
    ]  # fmt: skip
    assert nodes(ctx, "StockLot")["on_hand"].to_list() == [7]
    assert faults(ctx) == set()


def test_only_who_may_import_does(ctx: Context, tmp_path: Path) -> None:
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), "990101100")
    with pytest.raises(Forbidden):
        import_files(ctx, clerk, [books.roster(tmp_path / "r.xlsx", LI)])


def test_a_file_that_is_no_table_is_refused_before_anything_is_read(
    ctx: Context, tmp_path: Path
) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(FileRefused):
        bring(ctx, path)


FOREIGN = """
form: reports
header_row: 1
columns:
  Municipality: township
  Families: affected_households
  Persons: affected_persons
  Totally: collapsed_households
  Partially: minor_households
constants: {phase: 初报}
skip_where: {Municipality: [GRAND TOTAL, "/^PROVINCE OF/"]}
place_prefix: "998801"
create_places: township
"""


def test_a_foreign_report_is_imported_by_a_mapping_and_its_people_are_counted(
    store: GraphStore, tmp_path: Path
) -> None:
    ctx = blank(store)
    mapping = tmp_path / "map.yaml"
    mapping.write_text(FOREIGN, encoding="utf-8")
    rows: list[books.Row] = [["Municipality", "Families", "Persons", "Totally", "Partially"],
            ["PROVINCE OF SAMAR", 150, 700, 9, 30], ["Basey", 100, 480, 9, 10],
            ["Marabut", 50, 220, "-", 20], ["GRAND TOTAL", 150, 700, 9, 30]]  # fmt: skip
    path = books.book(tmp_path / "typhoon.xlsx", ("Affected", rows))
    done = bring(ctx, path, mapping=mapping)
    assert (done.rows, done.refused) == (2, 0)
    assert nodes(ctx, "Township")["name"].sort().to_list() == ["Basey", "Marabut"]
    counts = nodes(ctx, "Headcount").sort("persons")
    assert counts["persons"].to_list() == [220, 480]
    assert counts["roofless_households"].to_list() == [0, 9]
