"""How tables are printed: lines of Chinese break anywhere, codes and times nowhere."""

from __future__ import annotations

import pytest
from rich.console import Console

from api.cli import output


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A console of 60 columns that remembers."""
    made = Console(width=60, record=True, highlight=False)
    monkeypatch.setattr(output, "console", made)
    return made


def test_a_table_without_rows_is_one_line(printed: Console) -> None:
    output.table("发放批次", ("批次", "状态"), [])
    assert printed.export_text() == "发放批次：无。\n"


def test_a_cell_breaks_between_characters_not_at_the_space_before_a_figure(
    printed: Console,
) -> None:
    why = "还缺 2 人，任务尚不能开始：合格的 165 人中，单程时间允许到达的只有 0 人，须先安排接送"
    output.table("缺口", ("地点", "原因"), [("麻宅村", why)])
    lines = [line for line in printed.export_text().splitlines() if line.startswith("│")]
    assert "还缺2人，任务尚不能开始：合格的165人中" in lines[0]


def test_codes_and_times_stay_on_one_line(printed: Console) -> None:
    row = ("CA-PJPWTHF1M622V5ZE", "2026-07-01 03:50", "因灾遇难人员家属抚慰金" * 3)
    output.table("个案", ("个案", "时间", "项目"), [row])
    lines = printed.export_text().splitlines()
    assert any("CA-PJPWTHF1M622V5ZE" in line and "2026-07-01 03:50" in line for line in lines)


@pytest.mark.parametrize("cell", [7, "20,000.00", "-67.2%", "—"])
def test_figures_stand_to_the_right(printed: Console, cell: object) -> None:
    output.table("金额", ("金额（元）",), [("1,234,567.00",), (cell,)])
    last = printed.export_text().splitlines()[-2]
    assert last == f"│ {cell:>12} │"


def test_words_stand_to_the_left(printed: Console) -> None:
    output.table("村", ("村",), [("1号楼旁的大村",), ("武陵村",)])
    assert "│ 武陵村        │" in printed.export_text()


@pytest.mark.parametrize("width", [80, 110])
def test_words_are_not_broken_and_a_sentence_gets_room(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    printed = Console(width=width, record=True, highlight=False)
    monkeypatch.setattr(output, "console", printed)
    why = "It belongs to a special-hardship group and is served before every other household."
    row = ("Ready-to-eat food", "Transport mode by road", "on its way", why)
    output.table("Planned", ("Item", "Transport mode", "Status", "Why it went there"), [row])
    text = printed.export_text()
    assert "Ready-to-eat" in text
    assert "special-hardship" in text
    assert len([line for line in text.splitlines() if line.startswith("│")]) <= 5


def test_a_table_that_is_too_wide_for_whole_words_still_shows_everything(printed: Console) -> None:
    row = ("Ready-to-eat food", "Transport mode by road", "on its way", "served before the others")
    output.table("Planned", ("Item", "Transport mode", "Status", "Why it went there"), [row] * 2)
    assert max(map(len, printed.export_text().splitlines())) <= 60


def test_lists_read_as_the_language_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "LANG", "en")
    assert output.listed("Day 1、2、3") == "Day 1, 2, 3"
    assert output.listed("鹤城街道、海口镇") == "鹤城街道、海口镇"


WIDE = ("CA-PJPWTHF1M622V5ZE", "001001-0004", 1, "20,000.00", "2026-07-01", "likely, help to apply")
HEADS = ("Case", "Household no.", "Persons or households", "Amount (yuan)", "From", "Status")


@pytest.mark.parametrize("width", [80, 90, 110])
def test_no_column_is_cut_off_for_a_long_header_over_short_codes(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    printed = Console(width=width, record=True, highlight=False)
    monkeypatch.setattr(output, "console", printed)
    output.table("Cases", HEADS, [WIDE])
    lines = printed.export_text().splitlines()
    assert max(map(len, lines)) <= width
    assert all(str(code) in "\n".join(lines) for code in WIDE[:5])
    last = "".join(line.split("│")[6].strip() for line in lines if line.startswith("│"))
    assert last.replace(" ", "") == "likely,helptoapply"


def test_where_not_even_codes_fit_they_are_folded_rather_than_cut(printed: Console) -> None:
    row = tuple(f"CA-PJPWTHF1M622V{n}" for n in range(6))
    output.table("个案", ("一", "二", "三", "四", "五", "六"), [row])
    lines = printed.export_text().splitlines()
    assert max(map(len, lines)) <= 60
    column = "".join(line.split("│")[6].strip() for line in lines if line.startswith("│"))
    assert column == row[5]
