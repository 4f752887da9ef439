"""Frames of nodes: rows with every property of their label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from api.usecases.context import Context
from api.usecases.intake.binding import Bound
from graphcore.domain.actor import Actor
from graphcore.exchange.reader import ParsedFile
from graphcore.store.values import label_schema


def frame_of(label: str, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Return rows as a frame with every property of the label, null where not said."""
    schema = label_schema(label)
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def file_row(
    ctx: Context, actor: Actor, file: ParsedFile, bound: Bound, key: str, state: str
) -> pl.DataFrame:
    """Return the SourceFile node of this import."""
    forms = "、".join(sorted({s.form.code for s in file.sheets}))
    return frame_of("SourceFile", [{
        "id": key, "name": file.name, "sha256": file.sha256, "form": forms,
        "imported_at": ctx.clock(), "actor": actor.id, "state": state, "rows": bound.rows,
        "refused": len(bound.bad),
    }])  # fmt: skip
