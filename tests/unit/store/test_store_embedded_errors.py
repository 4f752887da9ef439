"""Every text of the embedded engine, seen or in its binary, reaches callers as one of ours."""

from __future__ import annotations

from pathlib import Path

import ladybug
import pytest

from graphcore.domain.errors import (
    ConstraintViolated,
    QueryError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from graphcore.store.embedded.errors import DRIVER_ERRORS, translate, translated

SECRET = "身份证 110101"

SEEN: list[tuple[Exception, type[StoreError]]] = [
    (
        RuntimeError(
            f"Runtime exception: Found duplicated primary key value {SECRET}, which violates the "
            "uniqueness constraint of the primary key column."
        ),
        ConstraintViolated,
    ),
    (
        RuntimeError(
            "Runtime exception: Found NULL, which violates the non-null constraint of the primary "
            "key column."
        ),
        ConstraintViolated,
    ),
    (
        RuntimeError(f"Runtime exception: Unable to find primary key value {SECRET}."),
        ConstraintViolated,
    ),
    (RuntimeError("Binder exception: Table Withdrawal does not exist."), QueryError),
    (RuntimeError("Binder exception: Cannot find property wal for n."), QueryError),
    (RuntimeError("Parser exception: Invalid input <corrupt checksum wal file>"), QueryError),
    (RuntimeError("Catalog exception: Village already exists in catalog."), QueryError),
    (RuntimeError("Conversion exception: Cast failed."), QueryError),
    (RuntimeError("Overflow exception: not within INT64 range."), QueryError),
    (RuntimeError("Copy exception: Unable to find primary key value x."), QueryError),
    (RuntimeError("Runtime exception: Divide by zero."), QueryError),
    (RuntimeError("Can not execute a write query inside a read-only transaction."), QueryError),
    (RuntimeError("Connection already has an active transaction."), QueryError),
    (RuntimeError("Unable to cast Python instance of type <class 'int'> to C++ type"), QueryError),
    (ValueError("invalid literal for int() with base 10: 'a'"), QueryError),
    (TypeError("unhashable"), QueryError),
    (OverflowError("int too big to convert"), QueryError),
    (IndexError("vector::_M_range_check"), QueryError),
    (
        RuntimeError(
            "Cannot start a new write transaction in the system. Only one write transaction at a "
            "time is allowed in the system."
        ),
        StoreBusy,
    ),
    (RuntimeError("Write-write conflict of updating the same row."), StoreBusy),
    (
        RuntimeError(
            "Timeout waiting for active write transactions to leave the system before "
            "checkpointing. If you have an open write transaction, please close it and try again."
        ),
        StoreBusy,
    ),
    (
        RuntimeError("IO exception: Could not set lock on file : /x (Lock is held by PID 7)"),
        StoreBusy,
    ),
    (RuntimeError("Interrupted."), StoreTimeout),
    (RuntimeError("Connection is closed."), StoreUnavailable),
    (RuntimeError("Database is closed"), StoreUnavailable),
    (
        RuntimeError(
            "Buffer manager exception: Unable to allocate memory! The buffer pool is full and no "
            "memory could be freed!"
        ),
        StoreUnavailable,
    ),
    (MemoryError("std::bad_alloc"), StoreUnavailable),
    (MemoryError(), StoreUnavailable),
    (
        RuntimeError(
            "WAL is in a panic state and refuses further writes until restart. Original error: x"
        ),
        StoreUnavailable,
    ),
    (
        RuntimeError(
            "Checkpoint cleanup failed; the database refuses further writes until restart. "
            "Original error: x"
        ),
        StoreUnavailable,
    ),
    (RuntimeError("WAL sync failed: Input/output error"), StoreUnavailable),
    (RuntimeError("IO exception: Cannot write to file: No space left on device"), StoreUnavailable),
    (OSError(28, "No space left on device"), StoreUnavailable),
    (PermissionError(13, "Permission denied"), StoreUnavailable),
    (
        RuntimeError("Storage exception: Checksum verification failed, the WAL file is corrupted."),
        StoreDamaged,
    ),
    (
        RuntimeError("Runtime exception: Corrupted wal file. Read out invalid WAL record type."),
        StoreDamaged,
    ),
    (
        RuntimeError("Runtime exception: Reading past the end of the file /x.wal with size 7"),
        StoreDamaged,
    ),
    (
        RuntimeError("Cannot recover checkpoint WAL /x: shadow file /y is missing"),
        StoreDamaged,
    ),
    (RuntimeError("something nobody has ever seen"), QueryError),
]


@pytest.mark.parametrize(("error", "ours"), SEEN, ids=lambda x: str(x)[:40])
def test_each_text_is_translated(error: Exception, ours: type[StoreError]) -> None:
    assert isinstance(error, DRIVER_ERRORS)
    made = translate(error)
    assert type(made) is ours
    assert made.advice is not None
    assert SECRET not in f"{made} {made.advice}"


@pytest.mark.parametrize(
    "text",
    [
        "vector::reserve",
        "basic_string::_M_replace_aux",
        "Runtime exception: Trying to a create a vector with ANY type.",
        'Assertion failed in file "types.cpp" on line 324: UNREACHABLE_CODE',
        "Storage exception: Checksum verification failed, the WAL file is corrupted.",
        "Runtime exception: Found duplicated primary key value x",
        "std::bad_alloc",
    ],
)
def test_what_is_odd_while_opening_is_damage(text: str) -> None:
    assert type(translate(RuntimeError(text), opening=True)) is StoreDamaged


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("IO exception: Could not set lock on file : /x", StoreBusy),
        ("IO exception: Cannot open file /x: Permission denied", StoreUnavailable),
    ],
)
def test_what_is_plain_while_opening_is_no_damage(text: str, ours: type[StoreError]) -> None:
    assert type(translate(RuntimeError(text), opening=True)) is ours


