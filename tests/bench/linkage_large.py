"""Comparison at the size of a province: seconds and memory of the comparison alone."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from graphcore.linkage.link import Options, link, standing
from seeds.twolists.lists import TwoLists, two_lists
from tests.bench.linkage import judged

_MIB = 1024


def run(
    left: int = 100_000, right: int = 1_000_000, new: int = 1_000, seed: int = 1
) -> dict[str, object]:
    """Generate in one process, compare in another, so that only the comparison's memory counts.

    ``cpu_s`` is processor time of all threads: on a busy machine it lies far below the clock's.
    ``incremental_seconds``: ``new`` rows of the left list against the loaded register.
    """
    with tempfile.TemporaryDirectory() as folder:
        lists = two_lists(left, right, 2, seed)
        for name in ("left", "right", "truth", "households"):
            getattr(lists, name).write_parquet(Path(folder) / f"{name}.parquet")
        del lists
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.linkage_large", folder, str(new)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return {"left": left, "right": right, **told}


def _read(folder: Path) -> TwoLists:
    names = ("left", "right", "truth", "households")
    return TwoLists(*(pl.read_parquet(folder / f"{n}.parquet") for n in names))


def main() -> None:
    """Compare what the folder holds."""
    folder, new = Path(sys.argv[1]), int(sys.argv[2])
    left, right = (pl.read_parquet(folder / f"{n}.parquet") for n in ("left", "right"))
    start, spent = time.perf_counter(), time.process_time()
    found = link(left, right, Options(learn=True))
    seconds, cpu = time.perf_counter() - start, time.process_time() - spent
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIB
    with standing(right, Options(scheme=found.scheme, model=found.model)) as register:
        start = time.perf_counter()
        some = register.link(left.head(new))
        incremental = time.perf_counter() - start
    lists = _read(folder)
    print(json.dumps({
        "seconds": round(seconds, 1), "cpu_s": round(cpu, 1), "rss_mib": rss, **judged(lists, found),
        "incremental_rows": new, "incremental_seconds": round(incremental, 1),
        "incremental_matched": int((some.pairs["outcome"] == "matched").sum()),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
