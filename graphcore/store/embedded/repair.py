"""``doudi repair``: what a damaged embedded store still holds, and swapping it in on consent.

`inspect` never touches the files themselves: it copies them aside, opens the copy in a process of
its own, and lists the logged events that the graph lacks. `apply` keeps the damaged files and
puts the copy in their place; `discard` throws the copy away.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from graphcore.domain.errors import StoreBusy, StoreDamaged
from graphcore.domain.event import Event
from graphcore.domain.text import say
from graphcore.store.embedded.errors import translated
from graphcore.store.embedded.eventlog import read_what_can_be
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.lockfile import LockFile
from graphcore.store.embedded.logend import undo_cut
from graphcore.store.embedded.swap import finish_swap, swap

State = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of each file."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was found; hand it to `apply` once a person has agreed, else to `discard`."""

    folder: Path
    copy: Path
    """The salvaged files."""
    needed: bool
    """Whether the store as it is cannot be opened, by its own fault or by its event log."""
    kept: dict[str, int]
    """Number of the last event that the salvaged graph holds, by district."""
    lost: tuple[Event, ...]
    """Logged events that it lacks: to be entered again by hand."""
    unreadable_lines: int
    """Lines of the event log that are no events."""
    faults: int
    """Links of the salvaged chain that do not verify; no repair mends them."""
    state: State
    """What the files were when they were copied."""


def inspect(folder: Path, *, timeout_s: float = 900.0) -> RepairReport:
    """Copy the store's files aside, salvage the copy, compare it with the event log.

    Raises:
        StoreBusy: a process has the store open.
        StoreDamaged: nothing can be read from the files: restore a backup.
        StoreUnavailable: the folder cannot be read or written.
    """
    files = Files(folder)
    with _owned(files):
        finish_swap(files)
        undo_cut(files)
        opens = _opens(files, timeout_s)
        copy, state = _copy_aside(files, "repair"), _state(files)
    found = _salvaged(copy, timeout_s)
    events, unreadable = read_what_can_be(files.log)
    held = {e.id for e in read_what_can_be(Files(copy).log)[0]}
    lost = tuple(e for e in events if e.id not in held)
    kept = {district: int(head[0]) for district, head in found["heads"].items()}
    return RepairReport(
        folder, copy, not opens, kept, lost, unreadable, int(found["faults"]), state
    )


def apply(report: RepairReport) -> Path:
    """Put the salvaged copy in place; return the folder that keeps the damaged files.

    Raises:
        StoreBusy: a process has the store open, or the files have changed since `inspect`.
    """
    files = Files(report.folder)
    with _owned(files):
        if _state(files) != report.state:
            raise StoreBusy(say("检查之后数据库文件又有变动。"), say("请重新运行 doudi repair。"))
        kept = _copy_aside(files, "damaged")
        swap(files, Files(report.copy))
    return kept


def discard(report: RepairReport) -> None:
    """Throw the salvaged copy away."""
    shutil.rmtree(report.copy, ignore_errors=True)


@contextmanager
def _owned(files: Files) -> Iterator[None]:
    with translated((OSError,)):
        lock = LockFile(files.lock)
        try:
            yield
        finally:
            lock.release()


def _state(files: Files) -> State:
    stats = [(f.name, f.stat()) for f in _all(files)]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _all(files: Files) -> list[Path]:
    return [*files.of_engine(), *(f for f in (files.acknowledged, files.log) if f.exists())]


def _opens(files: Files, timeout_s: float) -> bool:
    """Whether a copy of the files, thrown away at once, opens as the product would open it."""
    trial = _copy_aside(files, "trial")
    try:
        done = _probe("--strict", str(trial), timeout_s=timeout_s)
        return done.returncode == 0
    finally:
        shutil.rmtree(trial)


def _copy_aside(files: Files, stem: str) -> Path:
    folder = next(f for n in count(1) if not (f := files.folder / f"{stem}-{n}").exists())
    folder.mkdir(mode=0o700)
    for file in _all(files):
        shutil.copy2(file, folder / file.name)
    return folder


def _salvaged(copy: Path, timeout_s: float) -> dict[str, Any]:
    done = _probe(str(copy), timeout_s=timeout_s)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise StoreDamaged(
            say("数据库文件已无法读取，请用备份恢复（副本在 {folder}）。", folder=copy.name)
        ) from error
    return found


def _probe(*arguments: str, timeout_s: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "graphcore.store.embedded.probe", *arguments]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        return subprocess.run(  # noqa: S603 -- our own interpreter and module
            command, capture_output=True, text=True, timeout=timeout_s, check=False, env=env
        )
    except subprocess.TimeoutExpired as error:
        raise StoreDamaged(say("检查数据库超过了时限。")) from error
