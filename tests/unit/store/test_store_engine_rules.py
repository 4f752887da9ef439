"""The rules under which the embedded engine is right: when it checkpoints, and how it closes."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import ladybug
import pytest

from graphcore.domain.errors import ConstraintViolated, StoreBusy, StoreTimeout, StoreUnavailable
from graphcore.store.embedded.engine import EmbeddedStore, Limits
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.native import Native
from graphcore.store.port import ReadUnit
from tests.support.stores import DISTRICT, ask, donors, frame
from tests.unit.store.conftest import QUICK

OFTEN = replace(QUICK, checkpoint_every=3, bar_after=6, bar_again=2)

ENDLESS = (
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "
    "WITH a * b % 7 AS c RETURN max(c) AS c"
)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many guests were in at each checkpoint that ran."""
    seen: list[int] = []
    fold = EmbeddedStore._fold

    def watched(store: EmbeddedStore) -> None:
        seen.append(store._gate.guests)
        fold(store)

    monkeypatch.setattr(EmbeddedStore, "_fold", watched)
    return seen


@pytest.fixture
def often(folder: Path, folds: list[int]) -> Iterator[EmbeddedStore]:
    with closing(EmbeddedStore(Files(folder), OFTEN)) as store:
        store.migrate()
        folds.clear()
        yield store


