"""The plain model that a random walk over a store is compared with."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

SIZES = {"Household": 2_400, "Person": 4_800, "Village": 60}
"""How many keys of each label there may be: more than the engine's vectors of 2,048 rows hold."""
KEYS = {"Household": "id", "Person": "id", "Village": "code"}
RELS = {"MEMBER_OF": ("Person", "Household"), "LIVES_IN": ("Household", "Village")}

Row = dict[str, Any]
Op = dict[str, Any]
"""``do`` is create, update, upsert or delete (with label), link or unlink (with rel); ``rows``."""


class Model:
    """Nodes and links as dicts; changes since `keep` can be taken back."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Row]] = {label: {} for label in SIZES}
        self.links: dict[str, Counter[tuple[str, str]]] = {rel: Counter() for rel in RELS}
        self._touching: dict[tuple[str, str], set[tuple[str, tuple[str, str]]]] = defaultdict(set)
        self._undo: list[tuple[Any, ...]] = []

    def put(self, label: str, key: str, row: Row | None) -> None:
        """Set a node's properties, or take the node away with its links."""
        if row is None:
            for rel, pair in sorted(self._touching[label, key]):
                self.tie(rel, pair, 0)
        self._undo.append((self._place, label, key, self.nodes[label].get(key)))
        self._place(label, key, row)

    def tie(self, rel: str, pair: tuple[str, str], times: int) -> None:
        """Set how many links there are between two nodes."""
        self._undo.append((self._bind, rel, pair, self.links[rel][pair]))
        self._bind(rel, pair, times)

    def keep(self) -> None:
        """Make the changes last."""
        self._undo.clear()

    def take_back(self) -> None:
        """Undo the changes since `keep`."""
        for method, *arguments in reversed(self._undo):
            method(*arguments)
        self._undo.clear()

    def touching(self, label: str, key: str) -> list[tuple[str, tuple[str, str]]]:
        """Return the links at a node."""
        return sorted(self._touching[label, key])

    def state(self) -> dict[str, Any]:
        """Return what a store must answer: nodes, links from both ends, counts."""
        links = {
            rel: sorted([a, b] for (a, b), n in ties.items() for _ in range(n))
            for rel, ties in self.links.items()
        }
        return {
            "nodes": {label: [rows[k] for k in sorted(rows)] for label, rows in self.nodes.items()},
            "forward": links,
            "backward": links,
            "counts": {label: len(rows) for label, rows in self.nodes.items()}
            | {rel: ties.total() for rel, ties in self.links.items()},
            "degrees": {
                rel: dict(sorted(Counter(b for _, b in pairs).items()))
                for rel, pairs in links.items()
            },
        }

    def _place(self, label: str, key: str, row: Row | None) -> None:
        if row is None:
            self.nodes[label].pop(key, None)
        else:
            self.nodes[label][key] = row

    def _bind(self, rel: str, pair: tuple[str, str], times: int) -> None:
        source, target = RELS[rel]
        for end in ((source, pair[0]), (target, pair[1])):
            if times:
                self._touching[end].add((rel, pair))
            else:
                self._touching[end].discard((rel, pair))
        if times:
            self.links[rel][pair] = times
        else:
            self.links[rel].pop(pair, None)


def fresh_row(rng: random.Random, label: str, key: str) -> Row:
    """Return properties for a node; a household's code always tells its id and version."""
    version = rng.randrange(1_000_000)
    if label == "Household":
        state = rng.choice([None, "safe", "in_need", "unknown", ""])
        return {"id": key, "code": f"{key}:{version}", "state": state,
                "persons": rng.randint(0, 9), "named": rng.random() < 0.5, "version": version}  # fmt: skip
    if label == "Person":
        return {"id": key, "household": rng.choice(["", "长" * 40, key]),
                "is_head": rng.choice([True, False, None]), "version": version}  # fmt: skip
    return {"code": key, "name": f"村{version}", "lon": rng.choice([None, 120.5, version / 7]),
            "version": version}  # fmt: skip


