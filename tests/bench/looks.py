"""Looks recorded a second by sixteen threads, and how long each waits; none may be lost."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from graphcore.domain.event import EventDraft
from graphcore.store.chain import broken_links
from graphcore.store.looks import LookLog


def run(looks: int = 8_000, threads: int = 16) -> dict[str, object]:
    """Record ``looks`` looks from ``threads`` threads; one at a time for latency in quiet too."""
    with tempfile.TemporaryDirectory(prefix="doudi-bench-") as folder:
        path = Path(folder) / "looks.log"
        with closing(LookLog(path, lambda: "LK-BENCH")) as log:
            quiet = _waits(log, "quiet", 200)
            waits: list[list[float]] = [[] for _ in range(threads)]
            crew = [
                threading.Thread(target=_work, args=(log, k, looks // threads, waits[k]))
                for k in range(threads)
            ]
            begun = time.perf_counter()
            for one in crew:
                one.start()
            for one in crew:
                one.join()
            seconds = time.perf_counter() - begun
            faults, (seq, _) = broken_links(log.looks())
    busy = sorted(w for one in waits for w in one)
    return {
        "threads": threads, "looks": len(busy), "looks_per_s": round(len(busy) / seconds),
        "p50_ms": _ms(busy, 0.5), "p99_ms": _ms(busy, 0.99), "quiet_p50_ms": _ms(quiet, 0.5),
        "quiet_p99_ms": _ms(quiet, 0.99),
        "lost": len(busy) + len(quiet) - seq, "broken": len(faults),
    }  # fmt: skip


def _work(log: LookLog, k: int, count: int, waits: list[float]) -> None:
    waits += _waits(log, f"thread-{k}", count)


def _waits(log: LookLog, actor: str, count: int) -> list[float]:
    found = []
    for n in range(count):
        draft = EventDraft("look", actor, n, {"subjects": [f"H-{n}"], "purpose": "visit"})
        begun = time.perf_counter()
        log.record([draft])
        found.append(time.perf_counter() - begun)
    return sorted(found)


def _ms(waits: list[float], share: float) -> float:
    return round(waits[min(len(waits) - 1, int(len(waits) * share))] * 1000, 2)
