from __future__ import annotations

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphcore.domain.tables import conform
from graphcore.exchange.forms.catalogue import FORMS
from graphcore.network.roads import POINTS, ROADS, WAREHOUSES, cut_off
from seeds.generate.district import District, generate
from seeds.generate.frames import schema
from seeds.generate.moments import DAY

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def districts(draw: st.DrawFn) -> District:
    townships = draw(st.integers(2, 20))
    households = draw(st.integers(12 * townships, 900))
    return generate(households, townships, draw(st.integers(0, 2**32)))


@SLOW
@given(districts())
def test_every_form_is_filled_with_its_own_columns(district: District) -> None:
    assert len(district.frames) >= 19
    for form in (f for f in FORMS if f.code in district.frames):
        assert district[form.code].height > 0 or form.code in {"houses", "stays"}
        assert dict(district[form.code].schema) == schema(form.code)
        for field in form.fields:
            if field.required:
                assert not district[form.code][field.name].is_null().any()


@SLOW
@given(districts())
def test_what_rows_refer_to_is_there(district: District) -> None:
    homes = set(district["roster"]["household"]) | {""}
    for form in ("members", "ledger", "houses", "stays", "groups"):
        assert set(district[form]["household"]) <= homes
    towns, villages = set(district["townships"]["name"]), set(district["villages"]["name"])
    codes = set(district["townships"]["code"]) | set(district["villages"]["code"])
    assert set(district["roads"]["a"]) | set(district["roads"]["b"]) <= codes
    assert set(district["headcounts"]["place"]) <= towns | villages
    assert set(district["stays"]["shelter"]) <= set(district["shelters"]["code"])
    assert set(district["lots"]["donation"]) - {""} <= set(district["donations"]["code"])
    assert set(district["fleet"]["warehouse"]) <= set(district["warehouses"]["code"])


@SLOW
@given(districts())
def test_keys_are_unique(district: District) -> None:
    assert district["roster"]["household"].is_unique().all()
    assert district["members"]["id_number"].is_unique().all()
    for form in (
        "lots",
        "donations",
        "roads",
        "shelters",
        "warehouses",
        "organizations",
        "headcounts",
    ):
        assert district[form]["code"].is_unique().all(), form


@SLOW
@given(districts())
def test_a_household_is_as_large_as_its_members(district: District) -> None:
    counted = dict(district["members"].group_by("household").agg(pl.len()).iter_rows())
    assert dict(district["roster"].select("household", "persons").iter_rows()) == counted


@SLOW
@given(districts())
def test_only_the_cut_off_villages_are_out_of_reach(district: District) -> None:
    seats = dict(district["townships"].select("name", "code").iter_rows())
    stores = district["warehouses"].select(
        warehouse="code", node=pl.col("township").replace_strict(seats)
    )
    points = pl.DataFrame({"point": district["villages"]["code"]}).with_columns(node="point")
    off = cut_off(
        conform(district["roads"], ROADS), conform(stores, WAREHOUSES), conform(points, POINTS),
        first_on=DAY,
    )  # fmt: skip
    assert off == frozenset(district.truth.cut["village"])


@SLOW
@given(districts())
def test_most_people_are_not_cut_off(district: District) -> None:
    homes = district.truth.households
    assume(homes["village"].n_unique() >= 12)  # of a few villages most may be cut off
    off = int(homes.filter("cut_off")["persons"].sum())
    assert off < 0.5 * int(homes["persons"].sum())


@SLOW
@given(st.integers(24, 300), st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_district(households: int, seed: int) -> None:
    one, other = generate(households, 2, seed), generate(households, 2, seed)
    assert list(one.frames) == list(other.frames)
    assert all(one[form].equals(other[form]) for form in one.frames)
    assert one.truth.households.equals(other.truth.households)


@SLOW
@given(districts())
def test_the_last_follow_up_reports_add_up_to_the_district(district: District) -> None:
    told = district["reports"].filter(pl.col("phase") == "follow_up")
    told = told.sort("reported_at").unique("township", keep="last")
    houses = district["houses"]
    kinds = {k: told[f"{k}_households"].sum() for k in ("collapsed", "severe", "minor")}
    assert kinds == {k: int((houses["damage"] == k).sum()) for k in kinds}
    assert told["emergency_persons"].sum() == district["ledger"]["persons_in_need"].sum()
