"""Fixtures for every test: the store on both engines, a Neo4j server started once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import neo4j
import pytest
from hypothesis import settings

from graphcore.store.open import open_embedded, open_neo4j
from graphcore.store.port import GraphStore
from tests.support.neo4j_server import DATABASE, Neo4jAbsent, Server, fetch, neo4j_server

settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):  # a red build is then the change's fault, not chance's
    settings.load_profile("ci")

Opener = Callable[[], AbstractContextManager[GraphStore]]
"""Opens the same store, each time anew."""

ENGINES = ("embedded", "neo4j")
_ABSENT = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Before several processes test, copy the server's jars once: Maven shares its cache badly."""
    if config.getoption("numprocesses", None):
        try:
            fetch()
        except Neo4jAbsent as absent:
            config.stash[_ABSENT] = str(absent)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that no process is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def neo4j_service(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The one server of this run; skipped where it cannot run, a failure in CI."""
    try:
        with neo4j_server() as server:
            yield server
    except Neo4jAbsent as absent:
        if os.environ.get("CI") or os.environ.get("DOUDI_REQUIRE_NEO4J"):
            pytest.fail(f"Neo4j is required here: {absent}")
        request.config.stash[_ABSENT] = str(absent)
        pytest.skip(f"Neo4j: {absent}")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if why := config.stash.get(_ABSENT, ""):
        terminalreporter.write_line(f"The Neo4j half of the tests was skipped: {why}", yellow=True)


@pytest.fixture(scope="session")
def neo4j_admin(neo4j_service: Server) -> Iterator[neo4j.Driver]:
    """A plain driver on the server, to wipe it and to tamper with what is stored."""
    auth = (neo4j_service.user, neo4j_service.password)
    with neo4j.GraphDatabase.driver(
        neo4j_service.uri, auth=auth, notifications_min_severity="OFF"
    ) as driver:
        yield driver


def wipe(driver: neo4j.Driver, *, schema: bool) -> None:
    """Empty the database of the server that this run started; ``schema`` with its constraints."""
    if schema:
        found = driver.execute_query("SHOW CONSTRAINTS YIELD name", database_=DATABASE)
        for record in found.records:
            driver.execute_query(f"DROP CONSTRAINT `{record['name']}`", database_=DATABASE)
    keep = "" if schema else "WHERE NOT n:Meta "
    with driver.session(database=DATABASE) as session:
        session.run(
            f"MATCH (n) {keep}CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 10000 ROWS"
        ).consume()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; a declared gap of one is a strict xfail."""
    name: str = request.param
    for gap in request.node.iter_markers("gap"):
        if gap.args[0] == name:
            request.applymarker(
                pytest.mark.xfail(
                    strict=True, raises=gap.kwargs["raises"], reason=gap.kwargs["why"]
                )
            )
    return name


def _opener(name: str, request: pytest.FixtureRequest, tmp_path: Path, *, schema: bool) -> Opener:
    if name == "embedded":

        @contextmanager
        def embedded() -> Iterator[GraphStore]:
            with closing(open_embedded(tmp_path / "store")) as store:
                yield store

        return embedded
    server: Server = request.getfixturevalue("neo4j_service")
    wipe(request.getfixturevalue("neo4j_admin"), schema=schema)

    @contextmanager
    def remote() -> Iterator[GraphStore]:
        with closing(open_neo4j(server.uri, server.user, server.password, DATABASE)) as store:
            yield store

    return remote


@pytest.fixture
def opener(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens one empty store that was never migrated; open it again after closing it."""
    return _opener(engine, request, tmp_path, schema=True)


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty, migrated store."""
    with _opener(engine, request, tmp_path, schema=False)() as opened:
        opened.migrate()
        yield opened
