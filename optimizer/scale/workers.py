"""The port to workers: tasks side by side, and parts that stay where they were made.

What is computed never depends on which worker computes it: answers are gathered by key and handed
out in key order. A part's state is what its inputs and the calls since the last mark make of it, so
a lost worker costs its own parts alone: they are made again and the calls repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say

_In = TypeVar("_In")
_Out = TypeVar("_Out")
MOST_LOSSES = 5  # of workers during one call: beyond it something else is wrong


class WorkerLost(Exception):
    """A worker is gone with all it held; caught by `Parts` and `map_over`, never shown."""


class Worker:
    """What runs in a worker: parts by key, each of its own."""

    def __init__(self) -> None:
        self._parts: dict[int, Any] = {}

    def run(self, work: Callable[[Any], Any], given: object) -> object:
        """Return what a task makes of its input."""
        return work(given)

    def make(self, work: Callable[[Any], Any], keys: Sequence[int], *inputs: object) -> None:
        """Make one part for each key from its input, in place of what was there."""
        self._parts = {k: work(given) for k, given in zip(keys, inputs, strict=True)}

    def tell(self, method: str, common: tuple[object, ...], each: dict[int, Any]) -> dict[int, Any]:
        """Call a method of every part; ``each`` has what a part is told besides ``common``."""
        return {
            k: getattr(part, method)(*common, *((each[k],) if k in each else ()))
            for k, part in self._parts.items()
        }

    def restore(self, states: dict[int, Any]) -> None:
        """Set every part back to a state that it gave before."""
        for k, part in self._parts.items():
            part.restore(states[k])


class Engine(Protocol):
    """Workers that calls are sent to; `wait` raises `WorkerLost` where one is gone."""

    @property
    def workers(self) -> int:
        """Return how many there are."""

    def keep(self, value: object) -> object:
        """Return a handle to a value, which calls may be given in its place, as often as needed."""

    def send(self, worker: int, method: str, *given: object) -> object:
        """Start a call of a method of `Worker`; return a ticket."""

    def first(self, tickets: Sequence[object]) -> int:
        """Return which of the calls has ended (the place of its ticket)."""

    def wait(self, ticket: object) -> Any:
        """Return the answer to a call."""

    def renew(self, worker: int) -> None:
        """Put an empty worker in the place of a lost one."""


class Here:
    """The engine without any other process: workers are objects, calls run at once."""

    def __init__(self, workers: int = 1) -> None:
        self._all: list[Worker | None] = [Worker() for _ in range(workers)]

    @property
    def workers(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def keep(self, value: object) -> object:
        """Return the value itself."""
        return value

    def send(self, worker: int, method: str, *given: object) -> object:
        """Run the call; the ticket is its answer."""
        mine = self._all[worker]
        return WorkerLost if mine is None else (getattr(mine, method)(*given),)

    def first(self, tickets: Sequence[object]) -> int:  # noqa: ARG002 - the port's signature
        """Return the first: all have ended."""
        return 0

    def wait(self, ticket: object) -> Any:
        """Return the answer."""
        if not isinstance(ticket, tuple):
            raise WorkerLost
        return ticket[0]

    def renew(self, worker: int) -> None:
        """Put an empty worker in this place."""
        self._all[worker] = Worker()

    def lose(self, worker: int) -> None:
        """Drop a worker with all it holds, as a crash would."""
        self._all[worker] = None


class Parts:
    """Parts that stay with their workers: one for each input, numbered in order."""

    def __init__(
        self, engine: Engine, make: Callable[[_In], object], inputs: Sequence[_In]
    ) -> None:
        """Make one part of every input; the parts are dealt to the workers in turn."""
        self._engine, self._work = engine, make
        self._inputs = [engine.keep(given) for given in inputs]
        many = engine.workers
        self._keys = [list(range(w, len(inputs), many)) for w in range(many)]
        self._states: list[object] = []
        self._log: list[tuple[str, tuple[object, ...], dict[int, Any]]] = []
        self.rebuilt = 0
        tickets = [self._make(w) for w in range(many)]
        for w, ticket in enumerate(tickets):
            try:
                engine.wait(ticket)
            except WorkerLost:
                self._again(w)

    def ask(self, method: str, *common: object, each: Sequence[object] | None = None) -> list[Any]:
        """Call a method of every part and return the answers in their order.

        Raises:
            SolverError: workers kept getting lost.
        """
        own = [{} if each is None else {k: each[k] for k in keys} for keys in self._keys]
        self._log.append((method, common, {} if each is None else dict(enumerate(each))))
        sent = [self._engine.send(w, "tell", method, common, mine) for w, mine in enumerate(own)]
        answers: dict[int, Any] = {}
        for w, ticket in enumerate(sent):
            try:
                answers |= self._engine.wait(ticket)
            except WorkerLost:
                answers |= self._again(w)
        return [answers[k] for k in range(len(self._inputs))]

    def mark(self) -> None:
        """Keep every part's state, so that a lost one is made again from here on."""
        states = self.ask("state")
        self._states = [self._engine.keep({k: states[k] for k in keys}) for keys in self._keys]
        self._log.clear()

    def _make(self, w: int) -> object:
        inputs = [self._inputs[k] for k in self._keys[w]]
        return self._engine.send(w, "make", self._work, self._keys[w], *inputs)

    def _again(self, w: int) -> dict[int, Any]:
        """Make a lost worker's parts again and repeat the calls; return the last one's answers."""
        for _ in range(MOST_LOSSES):
            self._engine.renew(w)
            self.rebuilt += len(self._keys[w])
            try:
                return self._repeat(w)
            except WorkerLost:
                continue
        raise lost()

    def _repeat(self, w: int) -> dict[int, Any]:
        self._engine.wait(self._make(w))
        if self._states:
            self._engine.wait(self._engine.send(w, "restore", self._states[w]))
        answers: dict[int, Any] = {}
        for method, common, each in self._log:
            mine = {k: each[k] for k in self._keys[w] if k in each}
            answers = self._engine.wait(self._engine.send(w, "tell", method, common, mine))
        return answers


def map_over(engine: Engine, work: Callable[[_In], _Out], inputs: Sequence[_In]) -> list[_Out]:
    """Return what a task makes of each input, in their order; workers take the next as they end.

    Raises:
        SolverError: workers kept getting lost.
    """
    out: dict[int, _Out] = {}
    todo, losses = list(range(len(inputs) - 1, -1, -1)), 0
    idle, busy = list(range(engine.workers)), list[tuple[int, int, object]]()
    while todo or busy:
        while todo and idle:
            k, w = todo.pop(), idle.pop()
            busy.append((k, w, engine.send(w, "run", work, inputs[k])))
        k, w, ticket = busy.pop(engine.first([b[2] for b in busy]))
        try:
            out[k] = engine.wait(ticket)
        except WorkerLost:
            losses += 1
            if losses > MOST_LOSSES:
                raise lost() from None
            engine.renew(w)
            todo.append(k)
        idle.append(w)
    return [out[k] for k in range(len(inputs))]


def lost() -> SolverError:
    """Return the error of workers that do not last."""
    return SolverError(
        say("求解所用的工作进程反复中断（{count} 次），没有得出计划。", count=MOST_LOSSES),
        say("请检查各台机器的内存，减少工作进程数或不用 --workers 后重试；已发布的计划不受影响。"),
    )
