from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from seeds.generate.district import District
from seeds.generate.numbers import checksum_holds, id_numbers, organization_code, phones


def born(count: int) -> pl.DataFrame:
    return pl.DataFrame({"area": [1] * count, "born": ["1990-05-06"] * count, "male": [True] * count}
                        ).with_columns(pl.col("born").str.to_date())  # fmt: skip


@pytest.mark.parametrize(
    ("number", "holds"),
    [("11010519491231002X", True), ("440524188001010014", True), ("110105194912310020", False),
     ("11010519491231002", False), ("1101051949123100AX", False), ("", False)],
)  # fmt: skip
def test_checksum_is_that_of_gb_11643(number: str, holds: bool) -> None:
    assert checksum_holds(number) is holds


def test_every_number_is_valid_unique_and_synthetic(district: District) -> None:
    numbers = district["members"]["id_number"]
    assert numbers.is_unique().all()
    assert numbers.str.starts_with("99").all()
    assert all(map(checksum_holds, numbers))


def test_a_number_tells_birth_and_sex(district: District) -> None:
    number = pl.col("id_number")
    told = district["members"].select(
        birth=number.str.slice(6, 8) == pl.col("born_on").str.replace_all("-", ""),
        sex=(number.str.slice(16, 1).cast(pl.Int64) % 2 == 1) == (pl.col("sex") == "male"),
    )
    assert told["birth"].all()
    assert told["sex"].all()


def test_five_hundred_births_fit_a_place_and_day() -> None:
    assert id_numbers(born(500)).is_unique().all()


def test_one_birth_more_does_not_fit() -> None:
    with pytest.raises(ValueError, match="too many births"):
        id_numbers(born(501))


def test_nobody_has_no_number() -> None:
    assert id_numbers(born(1).clear()).len() == 0


def test_phones_are_synthetic_and_unique() -> None:
    numbers = phones(np.random.default_rng(1), 100_000)
    assert len(set(numbers)) == 100_000
    assert {n[:3] for n in numbers} == {"100"}
    assert {len(n) for n in numbers} == {11}


def test_organisation_codes_pass_their_check_and_differ() -> None:
    codes = [organization_code(n) for n in range(4_000_001, 4_000_101)]
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)  # GB 32100
    assert len(set(codes)) == len(codes)
    assert all(len(c) == 18 and c.startswith("5299") for c in codes)
    sums = [
        sum(alphabet.index(c) * w for c, w in zip(code, weights, strict=True)) for code in codes
    ]
    assert {s % 31 for s in sums} == {0}
