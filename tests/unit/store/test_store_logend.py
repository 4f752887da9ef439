"""A transaction torn by a crash is cut off; a log that lacks what was acknowledged is refused."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import StoreDamaged, StoreUnavailable
from graphcore.domain.event import EventDraft
from graphcore.store.chain import verify_chain
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.logend import LogEnd
from graphcore.store.embedded.repair import discard, inspect
from graphcore.store.port import WriteUnit
from tests.support.stores import DISTRICT, donors

PAGE = 4_096
"""What the engine writes of its log at a time."""


def put(store: EmbeddedStore, n: int, size: int = 1, *, event: bool = True) -> None:
    """One transaction: ``size`` donors named after ``n``, and an event unless it has none."""

    def work(unit: WriteUnit) -> None:
        unit.create("Donor", donors(*(f"d{n}-{i}" for i in range(size))))
        if event:
            unit.append(EventDraft("test.happened", "tester", n, {"n": n}))

    store.write(DISTRICT, work)


def held(folder: Path) -> int:
    """The number of donors of the store, which must open, verify and take another write."""
    with closing(EmbeddedStore(Files(folder))) as store:
        assert store.read(lambda u: verify_chain(u, DISTRICT)) == []
        count = store.read(lambda u: u.nodes("Donor")).height
        put(store, 99)
    with closing(EmbeddedStore(Files(folder))) as store:
        assert store.read(lambda u: u.nodes("Donor")).height == count + 1
    return count


def contents(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name != "lock"}


def assert_refused_untouched(folder: Path) -> None:
    """Opening says that the store is damaged and leaves every file as it was."""
    before = contents(folder)
    with pytest.raises(StoreDamaged):
        EmbeddedStore(Files(folder))
    assert contents(folder) == before


class Crashes:
    """A store as it was before a big transaction, and the log with that transaction."""

    def __init__(self, base: Path, *, fresh_log: bool) -> None:
        self._base, folder = base, base / "live"
        with closing(EmbeddedStore(Files(folder))) as store:
            store.migrate()
            put(store, 1)
            self.with_event = self._size()
            put(store, 2, event=False)
            if fresh_log:
                store.checkpoint()
            shutil.copytree(folder, base / "before")
            self.acknowledged = self._size()
            put(store, 3, 120)
            self.log = Files(folder).wal.read_bytes()

    def _size(self) -> int:
        wal = Files(self._base / "live").wal
        return wal.stat().st_size if wal.exists() else 0

    def at(self, length: int) -> Path:
        """The files of a process that died when the log was so long."""
        folder = self._base / "torn"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._base / "before", folder)
        Files(folder).wal.write_bytes(self.log[:length])
        return folder


@pytest.fixture(scope="module", params=[False, True], ids=["behind others", "first in its log"])
def crashes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Crashes:
    return Crashes(tmp_path_factory.mktemp("crashes"), fresh_log=request.param)


def test_the_transaction_is_written_in_several_pages(crashes: Crashes) -> None:
    assert len(crashes.log) - crashes.acknowledged > 4 * PAGE


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_log_torn_anywhere_in_the_last_transaction_opens_without_it(
    crashes: Crashes, data: st.DataObject
) -> None:
    length = data.draw(st.integers(crashes.acknowledged, len(crashes.log) - 1))
    assert held(crashes.at(length)) == 2


def test_a_whole_transaction_nobody_was_told_of_has_lasted(crashes: Crashes) -> None:
    assert held(crashes.at(len(crashes.log))) == 122


def test_a_byte_that_was_acknowledged_is_missed(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path, fresh_log=False)
    folder = crashes.at(crashes.acknowledged - 1)
    assert_refused_untouched(folder)


def test_a_write_without_event_is_missed_though_its_log_ends_well(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path, fresh_log=False)
    folder = crashes.at(crashes.with_event)
    assert_refused_untouched(folder)


def test_damage_before_the_end_is_no_torn_end(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path, fresh_log=False)
    folder = crashes.at(len(crashes.log))
    data = bytearray(crashes.log)
    data[crashes.acknowledged // 2] ^= 1
    Files(folder).wal.write_bytes(data)
    assert_refused_untouched(folder)


def test_an_event_that_is_missed_undoes_the_cut(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path, fresh_log=True)
    folder = crashes.at(len(crashes.log) - 1)
    shutil.copy(tmp_path / "live" / "events.log", folder)  # it has the event of the torn write
    assert_refused_untouched(folder)


def test_without_a_noted_length_a_torn_log_is_left_to_repair(crashes: Crashes) -> None:
    folder = crashes.at(len(crashes.log) - 1)
    Files(folder).acknowledged.unlink()
    with pytest.raises(StoreDamaged):
        EmbeddedStore(Files(folder))
    report = inspect(folder)
    assert (report.needed, report.lost) == (True, ())
    discard(report)


def test_a_cut_that_was_interrupted_is_taken_back_first(crashes: Crashes) -> None:
    folder = crashes.at(len(crashes.log) - 1)
    files = Files(folder)
    files.wal.replace(files.kept)
    files.wal.write_bytes(crashes.log[: crashes.acknowledged])
    assert held(folder) == 2
    assert not files.kept.exists()


def test_a_note_that_the_disk_refused_costs_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s"
    with closing(EmbeddedStore(Files(folder))) as store:
        store.migrate()
        put(store, 1)
        with monkeypatch.context() as full:
            full.setattr(LogEnd, "_write", _refused)
            put(store, 2)
            with pytest.raises(StoreUnavailable):
                store.checkpoint()
            put(store, 3)
        store._torn = True  # a commit failed then
        put(store, 4)
        assert store.read(lambda u: u.nodes("Donor")).height == 4
    assert held(folder) == 4


def _refused(_end: LogEnd, _length: int) -> None:
    raise OSError(28, "No space left on device")
