from __future__ import annotations

import re
import warnings

import ladybug
import pytest

from graphcore.store.ddl import embedded_ddl
from graphcore.store.library import NamedQuery, library
from graphcore.store.lint import RESERVED, lint, lint_one


def rules(text: str) -> set[str]:
    return {finding.rule for finding in lint_one(NamedQuery("a.q", "Returns x.", text))}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("set-map", "MATCH (v:Village {code: $c}) SET v += $m"),
        ("set-map", "MATCH (v:Village {code: $c}) SET v = {name: 'x'}"),
        ("call", "CALL { MATCH (v:Village) RETURN v } RETURN v"),
        ("call", "CALL db.labels()"),
        ("foreach", "FOREACH (x IN $l | CREATE (:Village {code: x}))"),
        ("remove", "MATCH (v:Village) REMOVE v.name"),
        ("comprehension", "RETURN [x IN $l WHERE x > 1] AS l"),
        ("pattern-comprehension", "MATCH (v:Village) RETURN [(v)-[:PART_OF]->(t) | t.code] AS l"),
        ("map-projection", "MATCH (v:Village) RETURN v {.code} AS v"),
        ("clock", "RETURN datetime() AS now"),
        ("random", "RETURN rand() AS x"),
        ("path", "MATCH p = shortestPath((a:Plan)-[:BASED_ON*..5]->(b:Plan)) RETURN p"),
        ("quantified-path", "MATCH (a:Plan) ((b:Plan)-[:BASED_ON]->(c:Plan)){1,3} (d) RETURN d"),
        ("rel-in", "MATCH (h:Household)-[:IN]->(v:Village) RETURN h.id AS id"),
        ("many-labels", "MATCH (n:Village:Township) RETURN n.code AS code"),
        ("many-labels", "MATCH (n:Village|Township) RETURN n.code AS code"),
        ("labels", "MATCH (n:Village) RETURN labels(n) AS l"),
        ("internal-id", "MATCH (n:Village) RETURN id(n) AS l"),
        ("extension", "RETURN apoc.text.join($l, ',') AS x"),
        ("conversion", "MATCH (n:Village) RETURN toString(n.version) AS x"),
        ("substring", "MATCH (n:Village) RETURN substring(n.code, 0, 6) AS x"),
        ("list-index", "MATCH (n:Village) RETURN collect(n.code)[0] AS x"),
        ("list-index", "MATCH (n:Road) RETURN n.modes[1..2] AS x"),
        ("count-pattern", "MATCH (v:Village) RETURN COUNT { (v)<-[:LIVES_IN]-() } AS n"),
        ("schema", "DROP TABLE Village"),
        ("unbounded", "MATCH (a:Plan)-[:BASED_ON*]->(b:Plan) RETURN b.id AS id"),
        ("unbounded", "MATCH (a:Plan)-[:BASED_ON*2..]->(b:Plan) RETURN b.id AS id"),
        ("cyclic", "MATCH (a:Plan)-[:BASED_ON*1..5]-(b:Plan) RETURN b.id AS id"),
        ("cyclic", "MATCH (a:Household)-[*1..3]->(b:Village) RETURN b.code AS c"),
        ("cyclic", "MATCH (a:Household)-[:LIVES_IN*1..3]->(b:Village) RETURN b.code AS c"),
        (
            "cyclic",
            "MATCH (a:Plan)-[:BASED_ON|LIVES_IN*1..3]->(b:Plan) RETURN b.id AS id",
        ),
        (
            "cross-product",
            "UNWIND $r AS r MATCH (h:Household {id: r.f}),(v:Village {code: r.t}) "
            "CREATE (h)-[:LIVES_IN]->(v)",
        ),
        ("cross-product", "MATCH (h:Household {id: $h}), (v:Village {code: $v}) RETURN h.id AS h"),
        (
            "cross-product",
            "MATCH (h:Household), (v:Village) WHERE h.id = $h AND v.code = $v RETURN h.id AS h",
        ),
        ("schema-name", "MATCH (n:Castle) RETURN count(*) AS n"),
        ("schema-name", "MATCH (:Household)-[:OWNS]->(:Village) RETURN count(*) AS n"),
        ("schema-name", "MATCH (v:Village) RETURN v.mayor AS mayor"),
        ("schema-name", "MATCH (v:Village {mayor: $m}) RETURN v.code AS code"),
        ("schema-name", "MATCH (:Disaster)-[x:HITS]->(:Township) RETURN x.force AS f"),
        ("keyword", "MATCH (s:HardshipStatus) RETURN s.group AS g"),
        ("keyword", "MATCH (c:AidCase {id: $case}) RETURN c.id AS id"),
        ("keyword", "MATCH (c:AidCase) WHERE c.id IN $all RETURN c.id AS id"),
        ("keyword", "MATCH (c:AidCase) RETURN c.to_on AS end"),
        ("keyword", "MATCH (case:AidCase) RETURN case.id AS id"),
        ("empty-sum", "MATCH (n:Need) RETURN sum(n.received) AS s"),
        ("empty-sum", "MATCH (n:Need) WITH sum(n.received) AS s, count(*) AS c RETURN s, c"),
    ],
)
def test_what_is_outside_the_subset_is_found(rule: str, text: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:Plan)-[:BASED_ON*1..5]->(b:Plan) RETURN b.id AS id",
        "MATCH (a:Household)<-[x:MERGED_INTO*1..9]-(b:Household) RETURN b.id AS id",
        "MATCH (h:Household {id: $h}) MATCH (v:Village {code: $v}) CREATE (h)-[:LIVES_IN]->(v)",
        "MATCH (h:Household {id: $h})-[:LIVES_IN]->(v:Village), (v)-[:PART_OF]->(t:Township) "
        "RETURN t.code AS code",
        "UNWIND $rows AS r MERGE (v:Village {code: r.code}) "
        "ON CREATE SET v.name = r.name ON MATCH SET v.name = r.name",
        "MATCH (s:HardshipStatus) WHERE s.`group` IN $groups RETURN s.`group` AS grp",
        "MATCH (h:Household) WHERE EXISTS { MATCH (h)-[:NEEDS]->(:Need) } RETURN h.id AS id",
        "MATCH (v:Village) RETURN v.code AS code, COUNT { MATCH (v)<-[:LIVES_IN]-(h:Household) } "
        "AS homes ORDER BY code SKIP $skip LIMIT $limit",
        "MATCH (n:Need) RETURN n.item AS item, sum(n.received) AS received ORDER BY item",
        "MATCH (n:Need) RETURN coalesce(sum(n.received), 0) AS received",
        "MATCH (v:Village) WHERE v.name = 'CALL {datetime()}' RETURN v.code AS code",
        "MATCH (c:AidCase {id: $aid_case}) RETURN CASE WHEN c.days > 0 THEN 1 ELSE 0 END AS some",
        "MATCH (:Disaster {id: $d})-[x:HITS]->(t:Township) RETURN t.code AS c, x.intensity AS i",
    ],
)
def test_what_both_engines_answer_alike_passes(text: str) -> None:
    assert rules(text) == set()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_reserved_words_are_those_that_the_embedded_engine_refuses() -> None:
    """Each is refused as a parameter; what the statements use is not."""
    used = {p for q in library().values() for p in re.findall(r"\$(\w+)", q.text)}
    with ladybug.Database() as database, ladybug.Connection(database) as connection:
        tried = {w: connection.prepare(f"RETURN ${w} AS x") for w in RESERVED | used}
        taken = {word for word, made in tried.items() if made.is_success()}
    assert taken == used


def test_a_statement_says_what_it_returns() -> None:
    [finding] = lint_one(NamedQuery("a.q", "", "MATCH (v:Village) RETURN v.code AS code"))
    assert finding.rule == "comment"


def test_the_shipped_statements_are_in_the_subset() -> None:
    assert lint(library().values()) == []


def test_the_embedded_engine_can_prepare_every_shipped_statement() -> None:
    with ladybug.Database() as database, ladybug.Connection(database) as connection:
        for statement in embedded_ddl():
            connection.execute(statement)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            prepared = {n: connection.prepare(q.text) for n, q in library().items()}
        refused = {n: p.get_error_message() for n, p in prepared.items() if not p.is_success()}
    assert refused == {}
