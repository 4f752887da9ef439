"""Every error of the Neo4j driver, enumerated, reaches callers as one of ours."""

from __future__ import annotations

import inspect
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import neo4j
import pytest
from neo4j import exceptions as driver

from graphcore.domain.errors import (
    ConstraintViolated,
    DoudiError,
    QueryError,
    SettingsError,
    StoreBusy,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from graphcore.store.neo4j.engine import Neo4jLimits, Neo4jStore
from graphcore.store.neo4j.errors import translate, translated
from graphcore.store.port import ReadUnit, WriteUnit
from tests.conftest import wipe
from tests.support.neo4j_server import Server
from tests.support.stores import DISTRICT, donors, frame, raw

PUBLIC = sorted(
    (
        kind
        for _, kind in inspect.getmembers(driver, inspect.isclass)
        if issubclass(kind, driver.GqlError)
    ),
    key=lambda kind: kind.__name__,
)

EXPECTED: dict[str, type[DoudiError]] = {
    "AuthConfigurationError": SettingsError,
    "AuthError": SettingsError,
    "BrokenRecordError": QueryError,
    "CertificateConfigurationError": SettingsError,
    "ClientError": QueryError,
    "ConfigurationError": SettingsError,
    "ConnectionAcquisitionTimeoutError": StoreBusy,
    "ConnectionPoolError": StoreBusy,
    "ConstraintError": ConstraintViolated,
    "CypherSyntaxError": QueryError,
    "CypherTypeError": QueryError,
    "DatabaseError": StoreError,
    "DatabaseUnavailable": StoreUnavailable,
    "DriverError": QueryError,
    "Forbidden": SettingsError,
    "ForbiddenOnReadOnlyDatabase": StoreUnavailable,
    "GqlError": StoreError,
    "IncompleteCommit": StoreUnavailable,
    "Neo4jError": StoreError,
    "NotALeader": StoreUnavailable,
    "ReadServiceUnavailable": StoreUnavailable,
    "ResultConsumedError": QueryError,
    "ResultError": QueryError,
    "ResultFailedError": QueryError,
    "ResultNotSingleError": QueryError,
    "RoutingServiceUnavailable": StoreUnavailable,
    "ServiceUnavailable": StoreUnavailable,
    "SessionError": QueryError,
    "SessionExpired": StoreUnavailable,
    "TokenExpired": SettingsError,
    "TransactionError": QueryError,
    "TransactionNestingError": QueryError,
    "TransientError": StoreBusy,
    "UnsupportedServerProduct": SettingsError,
    "WriteServiceUnavailable": StoreUnavailable,
}
SECRET = "身份证 110101"


def made(kind: type[driver.GqlError]) -> driver.GqlError:
    takes_owner = issubclass(
        kind, driver.SessionError | driver.TransactionError | driver.ResultError
    )
    return kind(None, SECRET) if takes_owner else kind(SECRET)


def test_the_list_is_the_drivers() -> None:
    assert {kind.__name__ for kind in PUBLIC} == set(EXPECTED)


@pytest.mark.parametrize("kind", PUBLIC)
def test_each_class_is_translated(kind: type[driver.GqlError]) -> None:
    error = made(kind)
    ours = translate(error)
    assert type(ours) is EXPECTED[kind.__name__]
    assert SECRET not in f"{ours} {ours.advice}"
    assert ours.advice is not None
    retryable = isinstance(error, driver.DriverError | driver.Neo4jError) and error.is_retryable()
    assert ours.retry or not retryable


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Neo.ClientError.Transaction.TransactionTimedOut", StoreTimeout),
        ("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", StoreTimeout),
        ("Neo.TransientError.Transaction.Terminated", StoreTimeout),
        ("Neo.TransientError.Transaction.DeadlockDetected", StoreBusy),
        ("Neo.TransientError.Transaction.LockAcquisitionTimeout", StoreBusy),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", StoreUnavailable),
        ("Neo.TransientError.General.DatabaseUnavailable", StoreUnavailable),
        ("Neo.ClientError.Cluster.NotALeader", StoreUnavailable),
        ("Neo.ClientError.Database.DatabaseNotFound", SettingsError),
        ("Neo.ClientError.Security.Unauthorized", SettingsError),
        ("Neo.ClientError.Security.Forbidden", SettingsError),
        ("Neo.ClientError.Security.AuthenticationRateLimit", SettingsError),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", ConstraintViolated),
        ("Neo.ClientError.Statement.SyntaxError", QueryError),
        ("Neo.ClientError.Statement.AccessMode", QueryError),
        ("Neo.DatabaseError.General.UnknownError", StoreError),
    ],
)
def test_the_servers_codes(code: str, expected: type[DoudiError]) -> None:
    error = driver.Neo4jError._hydrate_neo4j(code=code, message=SECRET)
    assert type(translate(error)) is expected