def test_whether_a_retry_helps_is_said() -> None:
    kinds = {type(translate(error)) for error, _ in SEEN}
    assert {k for k in kinds if k.retry} == {StoreBusy, StoreTimeout, StoreUnavailable}
    assert {k for k in kinds if not k.retry} == {ConstraintViolated, QueryError, StoreDamaged}


def test_ours_pass_through_and_strangers_too() -> None:
    with pytest.raises(StoreBusy), translated():
        raise translate(RuntimeError("Write-write conflict"))
    with pytest.raises(KeyError), translated():
        raise KeyError
    with pytest.raises(ValueError, match="mine"), translated((OSError,)):
        raise ValueError("mine")


def test_the_texts_are_the_engines_own(tmp_path: Path) -> None:
    """Provoke what can be provoked, so that a bump that changes a text is noticed."""
    with (
        ladybug.Database(tmp_path / "raw", auto_checkpoint=False) as database,
        ladybug.Connection(database) as one,
        ladybug.Connection(database) as two,
    ):

        def kind(text: str, on: ladybug.Connection = one) -> type[StoreError]:
            with pytest.raises(DRIVER_ERRORS) as raised:
                on.execute(text).get_all()
            return type(translate(raised.value))

        one.execute("CREATE NODE TABLE N(id STRING, v INT64, PRIMARY KEY(id))")
        one.execute("CREATE (:N {id: 'a', v: 1})")
        assert kind("CREATE (:N {id: 'a'})") is ConstraintViolated
        assert kind("CREATE (:N {v: 1})") is QueryError
        assert kind("RETRUN 1") is QueryError
        assert kind("MATCH (n:Nowhere) RETURN n") is QueryError
        assert kind("MATCH (n:N) SET n.v = 9223372036854775807 + n.v") is QueryError
        one.execute("BEGIN TRANSACTION")
        assert kind("BEGIN TRANSACTION", two) is StoreBusy
        one.execute("ROLLBACK")
        one.set_query_timeout(20)
        loop = "UNWIND range(1, 99999) AS a UNWIND range(1, 99999) AS b "
        assert kind(loop + "WITH a * b % 7 AS c RETURN max(c)") is StoreTimeout
        two.close()
        assert kind("RETURN 1", two) is StoreUnavailable
