"""Any table through a mapping file: English columns, totals between rows, no codes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from graphcore.domain.clock import CHINA, micros
from graphcore.domain.errors import MappingError
from graphcore.exchange.mapping import TableMapping, load_mapping
from graphcore.exchange.reader import read_file
from tests.unit.exchange.books import LEDGER, book, codes, one, person

PLACE = "Region / Province / City-Municipality"
TYPHOON = {
    "form": "reports",
    "header_rows": 3,
    "columns": {
        PLACE: "township",
        "NO. OF AFFECTED Families": "affected_households",
        "NO. OF AFFECTED Persons": "affected_persons",
        "NO. OF DAMAGED HOUSES Totally": "collapsed_households",
        "NO. OF DAMAGED HOUSES Partially": "minor_households",
        "Status": "phase",
    },
    "values": {"phase": {"Initial": "first", "final": "verified"}},
    "constants": {"reported_at": "2026-07-01 08:00", "disaster": "T1"},
    "skip_where": {PLACE: ["GRAND TOTAL", "/^REGION /", "Ilocos Norte", "Ilocos Sur"]},
    "place_prefix": "990101",
    "create_places": "township",
    "source": "DROMIC 7",
}
ROWS: list[tuple[Any, ...]] = [
    ("Department of Welfare",),
    ("Report No. 7 on the effects of the typhoon",),
    (PLACE, "NO. OF AFFECTED", None, "NO. OF DAMAGED HOUSES", None, "Status", "Remarks"),
    (None, "Families", "Persons", "Totally", "Partially", None, None),
    (None, None, None, None, None, None, None),
    ("GRAND TOTAL", "1,250", "4,900", 10, "25", None, None),
    ("REGION I", "1,250", "4,900", 10, 25, None, None),
    ("Ilocos Norte", 1000, 4000, 10, 20, None, None),
    ("Bacarra", 400, "1,600", "-", 20, "Initial", None),
    ("Badoc", 600, "2,400 persons", 10, "N/A", "final", "bridge out"),
    ("Ilocos Sur", 250, 900, "-", 5, None, None),
    ("Bantay", 250, 900, None, 5, "FINAL", None),
    ("Prepared by: A. Santos",),
]
MERGED = ["A3:A5", "B3:C3", "D3:E3", "F3:F5", "G3:G5", "B4:B5", "C4:C5", "D4:D5", "E4:E5"]


def written(folder: Path, **changes: Any) -> Path:
    """A mapping file with some keys changed, or left out where None."""
    content = {k: v for k, v in {**TYPHOON, **changes}.items() if v is not None}
    path = folder / "typhoon.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def typhoon(folder: Path, rows: list[tuple[Any, ...]] = ROWS) -> Path:
    """The municipal report."""
    return book(folder / "typhoon.xlsx", rows, sheet="Affected", merge=MERGED)


def test_a_municipal_report_becomes_reports_without_code(tmp_path: Path) -> None:
    sheet = one(typhoon(tmp_path), mapping=load_mapping(written(tmp_path)))
    assert sheet.form.code == "reports"
    assert sheet.table.select(
        "_row", "township", "affected_households", "affected_persons", "collapsed_households",
        "minor_households", "phase", "source", "disaster",
    ).rows() == [
        (9, "Bacarra", 400, 1600, None, 20, "first", "DROMIC 7", "T1"),
        (10, "Badoc", 600, 2400, 10, None, "verified", "DROMIC 7", "T1"),
        (12, "Bantay", 250, 900, None, 5, "verified", "DROMIC 7", "T1"),
    ]  # fmt: skip
    at = micros(datetime(2026, 7, 1, 8, tzinfo=CHINA))
    assert sheet.table["reported_at"].to_list() == [at] * 3
    assert sheet.refused.height == 0
    assert sheet.headers["affected_persons"] == "NO. OF AFFECTED / Persons"


def test_nested_totals_are_all_checked(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path))
    assert codes(one(typhoon(tmp_path), mapping=mapping)) == ["unknown_column"]
    rows = [("Ilocos Sur", 251, *r[2:]) if r[0] == "Ilocos Sur" else r for r in ROWS]
    sheet = one(typhoon(tmp_path, rows), mapping=mapping)
    (problem,) = [p for p in sheet.problems if p.code == "total"]
    assert (problem.row, problem.column) == (11, "NO. OF AFFECTED / Families")
    assert "251" in str(problem.what)
    assert "250" in str(problem.what)


def test_what_the_caller_reads_of_a_mapping(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path))
    assert (mapping.place_prefix, mapping.create_places, mapping.place_level) == (
        "990101",
        "township",
        "township",
    )
    assert mapping.name == "typhoon.yaml"


def test_the_digest_is_of_the_content_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    first = load_mapping(path).digest
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_mapping(path).digest == first
    assert load_mapping(written(tmp_path, source="DROMIC 8")).digest != first
    assert len(first) == 64


def test_one_column_may_fill_two_fields(tmp_path: Path) -> None:
    path = book(tmp_path / "a.csv.xlsx", [("where", "n"), ("河东村", 4)])
    mapping = TableMapping(
        form="headcounts", columns={"where": ["place", "source"], "n": "persons"}
    )
    sheet = one(path, mapping=mapping)
    assert sheet.table.select("place", "source", "persons").rows() == [("河东村", "河东村", 4)]


def test_skip_rows_are_words_in_any_column(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [("where", "n"), ("河东村", 4), ("全镇", 4)])
    mapping = TableMapping(
        form="headcounts", columns={"where": "place", "n": "persons"}, skip_rows=["全 镇"]
    )
    assert one(path, mapping=mapping).table["place"].to_list() == ["河东村"]


def test_a_header_row_may_be_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [("where", "n"), ("河东村", 4), ("where", "n"), ("河西村", 5)])
    mapping = TableMapping(
        form="headcounts", columns={"where": "place", "n": "persons"}, header_row=3
    )
    assert one(path, mapping=mapping).table["place"].to_list() == ["河西村"]


def test_a_sheet_may_be_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", [("where", "n"), ("甲", 4)], more={"二": [("where", "n"), ("乙", 5)]}
    )
    mapping = TableMapping(
        form="headcounts", columns={"where": "place", "n": "persons"}, sheet="二"
    )
    assert one(path, mapping=mapping).table["place"].to_list() == ["乙"]


def test_a_sheet_without_the_columns_is_skipped_with_a_warning(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [("where", "n"), ("甲", 4)], more={"二": [("x", "y")]})
    mapping = TableMapping(form="headcounts", columns={"where": "place", "n": "persons"})
    assert codes(one(path, mapping=mapping)) == ["skipped_sheet"]


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"form": "report"}, "form", "report"),
        ({"form": None}, "form", ""),
        ({"colums": {}}, "colums", ""),
        ({"columns": {PLACE: "town"}}, f"columns.{PLACE}", "town"),
        ({"columns": {PLACE: "township", "x": "township"}}, "columns", "township"),
        ({"columns": {"x": "dead"}}, "columns", "township"),
        ({"columns": {}}, "columns", ""),
        ({"values": {"fase": {}}}, "values", "fase"),
        ({"constants": {"dead": -1}}, "constants.dead", "负数"),
        ({"constants": {"dead": 1, "township": "x"}}, "columns", "township"),
        ({"skip_where": {PLACE: ["/(/"]}}, f"skip_where.{PLACE}", "("),
        ({"place_prefix": "99010"}, "place_prefix", ""),
        ({"place_prefix": None}, "place_prefix", "create_places"),
        ({"create_places": "county"}, "create_places", ""),
        ({"header_rows": 5}, "header_rows", ""),
        ({"header_row": 0}, "header_row", ""),
    ],
)
def test_every_fault_of_a_mapping_names_file_and_key(
    tmp_path: Path, changes: dict[str, Any], key: str, said: str
) -> None:
    with pytest.raises(MappingError) as error:
        load_mapping(written(tmp_path, **changes))
    assert "typhoon.yaml" in str(error.value)
    assert error.value.field == key
    assert key in str(error.value)
    assert said in str(error.value)
    assert error.value.advice is not None


@pytest.mark.parametrize(
    "content", [b"form: [", b"form: reports\nform: roster\n", b"\xff\xfe\x00", b"- 1\n- 2\n", b""]
)
def test_a_mapping_that_is_no_yaml_is_an_error_too(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "typhoon.yaml"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=r"typhoon\.yaml"):
        load_mapping(path)


def test_scalars_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "form: villages\ncolumns: {no: code, name: name, in: hit}\nplace_prefix: 099010\n"
        "values: {hit: {yes: 是, no: 否}}\nconstants: {township: 2026-07-01}\nheader_row: 1\nsheet:\n",
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    assert (mapping.place_prefix, mapping.fixed) == ("099010", {"township": "2026-07-01"})
    table = one(
        book(tmp_path / "a.xlsx", [("no", "name", "in"), ("1", "河东村", "no")]), mapping=mapping
    ).table
    assert table["hit"].to_list() == [False]


def test_a_missing_mapping_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"nowhere\.yaml"):
        load_mapping(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"columns": {**TYPHOON["columns"], "Dead": "dead"}}, "columns.Dead"),  # type: ignore[dict-item]
        ({"sheet": "Damage"}, "sheet"),
        ({"skip_where": {"Level": ["x"]}}, "skip_where.Level"),
        ({"header_row": 4}, f"columns.{PLACE}"),
        ({"header_row": 400}, f"columns.{PLACE}"),
    ],
)
def test_a_mapping_that_does_not_fit_its_table_names_the_key(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    mapping = load_mapping(written(tmp_path, **changes))
    with pytest.raises(MappingError) as error:
        read_file(typhoon(tmp_path), mapping=mapping)
    assert error.value.field == field
    assert "typhoon.yaml" in str(error.value)


def test_another_form_on_the_command_line_is_an_error(tmp_path: Path) -> None:
    mapping = TableMapping(form="headcounts", columns={"where": "place", "n": "persons"})
    with pytest.raises(MappingError, match="ledger"):
        read_file(book(tmp_path / "a.xlsx", [LEDGER, person()]), form="ledger", mapping=mapping)
