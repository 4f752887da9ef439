"""Bulk load: batches of ``UNWIND $rows … CREATE``, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from graphcore.domain.errors import ConstraintViolated
from graphcore.domain.text import say
from graphcore.store import statements
from graphcore.store.port import Row
from graphcore.store.unit import node_rows, rel_rows

BATCH = 2_000
"""Rows a transaction: larger ones fill the heap of a server with default settings, and are slower."""

Rel = tuple[str, str, str, pl.DataFrame]
Send = Callable[[str, Mapping[str, object]], list[Row]]
"""Runs one statement in a transaction of its own."""


def load_nodes(send: Send, nodes: Mapping[str, pl.DataFrame]) -> None:
    """Create the nodes, label by label.

    Raises:
        ConstraintViolated: a key twice, or one that is in the store.
        QueryError: columns that the schema does not have.
    """
    tables = {label: node_rows(label, nodes[label]) for label in sorted(nodes)}
    for label, table in tables.items():
        text = statements.create_nodes(label, table.columns)
        for batch in table.iter_slices(BATCH):
            send(text, {"rows": batch.to_dicts()})


def load_rels(send: Send, rels: Sequence[Rel]) -> None:
    """Create the relationships, kind by kind.

    Raises:
        ConstraintViolated: an end that is nowhere.
        QueryError: ends or columns that the schema does not have.
    """
    joined = [(r, a, b, rel_rows(r, a, b, table)) for r, a, b, table in rels]
    for rel, source, target, table in joined:
        columns = [c for c in table.columns if c not in ("from", "to")]
        text = statements.create_links(rel, source, target, columns)
        for batch in table.iter_slices(BATCH):
            if send(text, {"rows": batch.to_dicts()})[0]["reached"] != batch.height:
                raise ConstraintViolated(
                    say("批量导入的关系 {rel} 有一端（{a} 或 {b}）不存在。",
                        rel=rel, a=source, b=target),
                    say("请把两端的节点一并导入。"),
                )  # fmt: skip
