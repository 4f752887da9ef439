"""A log of looks in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from graphcore.store.looks import LookLog


def look_log() -> LookLog:
    """A log that no other test writes; its file is made at the first look."""
    return LookLog(Path(mkdtemp(prefix="doudi-looks-")) / "looks.log", lambda: "LK-TEST")
