"""Sealing what somebody wrote: names and free words are kept in personal records and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.usecases.context import Context
from graphcore.domain.event import Json
from graphcore.domain.privacy import RecordKind
from graphcore.store.port import Row, WriteUnit


def seal(ctx: Context, unit: WriteUnit, label: str, subject: str, said: Mapping[str, Json]) -> None:
    """Seal what was said of a node in its own record, beside what the record held before.

    An entry that is said again replaces its former words; of a record that was destroyed nothing
    comes back.
    """
    seal_all(ctx, unit, label, {subject: said})


def seal_all(
    ctx: Context, unit: WriteUnit, label: str, said: Mapping[str, Mapping[str, Json]]
) -> None:
    """Seal what was said of many nodes of a label, as `seal` does of one.

    Args:
        ctx: The context.
        unit: An open write unit.
        label: Label of the nodes.
        said: node's id → what was said of it.
    """
    if not said:
        return
    rows = unit.nodes("PersonalRecord", sorted(said))
    before: dict[str, Row] = {str(r["id"]): r for r in rows.iter_rows(named=True)}
    at = ctx.clock()
    made = [_record(ctx, key, told, before.get(key), at) for key, told in sorted(said.items())]
    unit.upsert("PersonalRecord", pl.DataFrame(made))
    new = [{"from": key, "to": key} for key in sorted(said) if key not in before]
    if new:
        unit.link("HAS_RECORD", label, "PersonalRecord", pl.DataFrame(new))


def _record(
    ctx: Context, subject: str, said: Mapping[str, Json], before: Row | None, at: int
) -> dict[str, object]:
    alive = before is not None and bool(before["wrapped_key"])
    wrapped = str(before["wrapped_key"]) if before and alive else ctx.vault.new_key(subject)
    told = {**_held(ctx, before if alive else None), **said}
    return {
        "id": subject, "subject": subject, "wrapped_key": wrapped,
        "ciphertext": ctx.vault.seal(subject, wrapped, told), "number_index": "", "name_index": "",
        "kind": RecordKind.EMERGENCY.value, "told_at": at, "destroyed_at": 0,
        "version": int(str(before["version"])) + 1 if before else 1,
    }  # fmt: skip


def _held(ctx: Context, row: Row | None) -> Mapping[str, Json]:
    if row is None:
        return {}
    subject, key, sealed = (str(row[n]) for n in ("subject", "wrapped_key", "ciphertext"))
    return ctx.vault.open(subject, key, sealed)
