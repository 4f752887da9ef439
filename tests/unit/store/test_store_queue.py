"""Writers queue with a time-out; one process owns the files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graphcore.domain.errors import QueryError, StoreBusy
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.lockfile import LockFile
from graphcore.store.embedded.queue import WriterQueue


def test_a_writer_waits_for_its_turn() -> None:
    queue, order = WriterQueue(5.0), list[str]()

    def second() -> None:
        with queue.turn():
            order.append("second")

    with queue.turn():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_a_writer_that_waits_too_long_is_told_so() -> None:
    queue, refused = WriterQueue(0.05), list[BaseException]()

    def second() -> None:
        try:
            with queue.turn():
                pass
        except StoreBusy as error:
            refused.append(error)

    with queue.turn():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(5)
    assert [type(e) for e in refused] == [StoreBusy]
    assert "写入" in str(refused[0])


def test_a_turn_inside_a_turn_is_refused_at_once() -> None:
    queue = WriterQueue(60.0)
    begun = time.monotonic()
    with queue.turn(), pytest.raises(QueryError), queue.turn():
        pass
    assert time.monotonic() - begun < 1
    with queue.turn():
        pass


def test_a_turn_ends_with_an_error() -> None:
    queue = WriterQueue(0.05)
    with pytest.raises(KeyError), queue.turn():
        raise KeyError
    with queue.turn():
        pass


def test_a_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    first = LockFile(tmp_path / "lock")
    with pytest.raises(StoreBusy, match=str(os.getpid())) as refused:
        LockFile(tmp_path / "lock")
    assert refused.value.advice is not None
    first.release()
    first.release()
    LockFile(tmp_path / "lock").release()


HOLD = """
import sys, time
from pathlib import Path
from graphcore.store.open import open_embedded
store = open_embedded(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


def test_one_process_owns_the_store_until_it_dies(folder: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreBusy, match=f"进程 {holder.pid} "):
            EmbeddedStore(Files(folder))
    finally:
        holder.kill()
        holder.communicate()
    EmbeddedStore(Files(folder)).close()


def test_one_process_does_not_open_a_store_twice(store: EmbeddedStore, folder: Path) -> None:
    with pytest.raises(StoreBusy):  # the engine itself would not notice, and crash
        EmbeddedStore(Files(folder))
