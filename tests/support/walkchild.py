"""The process that a walk kills: it owns the store, obeys lines of JSON, and reads all the time.

``python -m tests.support.walkchild CONFIG``: every order is answered by one line, except those
that a kill cut off. Three threads read beside the writer and tell what they saw wrong.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from graphcore.domain.errors import ConstraintViolated, StoreError
from graphcore.domain.event import EventDraft
from graphcore.store import chain
from graphcore.store.embedded.engine import Limits
from graphcore.store.open import open_embedded, open_neo4j
from graphcore.store.port import GraphStore, ReadUnit, WriteUnit
from graphcore.store.values import label_schema, rel_schema
from tests.support.stores import DISTRICT, raw
from tests.support.walkmodel import KEYS, RELS, SIZES, Op

LIMITS = Limits(checkpoint_every=150, bar_after=400, bar_again=50, bar_s=0.5)
_PATIENCE_S = 60.0
_FEW = [f"h{n:05}" for n in range(60)]
"""What is read where the driver's own work would leave the writer no time."""
T = TypeVar("T")


class Undo(Exception):
    """The transaction is to be rolled back."""


class Child:
    """The store and its readers."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._strict = config["engine"] == "embedded"
        self._pause_s = 0.02 if self._strict else 0.1
        self.store = self._open()
        self.reads = 0
        self.wrong: list[str] = []

    def hello(self, _: dict[str, Any]) -> dict[str, Any]:
        """Wait until no write of a killed process is under way; tell the last that lasted."""
        self._patiently(lambda: self.store.write(DISTRICT, lambda _: None))
        heads = self.store.read(chain.heads)
        seq = heads.get(DISTRICT, (0, ""))[0]
        last = self.store.read(lambda u: [e.at for e in chain.events(u, DISTRICT, seq - 1)])
        return {"last": last[-1] if last else 0}

    def load(self, order: dict[str, Any]) -> dict[str, Any]:
        """Fill the fresh store."""
        nodes = {n: pl.DataFrame(rows, label_schema(n)) for n, rows in order["nodes"].items()}
        rels = [
            (rel, *RELS[rel], pl.DataFrame(pairs, {"from": pl.String, "to": pl.String}, orient="row"))
            for rel, pairs in order["links"].items()
        ]  # fmt: skip
        self.store.load(nodes, rels)
        return {}

    def write(self, order: dict[str, Any]) -> dict[str, Any]:
        """Run one transaction."""

        def work(unit: WriteUnit) -> None:
            for op in order["ops"]:
                obey(unit, op)
            unit.append(EventDraft("walk.step", "walker", order["n"], {"n": order["n"]}))
            if order["undo"]:
                raise Undo

        try:
            self._patiently(lambda: self.store.write(DISTRICT, work))
        except Undo:
            return {"said": "undone"}
        except ConstraintViolated:
            return {"said": "refused"}
        return {"said": "done"}

    def checkpoint(self, _: dict[str, Any]) -> dict[str, Any]:
        """Fold the log in."""
        self._patiently(self.store.checkpoint)
        return {}

    def reopen(self, _: dict[str, Any]) -> dict[str, Any]:
        """Close and open again."""
        self._patiently(self.store.close)
        self.store = self._open()
        return {}

    def look(self, order: dict[str, Any]) -> dict[str, Any]:
        """Tell everything that is in the store."""
        state = self._patiently(lambda: self.store.read(everything))
        faults = self._patiently(
            lambda: self.store.read(lambda u: len(chain.verify_chain(u, DISTRICT)))
        ) if order["verify"] else 0  # fmt: skip
        return {"state": state, "faults": faults}

    def read_on(self) -> None:
        """Read until the process ends."""
        while True:
            try:
                if what := self.store.read(self._glance, timeout_s=20.0):
                    self.wrong.append(what)
            except StoreError as error:
                if not error.retry:
                    self.wrong.append(f"reader: {error}")
            self.reads += 1
            time.sleep(self._pause_s)

    def _glance(self, unit: ReadUnit) -> str:
        """Return what is inconsistent inside one read unit; one engine has no snapshot."""
        seq = chain.heads(unit).get(DISTRICT, (0, ""))[0]
        homes = unit.nodes("Household", None if self._strict else _FEW)
        (events,) = raw(unit, "MATCH (e:Event) RETURN count(*) AS n")
        if not self._strict:
            return ""
        if events["n"] != seq:
            return f"{events['n']} events, the head says {seq}"
        torn = homes.filter(
            pl.col("code") != pl.format("{}:{}", "id", pl.col("version").cast(pl.String))
        )
        return f"torn households: {torn['id'].to_list()}" if torn.height else ""

    def _open(self) -> GraphStore:
        config = self._config
        if config["engine"] == "embedded":
            store = open_embedded(Path(config["folder"]), limits=LIMITS)
        else:
            store = open_neo4j(config["uri"], config["user"], config["password"])
        store.migrate()
        return store

    @staticmethod
    def _patiently(call: Callable[[], T]) -> T:
        """Try again where the store says that it helps."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return call()
            except StoreError as error:
                if not error.retry or time.monotonic() > until:
                    raise
                time.sleep(0.02)


