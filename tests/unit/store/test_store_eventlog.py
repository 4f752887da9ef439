"""``events.log``: behind the graph it is healed, ahead of it or broken it is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphcore.domain.errors import StoreDamaged, StoreUnavailable
from graphcore.domain.event import GENESIS, Event, EventDraft, link
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.eventlog import EventLog, read_log, read_what_can_be
from graphcore.store.embedded.files import Files
from graphcore.store.port import WriteUnit
from tests.support.stores import DISTRICT


def draft(n: int) -> EventDraft:
    return EventDraft("test.happened", "tester", n, {"n": n})


def made(count: int, district: str = DISTRICT) -> list[Event]:
    events: list[Event] = []
    for n in range(count):
        events.append(link(draft(n), district, n + 1, events[-1].hash if events else GENESIS))
    return events


def write_log(path: Path, events: list[Event]) -> None:
    log = EventLog(path)
    log.append(events)
    log.close()


def write(store: EmbeddedStore, *numbers: int) -> None:
    store.write(DISTRICT, lambda u: [u.append(draft(n)) for n in numbers])


def logged(folder: Path) -> list[int]:
    return [e.at for e in read_log(Files(folder).log)]


def test_events_are_in_the_log_when_the_writer_has_its_reply(
    store: EmbeddedStore, folder: Path
) -> None:
    write(store, 1, 2)
    assert logged(folder) == [1, 2]


def test_an_undone_unit_is_not_logged(store: EmbeddedStore, folder: Path) -> None:
    def undone(unit: WriteUnit) -> None:
        unit.append(draft(1))
        raise KeyError

    with pytest.raises(KeyError):
        store.write(DISTRICT, undone)
    assert logged(folder) == []


def test_the_log_is_synced_before_the_reply(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    synced: list[bytes] = []

    def fsync(handle: int) -> None:
        synced.append(Files(folder).log.read_bytes())
        os.fdatasync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write(store, 1)
    assert [s.count(b"\n") for s in synced] == [1]


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_opening_heals_a_log_that_lags(folder: Path, store: EmbeddedStore, keep: int) -> None:
    write(store, 1, 2)
    write(store, 3)
    store.close()
    lines = Files(folder).log.read_bytes().splitlines(keepends=True)
    Files(folder).log.write_bytes(b"".join(lines[:keep]))
    EmbeddedStore(Files(folder)).close()
    assert Files(folder).log.read_bytes().splitlines(keepends=True) == lines


def test_opening_cuts_and_heals_a_torn_line(folder: Path, store: EmbeddedStore) -> None:
    write(store, 1, 2)
    store.close()
    whole = Files(folder).log.read_bytes()
    Files(folder).log.write_bytes(whole[:-7])
    EmbeddedStore(Files(folder)).close()
    assert Files(folder).log.read_bytes() == whole


def test_a_writer_stopped_before_logging_is_made_up_for(
    folder: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(EventLog, "append", stop)
        with pytest.raises(KeyboardInterrupt):
            write(store, 1)
    write(store, 2)
    assert logged(folder) == [1, 2]


def test_a_full_disk_is_told_and_the_events_follow_later(
    folder: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StoreUnavailable) as refused:
            write(store, 1)
    assert refused.value.retry
    assert logged(folder) == []
    write(store, 2)
    assert logged(folder) == [1, 2]


def test_a_log_ahead_of_the_graph_is_refused(folder: Path, store: EmbeddedStore) -> None:
    store.close()
    write_log(Files(folder).log, made(2))
    with pytest.raises(StoreDamaged, match="2 个事件"):
        EmbeddedStore(Files(folder))


def test_a_log_of_other_events_is_refused(folder: Path, store: EmbeddedStore) -> None:
    write(store, 7)
    store.close()
    Files(folder).log.unlink()
    write_log(Files(folder).log, made(1))
    with pytest.raises(StoreDamaged, match="不一致"):
        EmbeddedStore(Files(folder))


def test_a_log_with_a_hole_is_refused(folder: Path, store: EmbeddedStore) -> None:
    write(store, 1, 2, 3)
    store.close()
    lines = Files(folder).log.read_bytes().splitlines(keepends=True)
    Files(folder).log.write_bytes(lines[0] + lines[2])
    with pytest.raises(StoreDamaged, match="第 3 个"):
        EmbeddedStore(Files(folder))


def test_a_log_without_its_database_is_refused(tmp_path: Path) -> None:
    write_log(tmp_path / "events.log", made(1))
    with pytest.raises(StoreDamaged):
        EmbeddedStore(Files(tmp_path))


def test_a_line_that_is_no_event_is_refused_by_its_number(tmp_path: Path) -> None:
    write_log(tmp_path / "events.log", made(2))
    text = (tmp_path / "events.log").read_bytes().splitlines(keepends=True)
    (tmp_path / "events.log").write_bytes(text[0] + b"rubbish\n" + text[1])
    with pytest.raises(StoreDamaged, match="第 2 行"):
        EventLog(tmp_path / "events.log")
    events, unreadable = read_what_can_be(tmp_path / "events.log")
    assert ([e.seq for e in events], unreadable) == ([1, 2], 1)


def test_a_torn_tail_is_no_damage(tmp_path: Path) -> None:
    write_log(tmp_path / "events.log", made(2))
    whole = (tmp_path / "events.log").read_bytes()
    (tmp_path / "events.log").write_bytes(whole + b'{"torn')
    events, unreadable = read_what_can_be(tmp_path / "events.log")
    assert (len(events), unreadable) == (2, 0)
    assert read_what_can_be(tmp_path / "nothing.log") == ([], 0)


def test_districts_are_logged_side_by_side(folder: Path, store: EmbeddedStore) -> None:
    write(store, 1)
    store.write("990001", lambda u: u.append(draft(2)))
    write(store, 3)
    store.close()
    EmbeddedStore(Files(folder)).close()
    assert logged(folder) == [1, 2, 3]
