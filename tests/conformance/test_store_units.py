"""What a unit does on either engine."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.domain.errors import ConstraintViolated, QueryError, StoreUnavailable
from graphcore.store.port import GraphStore, ReadUnit, WriteUnit
from graphcore.store.schema import BY_LABEL, NODES
from graphcore.store.values import label_schema
from tests.support.stores import DISTRICT, ask, do, donors, frame, raw


def names(store: GraphStore) -> dict[str, str]:
    table = store.read(lambda u: u.nodes("Donor"))
    return dict(zip(table["id"], table["name"], strict=True))


def test_created_nodes_are_read_in_key_order(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("b", "a", "c")))
    assert list(names(store)) == ["a", "b", "c"]


def test_nodes_by_key_skip_unknown_keys_and_repeats(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "b", "c")))
    found = store.read(lambda u: u.nodes("Donor", ["c", "a", "c", "nobody"]))
    assert found["id"].to_list() == ["a", "c"]


def test_an_empty_label_has_all_columns(store: GraphStore) -> None:
    for label in sorted(BY_LABEL.keys() - {"Meta", "ChainHead"}):
        found = store.read(lambda u, label=label: u.nodes(label))  # type: ignore[misc]
        assert (found.height, dict(found.schema)) == (0, label_schema(label))
        assert store.read(lambda u, label=label: u.nodes(label, [])).schema == found.schema  # type: ignore[misc]


def test_every_property_type_comes_back_as_it_went_in(store: GraphStore) -> None:
    row = {"id": "R1", "code": "编号", "a": "甲", "b": "乙", "minutes": 2**53 + 1,
           "modes": ["truck", "船"], "state": "", "weight_limit_kg": None,
           "repaired_on": None, "version": 1}  # fmt: skip
    village = {"code": "V", "name": "𬱖村", "lon": 120.5, "lat": -0.25, "hit": True, "version": 1}

    def write(unit: WriteUnit) -> None:
        unit.create("Road", frame([row]))
        unit.create("Village", frame([village]))

    store.write(DISTRICT, write)
    assert store.read(lambda u: u.nodes("Road")).row(0, named=True) == row
    assert store.read(lambda u: u.nodes("Village")).row(0, named=True) == village


def test_an_empty_list_is_kept(store: GraphStore) -> None:
    rows = pl.DataFrame({"id": ["a", "b"], "skills": [[], ["潜水"]]})
    store.write(DISTRICT, lambda u: u.create("Organization", rows))
    assert store.read(lambda u: u.nodes("Organization"))["skills"].to_list() == [[], ["潜水"]]


def test_a_unit_that_raises_leaves_nothing(store: GraphStore) -> None:
    def write(unit: WriteUnit) -> None:
        unit.create("Donor", donors("a"))
        raise ValueError("the use case changed its mind")

    with pytest.raises(ValueError, match="changed its mind"):
        store.write(DISTRICT, write)
    assert names(store) == {}


def test_an_error_of_the_engine_undoes_the_whole_unit(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))

    def write(unit: WriteUnit) -> None:
        unit.create("Donor", donors("b"))
        unit.create("Donor", donors("a"))

    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, write)
    assert list(names(store)) == ["a"]


def test_a_swallowed_error_still_undoes_the_unit(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))

    def write(unit: WriteUnit) -> None:
        unit.create("Donor", donors("b"))
        with pytest.raises(ConstraintViolated):
            unit.create("Donor", donors("a"))

    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, write)
    assert list(names(store)) == ["a"]


def test_one_key_twice_in_a_table_is_refused(store: GraphStore) -> None:
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "a")))


def test_a_null_key_is_refused(store: GraphStore) -> None:
    rows = pl.DataFrame({"id": [None], "name": ["x"]}, schema={"id": pl.String, "name": pl.String})
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.create("Donor", rows))


def test_update_sets_the_given_columns_only(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "b")))
    store.write(DISTRICT, lambda u: u.update("Donor", frame([{"id": "a", "version": 2}])))
    found = store.read(lambda u: u.nodes("Donor"))
    assert found.rows() == [("a", "捐赠者a", 2), ("b", "捐赠者b", 1)]


def test_of_two_updates_with_one_key_the_last_counts(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "b")))
    rows = pl.concat([donors("a", version=v) for v in (5, 7, 6)] + [donors("b", version=9)])
    store.write(DISTRICT, lambda u: u.update("Donor", rows))
    assert store.read(lambda u: u.nodes("Donor"))["version"].to_list() == [6, 9]


def test_update_to_null_in_some_rows_and_in_all(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "b")))
    some = pl.DataFrame({"id": ["a", "b"], "name": [None, "乙"], "version": [None, None]})
    store.write(DISTRICT, lambda u: u.update("Donor", some))
    found = store.read(lambda u: u.nodes("Donor"))
    assert found.rows() == [("a", None, None), ("b", "乙", None)]


def test_update_of_a_missing_key_is_refused(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.update("Donor", donors("a", "nobody", version=9)))
    assert store.read(lambda u: u.nodes("Donor"))["version"].to_list() == [1]


def test_upsert_creates_and_updates_and_the_last_row_counts(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))
    rows = pl.concat([donors("a", "b", version=2), donors("b", version=3)])
    store.write(DISTRICT, lambda u: u.upsert("Donor", rows))
    assert store.read(lambda u: u.nodes("Donor")).select("id", "version").rows() == [
        ("a", 2),
        ("b", 3),
    ]


def test_empty_tables_change_nothing(store: GraphStore) -> None:
    def write(unit: WriteUnit) -> None:
        for method in (unit.create, unit.update, unit.upsert):
            method("Donor", donors("a").clear())
        unit.delete("Donor", [])
        unit.link("GAVE", "Donor", "Donation", pl.DataFrame({"from": [], "to": []}))

    store.write(DISTRICT, write)
    assert names(store) == {}


def test_a_node_may_be_deleted_and_made_again_in_one_unit(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))

    def write(unit: WriteUnit) -> None:
        unit.delete("Donor", ["a", "nobody"])
        unit.create("Donor", donors("a", version=7))

    store.write(DISTRICT, write)
    assert store.read(lambda u: u.nodes("Donor"))["version"].to_list() == [7]


def test_more_rows_than_a_chunk(store: GraphStore) -> None:
    keys = [f"{n:05}" for n in range(5_001)]
    store.write(DISTRICT, lambda u: u.create("Donor", donors(*keys)))
    assert store.read(lambda u: u.nodes("Donor", keys)).height == 5_001
    store.write(DISTRICT, lambda u: u.delete("Donor", keys[1:]))
    assert list(names(store)) == ["00000"]


def test_a_unit_sees_its_own_writes(store: GraphStore) -> None:
    def write(unit: WriteUnit) -> list[str]:
        unit.create("Donor", donors("a"))
        unit.update("Donor", frame([{"id": "a", "name": "新"}]))
        return unit.nodes("Donor")["name"].to_list()

    assert store.write(DISTRICT, write) == ["新"]


def test_a_read_unit_refuses_to_write(store: GraphStore) -> None:
    def sneak(unit: ReadUnit) -> None:
        unit.create("Donor", donors("a"))  # type: ignore[attr-defined]

    with pytest.raises(QueryError):
        store.read(sneak)
    assert names(store) == {}


def test_a_writing_statement_in_a_read_is_refused(store: GraphStore) -> None:
    with pytest.raises(QueryError):
        ask(store, "CREATE (d:Donor {id: 'a'})")
    assert names(store) == {}


def test_a_write_inside_a_write_is_refused(store: GraphStore) -> None:
    def outer(unit: WriteUnit) -> None:
        store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))

    with pytest.raises(QueryError):
        store.write(DISTRICT, outer)
    store.write(DISTRICT, lambda u: u.create("Donor", donors("b")))
    assert list(names(store)) == ["b"]


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        ("Dragon", {"id": "a"}),
        ("Donor", {"id": "a", "colour": "red"}),
        ("Donor", {"name": "no key"}),
        ("Donor", {"id": "a", "version": "three"}),
    ],
)
def test_what_the_schema_does_not_know_is_refused(
    store: GraphStore, label: str, rows: dict[str, str]
) -> None:
    with pytest.raises(QueryError):
        store.write(DISTRICT, lambda u: u.create(label, frame([rows])))


def test_a_statement_with_a_mistake_is_our_fault(store: GraphStore) -> None:
    with pytest.raises(QueryError) as refused:
        ask(store, "MATCH (d:Donor) RETRUN d")
    assert not refused.value.retry


def test_an_unknown_named_query_is_refused(store: GraphStore) -> None:
    with pytest.raises(QueryError):
        store.read(lambda u: u.rows("no.such"))


def test_a_missing_parameter_is_refused(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="after"):  # one engine would take it for null
        store.read(lambda u: u.rows("chain.events", district=DISTRICT, limit=1))


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "\ud800"])
def test_a_value_that_cannot_be_sent(store: GraphStore, value: object) -> None:
    with pytest.raises(QueryError):
        ask(store, "RETURN $v AS v", v=value)
    assert ask(store, "RETURN 1 AS v") == [{"v": 1}]


@pytest.mark.parametrize(
    "value", [2**63 - 1, -(2**63), 0, -0.5, "", "𬱖\n\0'\"`$\\{}", True, None, ["a", ""]]
)
def test_a_value_comes_back_as_it_went_in(store: GraphStore, value: object) -> None:
    (row,) = ask(store, "RETURN $v AS v", v=value)
    assert (row["v"], type(row["v"])) == (value, type(value))


@pytest.mark.gap("embedded", raises=QueryError, why="an empty list has no type to return")
def test_an_empty_list_may_be_returned(store: GraphStore) -> None:
    assert ask(store, "RETURN $v AS v", v=[]) == [{"v": []}]


@pytest.mark.parametrize(("keys", "found"), [([], []), (["a"], ["a"]), (["x", "a"], ["a"])])
def test_an_empty_list_may_be_looked_in(
    store: GraphStore, keys: list[str], found: list[str]
) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))
    for text in (
        "MATCH (d:Donor) WHERE d.id IN $keys RETURN d.id AS did",
        "UNWIND $keys AS k MATCH (d:Donor {id: k}) RETURN d.id AS did",
    ):
        assert [r["did"] for r in ask(store, text, keys=keys)] == found


def test_a_text_as_long_as_a_plans_snapshot(store: GraphStore) -> None:
    long = "长" * 400_000
    store.write(DISTRICT, lambda u: u.create("Plan", frame([{"id": "p", "snapshot": long}])))
    assert store.read(lambda u: u.nodes("Plan", ["p"]))["snapshot"].to_list() == [long]


def test_a_label_all_of_whose_lists_are_empty_or_null(store: GraphStore) -> None:
    rows = pl.DataFrame(
        {"id": ["a", "b"], "skills": [[], None]},
        schema={"id": pl.String(), "skills": pl.List(pl.String())},
    )
    store.write(DISTRICT, lambda u: u.create("Organization", rows))
    assert store.read(lambda u: u.nodes("Organization"))["skills"].to_list() == [[], None]
    store.write(DISTRICT, lambda u: u.update("Organization", rows.reverse()))
    more = frame([{"id": "a", "skills": ["潜水"]}, {"id": "b", "skills": []}])
    store.write(DISTRICT, lambda u: u.update("Organization", more))
    assert store.read(lambda u: u.nodes("Organization"))["skills"].to_list() == [["潜水"], []]


def test_a_closed_store_refuses_everything(store: GraphStore) -> None:
    store.close()
    store.close()
    calls = [
        lambda: store.read(lambda u: u.nodes("Donor")),
        lambda: store.write(DISTRICT, lambda u: u.create("Donor", donors("a"))),
        lambda: store.load({}, []),
        store.migrate,
        store.checkpoint,
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable):
            call()


def test_a_checkpoint_changes_nothing(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Donor", donors("a")))
    store.checkpoint()
    assert list(names(store)) == ["a"]


def test_every_label_takes_a_row_of_nulls(store: GraphStore) -> None:
    def write(unit: WriteUnit) -> None:
        for node in NODES:
            if node.label not in ("Meta", "ChainHead"):
                unit.create(node.label, frame([{node.key: "k"}]))

    store.write(DISTRICT, write)
    assert raw_count(store, "Household") == 1
    row = store.read(lambda u: u.nodes("Plan", ["k"])).row(0, named=True)
    assert {k for k, v in row.items() if v is not None} == {"id"}


def raw_count(store: GraphStore, label: str) -> object:
    return ask(store, f"MATCH (n:{label}) RETURN count(*) AS n")[0]["n"]


def test_write_returns_what_the_function_returns(store: GraphStore) -> None:
    assert store.write(DISTRICT, lambda u: len(raw(u, "RETURN 1 AS x"))) == 1
    assert do(store, "RETURN 2 AS x") == [{"x": 2}]


# -- many rows at once ----------------------------------------------------------------------------

MANY = 1_200


def roads(n: int) -> pl.DataFrame:
    """Rows of every type, with nulls among values and names that a statement could trip over."""
    return pl.DataFrame([
        {"id": f"R{i:05}", "code": "编号'`$" if i % 2 else None, "a": "甲", "b": f"乙{i}",
         "minutes": 2**53 + i, "modes": ["truck", "船"] if i % 3 else [], "state": "",
         "weight_limit_kg": None if i % 5 else i, "version": 1}
        for i in range(n)
    ])  # fmt: skip


def test_many_rows_come_back_as_they_went_in(store: GraphStore) -> None:
    made = roads(MANY)
    store.write(DISTRICT, lambda u: u.create("Road", made))
    found = store.read(lambda u: u.nodes("Road")).select(made.columns)
    assert found.equals(made.cast(found.schema), null_equal=True)
    moved = made.select("id", pl.col("minutes") + 1, pl.lit("cut").alias("state"))
    store.write(DISTRICT, lambda u: u.update("Road", moved))
    again = store.read(lambda u: u.nodes("Road"))
    assert again.select("id", "minutes", "state").equals(moved)
    assert again["b"].equals(found["b"])


def test_many_rows_are_rolled_back_as_one(store: GraphStore) -> None:
    class Stop(Exception): ...

    def write(unit: WriteUnit) -> None:
        unit.create("Road", roads(MANY))
        unit.create("Donor", donors(*(f"D{i:05}" for i in range(MANY))))
        raise Stop

    for _ in range(2):
        with pytest.raises(Stop):
            store.write(DISTRICT, write)
        assert store.read(lambda u: u.nodes("Road")).is_empty()
    store.write(DISTRICT, lambda u: u.create("Road", roads(MANY)))
    assert store.read(lambda u: u.nodes("Road")).height == MANY


def test_a_key_twice_among_many_rows_is_refused_whole(store: GraphStore) -> None:
    store.write(DISTRICT, lambda u: u.create("Road", roads(3)))
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.create("Road", roads(MANY)))
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.update("Road", roads(MANY).select("id", "minutes")))
    assert store.read(lambda u: u.nodes("Road")).height == 3


def test_many_links_need_both_ends(store: GraphStore) -> None:
    homes = [f"H{i:05}" for i in range(MANY)]
    people = [f"P{i:05}" for i in range(MANY)]
    ends = pl.DataFrame({"from": people, "to": homes})

    def write(unit: WriteUnit) -> None:
        unit.create("Household", pl.DataFrame({"id": homes}))
        unit.create("Person", pl.DataFrame({"id": people}))

    store.write(DISTRICT, write)
    loose = ends.with_columns(pl.col("to").replace("H00007", "H-NOBODY"))
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.link("MEMBER_OF", "Person", "Household", loose))
    store.write(DISTRICT, lambda u: u.link("MEMBER_OF", "Person", "Household", ends))
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.create("Person", pl.DataFrame({"id": people})))
