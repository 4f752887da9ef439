"""Putting salvaged files in the place of damaged ones, whole or not at all.

The swap is announced by a file that names the salvaged folder, then done step by step; each step
is harmless when repeated, so a swap that a crash cut short is finished at the next opening.
"""

from __future__ import annotations

import shutil

from graphcore.store.durable import sync
from graphcore.store.embedded.files import Files


def swap(files: Files, fresh: Files) -> None:
    """Replace the store's files by those in ``fresh``, a folder inside the store's folder."""
    announced = files.swap.with_suffix(".new")
    announced.write_text(fresh.folder.name, "utf-8")
    sync(announced)
    announced.replace(files.swap)
    sync(files.folder)
    finish_swap(files)


def finish_swap(files: Files) -> None:
    """Finish an announced swap; do nothing where there is none."""
    if not files.swap.exists():
        return
    fresh = Files(files.folder / files.swap.read_text("utf-8"))
    files.acknowledged.unlink(missing_ok=True)  # it speaks of the damaged log
    sync(files.folder)
    for leftover in files.of_engine():  # first of all the log of the damaged database
        if leftover != files.database:
            leftover.unlink()
    for source, target in ((fresh.database, files.database), (fresh.log, files.log)):
        if source.exists():
            sync(source)
            source.replace(target)
    sync(files.folder)
    files.swap.unlink()
    shutil.rmtree(fresh.folder, ignore_errors=True)
