from __future__ import annotations

import pytest

from graphcore.domain.errors import SettingsError
from graphcore.store.ddl import embedded_ddl, neo4j_ddl
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.migrate import ALL, pending
from graphcore.store.migrations.step import Migration
from graphcore.store.schema import NODES, RELS


def test_every_declared_type_has_a_table() -> None:
    ddl = embedded_ddl()
    assert len(ddl) == len(NODES) + len(RELS)
    assert (
        "CREATE NODE TABLE IF NOT EXISTS `Meta` (`key` STRING, `value` STRING, PRIMARY KEY (`key`))"
        in ddl
    )
    assert (
        "CREATE REL TABLE IF NOT EXISTS `HITS` (FROM `Disaster` TO `Township`, `intensity` INT64)"
        in ddl
    )


def test_a_relationship_may_join_several_pairs() -> None:
    [moved] = [d for d in embedded_ddl() if "`MERGED_INTO`" in d]
    assert "FROM `Household` TO `Household`, FROM `Person` TO `Person`" in moved


def test_neo4j_has_a_key_constraint_a_label() -> None:
    ddl = neo4j_ddl()
    assert len(ddl) == len(NODES)
    assert ddl[0] == (
        "CREATE CONSTRAINT key_meta IF NOT EXISTS FOR (n:`Meta`) REQUIRE n.`key` IS UNIQUE"
    )


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.version for step in ALL] == list(range(1, len(ALL) + 1))


def test_only_what_is_behind_is_pending() -> None:
    steps = [Migration(1, "a", (), ()), Migration(2, "b", (), ())]
    assert pending(0, steps) == steps
    assert pending(1, steps) == steps[1:]
    assert pending(2, steps) == []


def test_a_store_of_a_newer_release_is_refused() -> None:
    with pytest.raises(SettingsError, match="第 2 版"):
        pending(2, [Migration(1, "a", (), ())])


def test_migrating_twice_applies_nothing_more(store: EmbeddedStore) -> None:
    assert store.migrate() == 0
