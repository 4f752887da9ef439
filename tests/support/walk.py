"""A random walk over a real store, compared with a plain model.

The store lives in a child process that is killed now and then in the middle of a write. What it
acknowledged is kept here, outside: it must be there afterwards; a write that was under way may
have lasted whole, never in part; everything else must be exactly what the model holds.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.support.walkmodel import Model, fresh_row, mistake, some, transaction

Config = dict[str, Any]
"""``engine`` and how to open it: ``folder``, or ``uri``, ``user``, ``password``."""


@dataclass(slots=True)
class Tally:
    """What a walk did and what it found wrong (which must be nothing)."""

    writes: int = 0
    committed: int = 0
    undone: int = 0
    refused: int = 0
    kills: int = 0
    survived: int = 0
    """Unacknowledged transactions that had lasted, whole."""
    reopenings: int = 0
    checkpoints: int = 0
    reads: int = 0
    comparisons: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures, ``wrong`` as a number."""
        return asdict(self) | {"wrong": len(self.wrong), "seconds": round(self.seconds, 1)}


class Walk:
    """One walk. Rates are chances a write; ``compare_every`` counts writes."""

    def __init__(
        self,
        config: Config,
        seed: int,
        *,
        kill_rate: float = 1 / 250,
        reopen_rate: float = 1 / 500,
        checkpoint_rate: float = 1 / 200,
        compare_every: int = 500,
    ) -> None:
        self._config = config
        self._rng = random.Random(seed)
        self._rates = (kill_rate, reopen_rate, checkpoint_rate)
        self._compare_every = compare_every
        self._model = Model()
        self.tally = Tally()

    def run(self, writes: int) -> Tally:
        """Fill a fresh store, walk, compare; return what happened."""
        begun = time.monotonic()
        self._start()
        try:
            self._fill()
            for n in range(1, writes + 1):
                self._step(n)
                if n % self._compare_every == 0 or n == writes:
                    self._compare(verify=n == writes)
            self._order("reopen")
            self._compare(verify=True)
        finally:
            self._process.kill()
            self._process.communicate()
        self.tally.seconds = time.monotonic() - begun
        return self.tally

    def _fill(self) -> None:
        for label in ("Village", "Household", "Person"):
            for key in {k for _ in range(1_200) for k in some(self._rng, label, 4)}:
                self._model.put(label, key, fresh_row(self._rng, label, key))
        for rel, (source, target) in {"MEMBER_OF": ("Person", "Household"),
                                      "LIVES_IN": ("Household", "Village")}.items():  # fmt: skip
            targets = sorted(self._model.nodes[target])
            for key in sorted(self._model.nodes[source]):
                self._model.tie(rel, (key, self._rng.choice(targets)), 1)
        self._model.keep()
        state = self._model.state()
        self._order("load", nodes=state["nodes"], links=state["forward"])

    def _step(self, n: int) -> None:
        kill, reopen, checkpoint = (self._rng.random() < rate for rate in self._rates)
        undo, wrong = self._rng.random() < 0.12, self._rng.random() < 0.04
        ops = transaction(self._rng, self._model)
        if wrong:
            ops.append(mistake(self._rng, self._model))
        expected = "refused" if wrong else "undone" if undo else "done"
        order = {"n": n, "ops": ops, "undo": undo}
        self.tally.writes += 1
        said = self._killed(order) if kill else self._order("write", **order)["said"]
        if said is None:
            said = self._after_a_kill(n, expected)
        elif said != expected:
            self._note(f"write {n}: {said}, not {expected}")
        self._settle(said)
        if reopen:
            self._order("reopen")
            self.tally.reopenings += 1
        if checkpoint:
            self._order("checkpoint")
            self.tally.checkpoints += 1

    def _settle(self, said: str) -> None:
        self.tally.committed += said == "done"
        self.tally.undone += said == "undone"
        self.tally.refused += said == "refused"
        if said == "done":
            self._model.keep()
        else:
            self._model.take_back()

    def _killed(self, order: dict[str, Any]) -> str | None:
        """Send a write and kill; return what was acknowledged, None if nothing was."""
        self._send("write", **order)
        time.sleep(self._rng.random() * 0.03)
        self._process.kill()
        rest = self._process.communicate()[0]
        self.tally.kills += 1
        last = int(self._start()["last"])
        answer: dict[str, Any] | None = json.loads(rest) if rest.endswith("\n") else None
        if answer is None:
            self._last = last
            return None
        if (answer["said"] == "done") != (last == order["n"]):
            self._note(f"write {order['n']} was acknowledged as {answer['said']}, last is {last}")
        return str(answer["said"])

    def _after_a_kill(self, n: int, expected: str) -> str:
        """Whether the unacknowledged write lasted; the comparison shows whether whole."""
        if self._last == n and expected != "done":
            self._note(f"write {n} lasted though it was {expected}")
        if self._last != n:
            return "lost"
        self.tally.survived += 1
        return "done"

    def _compare(self, *, verify: bool) -> None:
        found = self._order("look", verify=verify)
        self.tally.comparisons += 1
        if found["faults"]:
            self._note(f"the chain has {found['faults']} faults")
        state = self._model.state()
        state["nodes"] = {
            label: [{k: v for k, v in row.items() if v is not None} for row in rows]
            for label, rows in state["nodes"].items()
        }
        for part, expected in state.items():
            for name, value in expected.items():
                if found["state"][part][name] != value:
                    self._note(f"after {self.tally.writes}: {part} of {name} differ")

    def _start(self) -> dict[str, Any]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.walkchild", json.dumps(self._config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self._order("hello")

    def _send(self, order: str, **details: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"order": order, **details}) + "\n")
        self._process.stdin.flush()

    def _order(self, order: str, **details: Any) -> dict[str, Any]:
        self._send(order, **details)
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the child died on {order}: {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        self.tally.reads += answer["reads"]
        for what in answer["wrong"]:
            self._note(what)
        return answer

    def _note(self, what: str) -> None:
        self.tally.wrong.append(what)
