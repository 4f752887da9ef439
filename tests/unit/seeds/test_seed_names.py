from __future__ import annotations

import numpy as np
import polars as pl

from seeds.generate import names
from seeds.generate.district import District
from seeds.generate.surnames import COMPOUND, surname_table


def test_surname_shares_are_the_published_ones() -> None:
    found, shares = surname_table()
    assert found[:3] == ["王", "李", "张"]
    assert np.allclose(shares[:3], [0.0725, 0.0719, 0.0683])
    assert np.isclose(shares[:100].sum(), 0.8477)
    assert np.isclose(shares.sum(), 1)


def test_shares_respect_the_published_brackets() -> None:
    _, shares = surname_table()
    millions = shares * 1281  # household register, end of 2006, in millions
    assert (millions[:10] > 20).all()
    assert ((millions[10:22] < 20) & (millions[10:22] > 10)).all()
    assert (millions[22:100] < 10).all()


def test_no_surname_stands_twice() -> None:
    found, _ = surname_table()
    assert len(found) == len(set(found))


def test_drawn_surnames_follow_the_shares() -> None:
    drawn = names.surnames(np.random.default_rng(1), 200_000)
    assert abs(float((drawn == "王").mean()) - 0.0725) < 0.003
    assert np.isin(drawn, COMPOUND).any()


def test_given_names_follow_the_generation() -> None:
    years = np.full(4000, 1950)
    old = names.given_names(np.random.default_rng(1), years, np.full(4000, fill_value=False))
    new = names.given_names(np.random.default_rng(1), years + 65, np.full(4000, fill_value=False))
    assert (np.char.find(old, "秀") >= 0).mean() > 5 * (np.char.find(new, "秀") >= 0).mean()
    assert set(np.char.str_len(old)) == {1, 2}


def test_children_bear_their_fathers_name(district: District) -> None:
    people = district.truth.persons.filter(~pl.col("name").str.contains("·"))
    heads = people.filter(pl.col("role") == "head").select("household", head="name")
    children = people.filter(pl.col("role") == "child").join(heads, on="household")
    same = children["name"].str.slice(0, 1) == children["head"].str.slice(0, 1)
    assert same.all()


def test_some_names_carry_a_middle_dot(district: District) -> None:
    dotted = district["members"].filter(pl.col("name").str.contains("·"))
    assert 0 < dotted.height < district["members"].height * 0.02