def obey(unit: WriteUnit, op: Op) -> None:
    """Run one operation."""
    if op["do"] in ("link", "unlink"):
        source, target = RELS[op["rel"]]
        rows = pl.DataFrame(op["rows"], rel_schema(op["rel"]))
        method = unit.link if op["do"] == "link" else unit.unlink
        method(op["rel"], source, target, rows)
    elif op["do"] == "delete":
        unit.delete(op["label"], op["rows"])
    else:
        schema = {c: t for c, t in label_schema(op["label"]).items() if c in op["rows"][0]}
        getattr(unit, op["do"])(op["label"], pl.DataFrame(op["rows"], schema))


def everything(unit: ReadUnit) -> dict[str, Any]:
    """Return nodes, links from both ends, counts and degrees, as the engine answers them."""
    found: dict[str, Any] = {k: {} for k in ("nodes", "forward", "backward", "counts", "degrees")}
    for label in SIZES:
        rows = unit.nodes(label).rows(named=True)
        found["nodes"][label] = [{k: v for k, v in r.items() if v is not None} for r in rows]
        (row,) = raw(unit, f"MATCH (n:{label}) RETURN count(*) AS n")
        found["counts"][label] = row["n"]
    for rel, (source, target) in RELS.items():
        a, b = f"(a:{source})", f"(b:{target})"
        ends = f"RETURN a.{KEYS[source]} AS x, b.{KEYS[target]} AS y"
        for way, pattern in (("forward", f"{a}-[:{rel}]->{b}"), ("backward", f"{b}<-[:{rel}]-{a}")):
            pairs = raw(unit, f"MATCH {pattern} {ends}")
            found[way][rel] = sorted([r["x"], r["y"]] for r in pairs)
        (row,) = raw(unit, f"MATCH {a}-[r:{rel}]->{b} RETURN count(*) AS n")
        found["counts"][rel] = row["n"]
        degrees = raw(unit, f"MATCH {b}<-[:{rel}]-{a} RETURN b.{KEYS[target]} AS y, count(a) AS n")
        found["degrees"][rel] = {str(r["y"]): r["n"] for r in degrees}
    return found


def main() -> None:
    """Obey until the input ends."""
    child = Child(json.loads(sys.argv[1]))
    for _ in range(3):
        threading.Thread(target=child.read_on, daemon=True).start()
    for line in sys.stdin:
        order = json.loads(line)
        answer = getattr(child, order["order"])(order)
        sys.stdout.write(
            json.dumps(answer | {"reads": child.reads, "wrong": child.wrong[:5]}) + "\n"
        )
        sys.stdout.flush()
        child.reads, child.wrong = 0, []
    child.store.close()


if __name__ == "__main__":
    main()
