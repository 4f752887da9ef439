"""The log of looks: a chain of its own, one group for all who come together, durable before reply."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graphcore.domain.errors import StoreUnavailable
from graphcore.domain.event import EventDraft
from graphcore.store.chain import broken_links
from graphcore.store.looks import LookLog

ROOT = Path(__file__).parents[3]


def draft(actor: str = "a", n: int = 0) -> EventDraft:
    return EventDraft("look", actor, n, {"subjects": [f"H-{n}"]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "looks.log"


@pytest.fixture
def log(path: Path) -> Iterator[LookLog]:
    with closing(LookLog(path, lambda: "LK-1")) as made:
        yield made


def test_a_look_is_on_disk_when_record_returns(log: LookLog, path: Path) -> None:
    log.record([draft()])
    assert path.read_bytes().count(b"\n") == 1
    assert path.stat().st_mode & 0o077 == 0


def _records(log: LookLog, actor: str, times: int) -> None:
    for n in range(times):
        log.record([draft(actor, n)])


def test_the_looks_of_sixteen_threads_form_one_chain(log: LookLog) -> None:
    threads = [threading.Thread(target=_records, args=(log, f"t{k}", 20)) for k in range(16)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    faults, (seq, _) = broken_links(log.looks())
    assert (faults, seq) == ([], 320)


def test_those_who_come_together_are_committed_together(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs: list[int] = []
    real = os.fdatasync

    def counted(file: int) -> None:
        syncs.append(file)
        real(file)

    monkeypatch.setattr(os, "fdatasync", counted)
    with closing(LookLog(path, lambda: "LK-1", window_s=0.5)) as log:
        start = threading.Barrier(8)

        def one() -> None:
            start.wait()
            log.record([draft()])

        threads = [threading.Thread(target=one) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert len(syncs) == 1


def test_two_logs_of_one_file_continue_each_other(log: LookLog, path: Path) -> None:
    with closing(LookLog(path, lambda: "LK-2")) as other:
        for n in range(3):
            log.record([draft("one", n)])
            other.record([draft("two", n)])
    events = list(log.looks())
    assert {e.district for e in events} == {"LK-1"}
    assert broken_links(events)[0] == []
    assert [e.actor for e in events] == ["one", "two"] * 3


def test_what_a_crash_left_half_written_is_cut(log: LookLog, path: Path) -> None:
    log.record([draft()])
    with path.open("ab") as file:
        file.write(b'{"half')
    with closing(LookLog(path, lambda: "LK-2")) as again:
        again.record([draft()])
    assert broken_links(log.looks()) == ([], (2, list(log.looks())[-1].hash))


def test_a_line_longer_than_a_block_is_followed(log: LookLog, path: Path) -> None:
    many = [f"H-{n:016}" for n in range(10_000)]
    log.record([EventDraft("look", "a", 1, {"subjects": many})])  # type: ignore[dict-item]
    with closing(LookLog(path, lambda: "LK-2")) as again:
        again.record([draft()])
    assert broken_links(log.looks())[0] == []


def test_a_full_disk_answers_nobody_and_keeps_nothing(
    log: LookLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.record([draft()])

    def full(_file: int) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", full)
        with pytest.raises(StoreUnavailable):
            log.record([draft("lost", 1)])
    log.record([draft("next", 2)])
    assert [e.actor for e in log.looks()] == ["a", "next"]


def test_a_closed_log_refuses(log: LookLog) -> None:
    log.close()
    with pytest.raises(StoreUnavailable):
        log.record([draft()])


def test_an_anchor_is_handed_to_one_thread_and_stays_owed_if_it_fails(log: LookLog) -> None:
    log.record([draft()])
    assert log.first
    with log.anchoring() as at, log.anchoring() as second:
        assert at is not None
        assert second is None
    assert (log.fresh, log.first) == (0, False)
    log.record([draft()])
    with pytest.raises(OSError, match="x"), log.anchoring():
        raise OSError("x")
    assert log.fresh == 1


CHILD = """
import sys, threading
from pathlib import Path
from graphcore.domain.event import EventDraft
from graphcore.store.looks import LookLog
log = LookLog(Path(sys.argv[1]), lambda: "LK-1")
say = threading.Lock()
def work(k):
    n = 0
    while True:
        log.record([EventDraft("look", f"{k}-{n}", 1, {"subjects": []})])
        with say:
            sys.stdout.write(f"{k}-{n}\\n"); sys.stdout.flush()
        n += 1
for k in range(4):
    threading.Thread(target=work, args=(k,)).start()
"""


def told_until_killed(path: Path) -> list[str]:
    """What a process that writes looks had answered when it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(0.1)
        child.send_signal(signal.SIGKILL)
        return [first.strip(), *child.stdout.read().split("\n")[:-1]]


def test_no_reply_is_without_its_record_when_the_process_is_killed(path: Path) -> None:
    told = told_until_killed(path)
    with closing(LookLog(path, lambda: "LK-2")) as log:
        log.record([draft("after")])
        events = list(log.looks())
    assert len(told) > 4
    assert set(told) <= {e.actor for e in events}
    assert broken_links(events)[0] == []
