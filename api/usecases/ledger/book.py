"""The statutory forms out: reports, ledger and house ledger as they stand, in the layout that comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reading import course, place_names
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.figures import COLUMNS
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.templates import write_forms
from graphcore.store.port import ReadUnit

FORMS = ("reports", "ledger", "houses")
_TELLS = ("head", "id_number", "phone", "address", "household_type")


def write_book(ctx: Context, actor: Actor, path: Path, township: str = "") -> dict[str, int]:
    """Write the workbook of the statutory forms within the scope; return rows by form.

    That names left the system is recorded in the audit chain before the file is written. Read back,
    it changes nothing.

    Raises:
        Forbidden: the actor may not take names out, or the township is out of scope.
        NotFound: no disaster.
    """
    authorise(actor, Operation.EXPORT_PERSONAL, township)
    tables = ctx.store.read(lambda unit: _tables(ctx, unit, township or actor.scope))
    counts = {form: table.height for form, table in tables.items()}
    body: dict[str, Json] = {"township": township, **counts}
    event = EventDraft("ledger.exported", actor.id, ctx.clock(), body)
    ctx.store.write(ctx.district, lambda unit: unit.append(event))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_forms(path, [(BY_CODE[form], table) for form, table in tables.items()])
    return counts


def _tables(ctx: Context, unit: ReadUnit, scope: str) -> dict[str, pl.DataFrame]:
    seen, names = course(unit), place_names(unit)
    within = pl.col("township").str.starts_with(scope)
    last = seen.reports.filter(within).unique("township", keep="last", maintain_order=True)
    homes = unit.nodes("Household").filter(within).sort("township", "village", "code", "id")
    told = _told(ctx, unit, homes["id"].to_list())
    called = pl.col("township", "village").replace(names)
    who = homes.select(pl.col("id").alias("household"), "code", "township", "village", "persons")
    whole = who.with_columns(called).join(told, on="household", how="left", maintain_order="left")
    of = pl.col("disaster") == str(seen.disaster["id"])
    return {
        "reports": last.with_columns(pl.col("township").replace(names)).select(
            "township", "phase", "reported_at", "source", "reporter", "zero", *COLUMNS),
        "ledger": _under(whole, unit.nodes("LedgerEntry").filter(of).drop("household_type").rename(
            {"paid_fen": "paid", "goods_fen": "goods_value"})),
        "houses": _under(whole, unit.nodes("Dwelling")),
    }  # fmt: skip


def _under(homes: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a form with who they are about, in the order of the households."""
    both = homes.join(rows.drop("id"), on="household", how="inner", maintain_order="left")
    return both.drop("household").rename({"code": "household"})


def _told(ctx: Context, unit: ReadUnit, keys: list[str]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    sealed = unit.nodes("PersonalRecord", keys)
    for subject, key, text in sealed.select("subject", "wrapped_key", "ciphertext").iter_rows():
        record = ctx.vault.open(subject, key, text)
        rows.append({"household": subject, "head": str(record.get("name") or ""),
                     **{k: str(record.get(k) or "") for k in _TELLS[1:]}})  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(("household", *_TELLS), pl.String()))
