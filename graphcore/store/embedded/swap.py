"""Putting salvaged files in the place of damaged ones, whole or not at all.

The swap is announced by a file that names the salvaged folder, then done step by step; each step
is harmless when repeated, so a swap that a crash cut short is finished at the next opening.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from graphcore.store.embedded.files import Files


def swap(files: Files, fresh: Files) -> None:
    """Replace the store's files by those in ``fresh``, a folder inside the store's folder."""
    announced = files.swap.with_suffix(".new")
    announced.write_text(fresh.folder.name, "utf-8")
    _sync(announced)
    announced.replace(files.swap)
    _sync(files.folder)
    finish_swap(files)


def finish_swap(files: Files) -> None:
    """Finish an announced swap; do nothing where there is none."""
    if not files.swap.exists():
        return
    fresh = Files(files.folder / files.swap.read_text("utf-8"))
    for leftover in files.of_engine():  # first of all the log of the damaged database
        if leftover != files.database:
            leftover.unlink()
    for source, target in ((fresh.database, files.database), (fresh.log, files.log)):
        if source.exists():
            _sync(source)
            source.replace(target)
    _sync(files.folder)
    files.swap.unlink()
    shutil.rmtree(fresh.folder, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
