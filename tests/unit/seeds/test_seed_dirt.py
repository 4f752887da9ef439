from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from graphcore.domain.errors import ProblemInvalid
from graphcore.exchange.forms.catalogue import BY_CODE
from seeds.cells import cell
from seeds.dirt import DirtyDistrict, dirty, write_dirty
from seeds.generate.district import District
from seeds.layout import BOOKS
from seeds.slips import SLIPS

LEVELS = (1, 2, 3)


@pytest.fixture(scope="module")
def dirts(district: District) -> dict[int, DirtyDistrict]:
    return {level: dirty(district, 5, level) for level in LEVELS}


def errors(dirt: DirtyDistrict) -> pl.Series:
    return dirt.rows["errors"].explode(empty_as_null=False).str.split(":").list.last()


@pytest.mark.parametrize("level", [0, 4])
def test_there_are_three_levels(district: District, level: int) -> None:
    with pytest.raises(ProblemInvalid, match="级别"):
        dirty(district, 5, level)


def test_each_level_is_dirtier_than_the_one_before(dirts: dict[int, DirtyDistrict]) -> None:
    one, two, three = (errors(dirts[level]).len() for level in LEVELS)
    assert 2 * one < two < three


def test_every_slip_is_made_from_its_level_on(dirts: dict[int, DirtyDistrict]) -> None:
    assert {s.code for s in SLIPS} <= set(errors(dirts[3]))
    for level in LEVELS:
        early = {s.code for s in SLIPS if s.level > level}
        assert not early & set(errors(dirts[level]))


def test_the_same_arguments_give_the_same_errors(
    district: District, dirts: dict[int, DirtyDistrict]
) -> None:
    assert dirty(district, 5, 2).rows.equals(dirts[2].rows)
    assert not dirty(district, 6, 2).rows.equals(dirts[2].rows)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", ["roster", "members", "groups", "ledger", "houses", "stays"])
def test_every_true_row_is_in_the_files(
    district: District, dirts: dict[int, DirtyDistrict], level: int, form: str
) -> None:
    rows = dirts[level].rows.filter(pl.col("form") == form)
    real = rows.filter(~pl.col("errors").list.eval(pl.element().str.starts_with("row:")).list.any())
    sums = rows.filter(pl.col("errors").list.contains("row:sum"))
    assert real.height <= district[form].height
    assert set(rows["household"]) >= set(district[form]["household"])
    assert rows.height > district[form].height
    assert set(sums["household"]) == {""}


def test_a_row_of_a_person_names_the_true_one(
    district: District, dirts: dict[int, DirtyDistrict]
) -> None:
    told = dirts[2].rows.filter((pl.col("form") == "members") & pl.col("person").is_not_null())
    joined = told.join(district.truth.persons, on="person")
    homes = district.truth.households.select("household", "code")
    joined = joined.join(homes, left_on="household_right", right_on="household")
    assert joined.height == told.height
    assert (joined["household"] == joined["code"]).all()


def test_cells_without_an_error_are_the_right_ones(
    district: District, dirts: dict[int, DirtyDistrict]
) -> None:
    form = BY_CODE["members"]
    truth = {row["id_number"]: row for row in district["members"].iter_rows(named=True)}
    (sheet,) = next(s for f, s in dirts[2].books.items() if f.startswith("06"))
    for line in sheet.lines[:400]:
        made = dict(zip((f.name for f in sheet.fields), line.cells, strict=True))
        wrong = {e.split(":")[0] for e in line.errors}
        right = truth.get(str(made["id_number"]))
        if right is not None and not wrong & {"id_number", "row"}:
            assert all(
                made[f.name] == cell(f, right[f.name]) for f in form.fields if f.name not in wrong
            )


def test_rows_stand_in_the_file_where_the_truth_says(
    dirts: dict[int, DirtyDistrict], tmp_path: Path
) -> None:
    write_dirty(dirts[2], tmp_path)
    truth = pl.read_parquet(tmp_path / "truth" / "truth.parquet")
    told = truth.filter((pl.col("form") == "members") & (pl.col("household") != ""))
    book = CalamineWorkbook.from_path(str(tmp_path / "06-家庭成员表.xlsx"))
    grid = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    known = BY_CODE["members"].field("household").headers
    column = next(i for i, h in enumerate(grid[1]) if str(h).rstrip("*") in known)
    for row in told.head(300).iter_rows(named=True):
        assert grid[row["row"] - 1][column] == row["household"]


def test_the_truth_as_text_is_the_same_table(
    dirts: dict[int, DirtyDistrict], tmp_path: Path
) -> None:
    write_dirty(dirts[1], tmp_path)
    flat = pl.read_csv(tmp_path / "truth" / "truth.csv", infer_schema=False)
    assert flat.height == dirts[1].rows.height
    assert flat["household"].fill_null("").equals(dirts[1].rows["household"])


def test_a_busy_office_exports_gb18030_text(
    dirts: dict[int, DirtyDistrict], tmp_path: Path
) -> None:
    names = {p.name for p in write_dirty(dirts[2], tmp_path)}
    text = (tmp_path / "10-特殊困难群体名册.csv").read_bytes()
    assert "姓名" in text.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    assert names == {p.name for p in tmp_path.iterdir() if p.is_file()}
    assert len(names) == len(BOOKS)


def test_files_repeat_byte_for_byte(dirts: dict[int, DirtyDistrict], tmp_path: Path) -> None:
    first = write_dirty(dirts[3], tmp_path / "a")
    second = write_dirty(dirts[3], tmp_path / "b")
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


def test_other_offices_know_few_household_numbers(dirts: dict[int, DirtyDistrict]) -> None:
    told = dirts[3].rows.filter((pl.col("form") == "groups") & (pl.col("household") != ""))
    lost = told["errors"].list.contains("household:code.missing")
    assert lost.all()