def fails_twice(first: DoudiError, then: driver.GqlError) -> None:
    with translated(driver.GqlError):
        try:
            raise first from driver.ConstraintError(SECRET)
        finally:
            raise then


@pytest.mark.parametrize("kind", [driver.ResultFailedError, driver.TransactionError])
def test_tidying_up_does_not_hide_why_a_unit_failed(kind: type[driver.DriverError]) -> None:
    ours = translate(driver.ConstraintError(SECRET))
    with pytest.raises(ConstraintViolated) as raised:
        fails_twice(ours, made(kind))
    assert raised.value is ours
    assert isinstance(raised.value.__cause__, driver.ConstraintError)


def test_an_error_that_came_later_counts_for_itself() -> None:
    with pytest.raises(StoreUnavailable):
        fails_twice(translate(driver.ConstraintError(SECRET)), driver.ServiceUnavailable(SECRET))


def nobody_listens() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_no_server(scheme: str) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        Neo4jStore(f"{scheme}://{nobody_listens()}", "neo4j", "password")
    assert refused.value.retry


@pytest.mark.parametrize("uri", ["mongodb://x", "bolt://host:port", "bolt://127.0.0.1?a=1", ""])
def test_a_wrong_address(uri: str) -> None:
    with pytest.raises(SettingsError):
        Neo4jStore(uri, "neo4j", "password")


def test_a_wrong_password_and_database(neo4j_service: Server) -> None:
    with pytest.raises(SettingsError):
        Neo4jStore(neo4j_service.uri, neo4j_service.user, "not the password")
    with pytest.raises(SettingsError):
        Neo4jStore(neo4j_service.uri, neo4j_service.user, neo4j_service.password, "elsewhere")


@pytest.fixture
def remote(neo4j_service: Server, neo4j_admin: neo4j.Driver) -> Iterator[Neo4jStore]:
    wipe(neo4j_admin, schema=False)
    routed = neo4j_service.uri.replace("bolt://", "neo4j://")
    limits = Neo4jLimits(write_s=30.0)
    with closing(
        Neo4jStore(routed, neo4j_service.user, neo4j_service.password, limits=limits)
    ) as store:
        store.migrate()
        yield store


def test_a_writer_that_waits_too_long_is_told_so(neo4j_service: Server, remote: Neo4jStore) -> None:
    held, free, hurried = threading.Event(), threading.Event(), Neo4jLimits(write_s=0.5)

    def hold(unit: WriteUnit) -> None:
        held.set()
        free.wait(20)

    with (
        ThreadPoolExecutor(1) as pool,
        closing(
            Neo4jStore(
                neo4j_service.uri, neo4j_service.user, neo4j_service.password, limits=hurried
            )
        ) as second,
    ):
        first = pool.submit(remote.write, DISTRICT, hold)
        try:
            assert held.wait(10)
            with pytest.raises(StoreTimeout) as late:
                second.write(DISTRICT, lambda u: u.create("Donor", donors("a")))
            assert late.value.retry
        finally:
            free.set()
        first.result()
        second.write(DISTRICT, lambda u: u.create("Donor", donors("a")))


def test_a_deadlock_between_districts_is_tried_again(remote: Neo4jStore) -> None:
    remote.write(DISTRICT, lambda u: u.create("Donor", donors("a", "b", version=0)))
    both_hold, runs = threading.Barrier(2), list[str]()

    def crosswise(district: str, first: str, second: str) -> None:
        def write(unit: WriteUnit) -> None:
            runs.append(district)
            for key in (first, second):
                version = unit.nodes("Donor", [key])["version"][0]
                unit.update("Donor", frame([{"id": key, "version": version + 1}]))
                if key == first and runs.count(district) == 1:
                    both_hold.wait(10)

        remote.write(district, write)

    with ThreadPoolExecutor(2) as pool:
        ways = [("990001", "a", "b"), ("990002", "b", "a")]
        for done in [pool.submit(crosswise, *way) for way in ways]:
            done.result()
    assert len(runs) > 2
    assert remote.read(lambda u: u.nodes("Donor"))["version"].to_list() == [2, 2]


def test_an_error_of_the_caller_is_no_error_of_the_store(remote: Neo4jStore) -> None:
    def mistaken(unit: ReadUnit) -> None:
        raise OSError("the caller's own file")

    with pytest.raises(OSError, match="own file"):
        remote.read(mistaken)


def test_queries_give_no_warnings(remote: Neo4jStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "neo4j"):
        remote.read(lambda u: raw(u, "MATCH (n:NoSuchLabel) RETURN n.nothing AS x"))
    assert caplog.records == []