def transaction(rng: random.Random, model: Model) -> list[Op]:
    """Return the operations of a random transaction, applied to the model already."""
    ops: list[Op] = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        kind = rng.choices([_change, _delete, _again, _link, _unlink], [40, 12, 5, 28, 15])[0]
        ops += kind(rng, model)
    return ops


def mistake(rng: random.Random, model: Model) -> Op:
    """Return an operation that every engine must refuse."""
    label = rng.choice(["Household", "Person"])
    known = sorted(model.nodes[label])
    if known and rng.random() < 0.5:
        rows = [fresh_row(rng, label, rng.choice(known))]
        return {"do": "create", "label": label, "rows": rows}
    rows = [{"from": rng.choice(known) if known else "x", "to": "nowhere"}]
    rel = "MEMBER_OF" if label == "Person" else "LIVES_IN"
    return {"do": "link", "rel": rel, "rows": rows}


def some(rng: random.Random, label: str, most: int) -> list[str]:
    """Return up to ``most`` different keys of the label, present or not."""
    numbers = rng.sample(range(SIZES[label]), rng.randint(1, most))
    return [f"{label[0].lower()}{n:05}" for n in numbers]


def _label(rng: random.Random) -> str:
    return rng.choices(list(SIZES), [45, 45, 10])[0]


def _change(rng: random.Random, model: Model) -> Iterator[Op]:
    label = _label(rng)
    keys = some(rng, label, 8)
    old = [k for k in keys if k in model.nodes[label]]
    new = [k for k in keys if k not in model.nodes[label]]
    if rng.random() < 0.2:
        yield _write("upsert", model, label, [fresh_row(rng, label, k) for k in keys])
        return
    if new:
        yield _write("create", model, label, [fresh_row(rng, label, k) for k in new])
    if old:
        rows = [fresh_row(rng, label, k) for k in old]
        dropped = {"is_head", "lon", "persons"} if rng.random() < 0.5 else set()
        rows = [{k: v for k, v in row.items() if k not in dropped} for row in rows]
        yield _write("update", model, label, rows)


def _write(do: str, model: Model, label: str, rows: list[Row]) -> Op:
    for row in rows:
        key = row[KEYS[label]]
        model.put(label, key, model.nodes[label].get(key, {}) | row)
    return {"do": do, "label": label, "rows": rows}


def _delete(rng: random.Random, model: Model) -> Iterator[Op]:
    label = rng.choices(list(SIZES), [50, 48, 2])[0]
    keys = some(rng, label, 6)
    for key in keys:
        model.put(label, key, None)
    yield {"do": "delete", "label": label, "rows": keys}


def _again(rng: random.Random, model: Model) -> Iterator[Op]:
    """Delete and create again, in one transaction."""
    label = _label(rng)
    keys = some(rng, label, 3)
    for key in keys:
        model.put(label, key, None)
    yield {"do": "delete", "label": label, "rows": keys}
    yield _write("create", model, label, [fresh_row(rng, label, k) for k in keys])


def _link(rng: random.Random, model: Model) -> Iterator[Op]:
    rel = rng.choice(list(RELS))
    source, target = RELS[rel]
    a = [k for k in some(rng, source, 8) if k in model.nodes[source]]
    b = [k for k in some(rng, target, 8) if k in model.nodes[target]]
    pairs = [(x, rng.choice(b)) for x in a] if b else []
    if not pairs:
        return
    for pair in pairs:
        model.tie(rel, pair, model.links[rel][pair] + 1)
    yield {"do": "link", "rel": rel, "rows": [{"from": x, "to": y} for x, y in pairs]}


def _unlink(rng: random.Random, model: Model) -> Iterator[Op]:
    label = _label(rng)
    found = {t for k in some(rng, label, 8) for t in model.touching(label, k)}
    for rel in RELS:
        pairs = sorted(pair for r, pair in found if r == rel)
        for pair in pairs:
            model.tie(rel, pair, 0)
        if pairs:
            yield {"do": "unlink", "rel": rel, "rows": [{"from": a, "to": b} for a, b in pairs]}
