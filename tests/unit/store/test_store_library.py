from __future__ import annotations

import pytest

from graphcore.domain.errors import QueryError
from graphcore.store.library import library, parse, query_text

SOURCE = """\
-- name: area.one
-- The first.
// not part of it
MATCH (v:Village)
RETURN v.code AS code;

-- name: area.two
-- The second.
-- It has two lines.
MATCH (t:Township) RETURN t.code AS code
"""


def test_a_file_holds_named_statements() -> None:
    one, two = parse("area", SOURCE)
    assert (one.name, one.about) == ("area.one", "The first.")
    assert one.text == "MATCH (v:Village)\nRETURN v.code AS code"
    assert two.about == "The second. It has two lines."


@pytest.mark.parametrize(
    "source",
    ["MATCH (n:Village) RETURN n", "-- name: other.one\nRETURN 1", "-- name: area.one\n-- nothing"],
    ids=["no header", "another area", "no statement"],
)
def test_a_malformed_file_is_refused(source: str) -> None:
    with pytest.raises(QueryError):
        list(parse("area", source))


def test_an_empty_file_has_no_statements() -> None:
    assert list(parse("area", "\n")) == []


def test_the_shipped_statements_load() -> None:
    assert "MATCH (c:ChainHead)" in query_text("chain.heads")
    assert all(name == query.name for name, query in library().items())


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(QueryError, match="nowhere"):
        query_text("nowhere.at_all")


def test_a_statement_knows_its_parameters() -> None:
    (one,) = parse("area", "-- name: area.one\n-- x\nMATCH (v:Village {code: $c}) SKIP $n LIMIT $n")
    assert one.parameters == {"c", "n"}


def test_a_missing_parameter_is_refused_and_a_spare_one_is_not() -> None:
    with pytest.raises(QueryError, match="district"):
        query_text("chain.hash_at", ["seq"])
    assert query_text("chain.hash_at", ["seq", "district", "more"]) == query_text("chain.hash_at")
