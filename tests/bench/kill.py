"""SIGKILL at random moments of import, plan and commit; reopen, verify, compare with what was told.

The child does the main job over and over on the embedded engine and writes each acknowledged
event's number to a journal, synced, before it goes on. After each kill the store is opened again:
`verify` must find nothing, and every acknowledged event must be there.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from api.usecases.approve_plan import approve_plan
from api.usecases.commit_plan import sweep_orphans
from api.usecases.context import Context, Progress
from api.usecases.import_files import import_files
from api.usecases.make_plan import PlanOptions, make_plan
from api.usecases.verify import verify
from graphcore.domain.errors import DoudiError
from graphcore.domain.ids import IdMint
from graphcore.store.open import open_embedded
from tests.support.walked import FLOOD_DAY, blank, dispatcher, files, officer

FRESH_EVERY = 5  # kills a store lives through


def run(kills: int = 50, seed: int = 20_261_125) -> dict[str, object]:
    """Kill ``kills`` times; ``lost`` counts acknowledged events gone, ``partial`` findings."""
    rng = random.Random(seed)
    lost, partial, acknowledged, hit = 0, 0, 0, dict[str, int]()
    with tempfile.TemporaryDirectory() as folder:
        paths = sorted(map(str, files()), key=lambda p: ("乡镇" not in p, p))  # places come first
        for n in range(kills):
            home = Path(folder) / f"home-{n // FRESH_EVERY}"
            during = _kill(home, paths, rng, n)
            hit[during] = hit.get(during, 0) + 1
            a, b, c = _inspect(home)
            acknowledged, lost, partial = acknowledged + a, lost + b, partial + c
            print(f"kill {n + 1}: during {during}, lost {b}, findings {c}", file=sys.stderr)
    return {"kills": kills, "lost": lost, "partial": partial, "acknowledged": acknowledged,
            "killed_during": dict(sorted(hit.items())), "seed": seed}  # fmt: skip


def _kill(home: Path, paths: list[str], rng: random.Random, n: int) -> str:
    """Start the child and kill it soon after it began a step drawn by chance; return the step."""
    target, nth, delay = rng.choice(STEPS), rng.randint(1, 3), rng.uniform(0.0, LONGEST_S)
    home.mkdir(exist_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.kill", str(home), str(n), *paths],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    step = "start"
    for line in child.stdout:
        step = line.strip()
        nth -= step == target
        if not nth:
            break
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    later = child.stdout.read().split()
    child.wait()
    return later[-1] if later else step


STEPS = ("import", "import", "plan.needs", "plan.solve", "plan.commit", "plan.commit", "approve")
"""Where a kill may fall; import and commit, which write most, twice as often."""
LONGEST_S = 0.6
"""Kills fall up to this long after the step began."""


def _inspect(home: Path) -> tuple[int, int, int]:
    """Return acknowledged events, how many of them are gone, how many findings verify has."""
    told = _journal(home)
    with closing(open_embedded(home / "graph")) as store:
        store.migrate()
        ctx = _with_district(blank(store))
        rows = store.read(lambda u: u.rows("chain.heads"))
        seq = int(str(rows[0]["seq"])) if rows else 0
        sweep_orphans(ctx)
        findings = verify(ctx, dispatcher())
    for f in findings:
        print(f"  {f.rule} {f.ref} {f.what}", file=sys.stderr)
    return len(told), sum(n > seq for n in told), len(findings)


def _journal(home: Path) -> list[int]:
    path = home / "journal"
    lines = path.read_text().splitlines() if path.exists() else []
    return [int(x) for x in lines if x]


def _with_district(ctx: Context) -> Context:
    codes = ctx.store.read(lambda unit: unit.nodes("District"))["code"].to_list()
    return replace(ctx, district=codes[0] if codes else "")


def child(home: Path, n: int, paths: list[str]) -> None:
    """Do the main job, and do it again, telling each step before and each event after it."""
    journal = os.open(home / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with closing(open_embedded(home / "graph")) as store:
        store.migrate()
        ctx = replace(blank(store), mint=IdMint.seeded(10_000 + n))
        print("ready", flush=True)
        for step in _steps(ctx, paths):
            print(step, flush=True)
            rows = store.read(lambda u: u.rows("chain.heads"))
            os.write(journal, f"{rows[0]['seq'] if rows else 0}\n".encode())
            os.fsync(journal)


def _steps(ctx: Context, paths: list[str]) -> Iterator[str]:
    for path in paths:
        yield "import"
        try:
            import_files(ctx, dispatcher(), [Path(path)])
        except DoudiError as error:
            raise SystemExit(f"{path}: {error.what}") from error
    ctx = _with_district(ctx)
    for k in range(1_000):
        plan = make_plan(ctx, dispatcher(), PlanOptions(first_on=FLOOD_DAY, seed=k), _tell())
        yield "approve"
        approve_plan(ctx, officer(), plan)


def _tell() -> Progress:
    """Print each step of making a plan as it begins."""
    told = set[str]()

    def tell(step: str, _share: float) -> None:
        name = ".".join(step.split(".")[:2])
        if name not in told:
            told.add(name)
            print(name, flush=True)

    return tell


if __name__ == "__main__":
    child(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
