"""The files of one embedded store, all in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Files:
    """Paths inside a store's folder."""

    folder: Path

    @property
    def database(self) -> Path:
        """The engine's database file."""
        return self.folder / "graph.lbug"

    @property
    def wal(self) -> Path:
        """The engine's log of what is not yet folded into the database."""
        return self.folder / "graph.lbug.wal"

    @property
    def acknowledged(self) -> Path:
        """How long that log was when a commit was last acknowledged."""
        return self.folder / "acknowledged"

    @property
    def kept(self) -> Path:
        """That log as it was before its torn end is cut, until the store is open."""
        return self.folder / "torn.wal"

    @property
    def log(self) -> Path:
        """The second copy of the event chain."""
        return self.folder / "events.log"

    @property
    def lock(self) -> Path:
        """Names the process that owns the store."""
        return self.folder / "lock"

    @property
    def swap(self) -> Path:
        """Names the folder whose files are to take the place of the store's."""
        return self.folder / "swap"

    def of_engine(self) -> list[Path]:
        """Return the engine's files that exist: the database, its log, its shadow pages."""
        return sorted(self.folder.glob(f"{self.database.name}*"))
