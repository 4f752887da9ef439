"""A full disk: refused in our words, nothing is written behind what it left, nothing is lost.

The disk is "full" for files longer than a limit (``RLIMIT_FSIZE``), in a process of its own.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphcore.store.chain import verify_chain
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.files import Files
from tests.support.stores import DISTRICT
from tests.unit.store.test_store_logend import PAGE

_CHILD = """
import json, os, resource, signal, sys
from pathlib import Path
from graphcore.domain.errors import StoreError
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.files import Files
from tests.unit.store.test_store_logend import PAGE, put

folder, pages, end = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
store = EmbeddedStore(Files(folder))
store.migrate()
put(store, 1)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
limit = (Files(folder).wal.stat().st_size // PAGE + pages) * PAGE
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
told = {}
for n in (2, 3):
    try:
        put(store, n, 120)
    except StoreError as error:
        told[n] = type(error).__name__
told["read"] = store.read(lambda u: u.nodes("Donor").height)
if end == "killed while full":
    print(json.dumps(told), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
if end == "closed while full":
    try:
        store.close()
    except StoreError as error:
        told["close"] = type(error).__name__
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    put(store, 4)
    put(store, 5)
    told["after"] = store.read(lambda u: u.nodes("Donor").height)
    if end == "killed later":
        print(json.dumps(told), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    store.close()
print(json.dumps(told))
"""


_FOLDING = """
import json, os, resource, signal, sys
from pathlib import Path
from graphcore.domain.errors import StoreError
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.files import Files
from tests.unit.store.test_store_logend import PAGE, put

files, pages = Files(Path(sys.argv[1])), int(sys.argv[2])
store = EmbeddedStore(files)
store.migrate()
put(store, 1, 1_000)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
limit = files.database.stat().st_size + pages * PAGE
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
told = {}
for name, step in (("fold", store.checkpoint), ("put", lambda: put(store, 2, 4_000))):
    try:
        step()
    except StoreError as error:
        told[name] = type(error).__name__
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
put(store, 3)
print(json.dumps(told), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def lived(child: str, folder: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Return how the process ended and what it saw."""
    done = subprocess.run(
        [sys.executable, "-c", child, str(folder), *map(str, arguments)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def held(folder: Path) -> list[str]:
    with closing(EmbeddedStore(Files(folder))) as store:
        assert store.read(lambda u: verify_chain(u, DISTRICT)) == []
        return sorted(store.read(lambda u: u.nodes("Donor"))["id"].to_list())


@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize(
    ("end", "code", "after"),
    [("killed later", -signal.SIGKILL, 3), ("closed later", 0, 3),
     ("closed while full", 0, None), ("killed while full", -signal.SIGKILL, None)],
)  # fmt: skip
def test_what_was_acknowledged_is_there_whatever_a_full_disk_left(
    tmp_path: Path, pages: int, end: str, code: int, after: int | None
) -> None:
    folder = tmp_path / "store"
    ended, told = lived(_CHILD, folder, pages, end)
    assert ended == code
    assert (told["2"], told["3"]) == ("StoreUnavailable", "StoreUnavailable")
    assert told["read"] == 1
    assert told.get("after") == after
    assert told.get("close") == ("StoreUnavailable" if end == "closed while full" else None)
    if end == "killed while full":
        assert Files(folder).wal.stat().st_size == pages * PAGE
    assert held(folder) == ["d1-0", *(["d4-0", "d5-0"] if after else [])]
    left = {file.name for file in folder.iterdir()}
    assert left == {"acknowledged", "events.log", "graph.lbug", "lock"}


@pytest.mark.parametrize("pages", [0, 1, 5, 30])
def test_a_checkpoint_that_finds_the_disk_full_gives_up_nothing(tmp_path: Path, pages: int) -> None:
    folder = tmp_path / "store"
    ended, told = lived(_FOLDING, folder, pages)
    assert ended == -signal.SIGKILL
    assert told == {"fold": "StoreUnavailable", "put": "StoreUnavailable"}
    names = held(folder)
    assert len(names) == 1_001
    assert "d3-0" in names
