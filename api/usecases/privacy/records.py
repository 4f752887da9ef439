"""Opening personal records. Whoever shows what is in them goes through `looking` instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from api.usecases.context import Context
from graphcore.domain.event import Json
from graphcore.domain.privacy import OF_SUBJECT, RecordKind, record_ids

Record = dict[str, Json]


def opened(
    ctx: Context, subjects: Collection[str], kinds: Sequence[RecordKind] = OF_SUBJECT
) -> dict[str, Record]:
    """Return subject → what is known, the records of the kinds side by side; the first kind wins.

    Who has no record, or none that was not destroyed, is not in it.
    """
    keys = record_ids(sorted(set(subjects)), kinds)
    sealed = ctx.store.read(lambda unit: unit.nodes("PersonalRecord", keys))
    rows = {str(r["id"]): r for r in sealed.iter_rows(named=True)}
    found: dict[str, Record] = {}
    for key in keys:
        row = rows.get(key)
        if row is not None and row["wrapped_key"]:
            told = ctx.vault.open(row["subject"], row["wrapped_key"], row["ciphertext"])
            found[row["subject"]] = {**told, **found.get(row["subject"], {})}
    return found