def write(store: EmbeddedStore, count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        store.write(DISTRICT, lambda u, n=n: u.upsert("Donor", donors(f"d{n}")))  # type: ignore[misc]


@contextmanager
def reading(store: EmbeddedStore, timeout_s: float = 60.0) -> Iterator[None]:
    """A read that is held open in another thread."""
    entered, leave, errors = threading.Event(), threading.Event(), list[BaseException]()

    def look(unit: ReadUnit) -> None:
        unit.nodes("Donor")
        entered.set()
        leave.wait(20)

    def run() -> None:
        try:
            store.read(look, timeout_s=timeout_s)
        except StoreUnavailable as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert entered.wait(5)
    try:
        yield
    finally:
        leave.set()
        thread.join()


def test_the_shipped_limits() -> None:
    limits = Limits()
    assert (limits.checkpoint_every, limits.bar_after) == (1_000, 5_000)
    assert limits.bar_s < limits.gate_wait_s  # whoever is turned away gets in afterwards


def test_the_engine_never_checkpoints_by_itself(store: EmbeddedStore) -> None:
    assert store._native._database.auto_checkpoint is False


def test_a_checkpoint_comes_after_its_number_of_commits(
    often: EmbeddedStore, folds: list[int]
) -> None:
    write(often, 2)
    assert folds == []
    write(often, 1)
    assert folds == [0]
    write(often, 2)
    assert folds == [0]


def test_undone_units_and_reads_do_not_count(often: EmbeddedStore, folds: list[int]) -> None:
    write(often, 2)
    with pytest.raises(ConstraintViolated):
        often.write(DISTRICT, lambda u: u.create("Donor", donors("d0")))
    often.read(lambda u: u.nodes("Donor"))
    assert folds == []


def test_a_reader_puts_it_off_and_each_commit_tries_again(
    often: EmbeddedStore, folds: list[int]
) -> None:
    with reading(often):
        write(often, 5)
        assert folds == []
    write(often, 1)
    assert folds == [0]


def test_a_try_does_not_wait(often: EmbeddedStore) -> None:
    with reading(often):
        write(often, 3)
        begun = time.monotonic()
        write(often, 2)
        assert time.monotonic() - begun < 1


def test_past_the_second_number_newcomers_are_turned_away_for_a_moment(
    folder: Path, folds: list[int]
) -> None:
    limits = replace(OFTEN, bar_s=0.4, gate_wait_s=5.0)
    with closing(EmbeddedStore(Files(folder), limits)) as store:
        store.migrate()
        with reading(store):
            write(store, 5)
            writer = threading.Thread(target=write, args=(store, 1, 5))
            writer.start()
            time.sleep(0.1)
            begun = time.monotonic()
            store.read(lambda u: u.nodes("Donor"))
            waited = time.monotonic() - begun
            writer.join()
    assert 0.1 < waited < 2


def test_after_a_moment_in_vain_some_commits_pass_before_the_next(
    folder: Path, folds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    with closing(EmbeddedStore(Files(folder), OFTEN)) as store:
        store.migrate()
        alone = store._gate.alone

        def watched(wait_s: float):  # type: ignore[no-untyped-def]
            waits.append(wait_s)
            return alone(wait_s)

        monkeypatch.setattr(store._gate, "alone", watched)
        with reading(store):
            write(store, 10)
    assert waits == [0.0, 0.0, 0.0, 0.05, 0.0, 0.05, 0.0, 0.05]


def test_a_held_read_past_its_time_is_ended_for_the_checkpoint(
    often: EmbeddedStore, folds: list[int]
) -> None:
    ended: list[str] = []

    def hold(unit: ReadUnit) -> None:
        unit.nodes("Donor")
        time.sleep(0.2)
        often_done.wait(5)
        try:
            unit.nodes("Donor")
        except StoreTimeout:
            ended.append("timeout")
            raise

    often_done = threading.Event()

    def run() -> None:
        with pytest.raises(StoreTimeout):
            often.read(hold, timeout_s=0.1)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    write(often, 6)
    often_done.set()
    thread.join()
    assert folds == [0]
    assert ended == ["timeout"]


def test_no_checkpoint_ever_runs_beside_readers(often: EmbeddedStore, folds: list[int]) -> None:
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            often.read(lambda u: u.nodes("Donor"))

    threads = [threading.Thread(target=read_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    write(often, 60)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(folds) > 3
    assert set(folds) == {0}


def test_a_checkpoint_asked_for_waits_and_then_gives_up(store: EmbeddedStore) -> None:
    with reading(store), pytest.raises(StoreBusy) as refused:
        store.checkpoint()
    assert refused.value.retry
    store.checkpoint()


def test_a_failed_checkpoint_fails_no_writer(
    often: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: EmbeddedStore) -> None:
        raise StoreBusy(StoreBusy.__doc__)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedStore, "_fold", broken)
        write(often, 3)
    assert "checkpoint failed" in caplog.text
    assert often.read(lambda u: u.nodes("Donor")).height == 3


def test_closing_checkpoints(folder: Path, store: EmbeddedStore) -> None:
    write(store, 5)
    wal = Files(folder).folder / "graph.lbug.wal"
    assert wal.stat().st_size > 0
    store.close()
    assert not wal.exists() or wal.stat().st_size == 0


def test_closing_the_engine_alone_changes_no_file(folder: Path, store: EmbeddedStore) -> None:
    write(store, 5)
    copy = Files(folder.parent / "copy")
    shutil.copytree(folder, copy.folder)
    before = {f.name: f.read_bytes() for f in copy.of_engine()}
    Native(copy.database).close()
    assert {f.name: f.read_bytes() for f in copy.of_engine()} == before


def test_closing_ends_a_reader_that_stays(folder: Path) -> None:
    store = EmbeddedStore(Files(folder), QUICK)
    store.migrate()
    failed = threading.Event()

    def stubborn(unit: ReadUnit) -> None:
        entered.set()
        try:
            while True:
                unit.nodes("Donor")
        except StoreUnavailable:
            failed.set()
            raise

    entered = threading.Event()

    def run() -> None:
        with pytest.raises(StoreUnavailable):
            store.read(stubborn)

    thread = threading.Thread(target=run)
    thread.start()
    assert entered.wait(5)
    store.close()
    thread.join(5)
    assert failed.is_set()
    EmbeddedStore(Files(folder)).close()


def test_closing_interrupts_a_statement(folder: Path) -> None:
    store = EmbeddedStore(Files(folder), QUICK)
    store.migrate()

    def run() -> None:
        with pytest.raises((StoreTimeout, StoreUnavailable)):
            ask(store, ENDLESS)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    begun = time.monotonic()
    store.close()
    thread.join(10)
    assert time.monotonic() - begun < 5


def test_closing_waits_for_a_writer_and_says_so(store: EmbeddedStore) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold(unit: object) -> None:
        entered.set()
        leave.wait(10)

    thread = threading.Thread(target=lambda: store.write(DISTRICT, hold))
    thread.start()
    assert entered.wait(5)
    with pytest.raises(StoreBusy):
        store.close()
    leave.set()
    thread.join()
    write(store, 1)


def test_a_statement_past_its_time_is_ended(store: EmbeddedStore) -> None:
    begun = time.monotonic()
    with pytest.raises(StoreTimeout):
        store.read(lambda u: u._runner.run(ENDLESS, {}), timeout_s=0.3)  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 5
    assert store.read(lambda u: u.nodes("Donor")).is_empty()


def test_a_connection_on_which_something_failed_is_not_used_again(store: EmbeddedStore) -> None:
    before = store._native._writer
    with pytest.raises(ConstraintViolated):
        store.write(DISTRICT, lambda u: u.create("Donor", donors("a", "a")))
    assert store._native._writer is not before
    assert before.is_closed


def test_reading_connections_are_kept_and_dropped_at_the_checkpoint(store: EmbeddedStore) -> None:
    store.read(lambda u: u.nodes("Donor"))
    (kept,) = store._native._idle
    store.read(lambda u: u.nodes("Donor"))
    assert store._native._idle == [kept]
    store.checkpoint()
    assert store._native._idle == []
    assert kept.is_closed


def test_what_was_written_is_there_after_reopening(folder: Path) -> None:
    for n in range(3):
        with closing(EmbeddedStore(Files(folder), QUICK)) as store:
            store.migrate()
            write(store, 1, first=n)
            assert store.read(lambda u: u.nodes("Donor")).height == n + 1


def test_long_texts_and_odd_characters_survive_a_checkpoint(folder: Path) -> None:
    rows = frame([{"id": "a", "name": "长" * 400_000}, {"id": "b", "name": "𬱖\n\0'\"`$\\"}])
    with closing(EmbeddedStore(Files(folder), QUICK)) as store:
        store.migrate()
        store.write(DISTRICT, lambda u: u.create("Donor", rows))
        store.checkpoint()
    with closing(EmbeddedStore(Files(folder), QUICK)) as store:
        assert store.read(lambda u: u.nodes("Donor"))["name"].to_list() == rows["name"].to_list()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable) as refused:
        EmbeddedStore(Files(tmp_path / "file" / "store"))
    assert refused.value.advice is not None


def test_the_files_are_for_their_owner_only(folder: Path, store: EmbeddedStore) -> None:
    assert folder.stat().st_mode & 0o077 == 0


def test_the_engine_is_the_pinned_one() -> None:
    assert ladybug.Database.get_version() == "0.22.0"  # docs/ENGINES.md says how to bump it
