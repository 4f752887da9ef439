"""The statutory forms out: reports, ledger and house ledger as they stand, in the layout that comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reading import course, place_names
from api.usecases.privacy.looking import Reason, Seen, look
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.figures import COLUMNS
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.templates import write_forms
from graphcore.store.port import ReadUnit

FORMS = ("reports", "ledger", "houses")
RELIEF = Reason("relief")
_ENTRIES = ("name", "form_number", "phone", "address", "household_type")
_TELLS = ("head", "id_number", "phone", "address", "household_type")


def write_book(
    ctx: Context, actor: Actor, path: Path, township: str = "", reason: Reason = RELIEF
) -> dict[str, int]:
    """Write the workbook of the statutory forms within the scope; return rows by form.

    That names left the system is recorded in the audit chain before the file is written. Read back,
    it changes nothing.

    Raises:
        Forbidden: the actor may not take names out, or the township is out of scope.
        NotFound: no disaster.
    """
    authorise(actor, Operation.EXPORT_PERSONAL, township)
    scope = township or actor.scope
    homes = ctx.store.read(lambda unit: _homes(unit, scope)["id"].to_list())
    told = _told(look(ctx, actor, reason, homes, Seen("ledger.book", _ENTRIES)))
    tables = ctx.store.read(lambda unit: _tables(unit, scope, told))
    counts = {form: table.height for form, table in tables.items()}
    body: dict[str, Json] = {"township": township, **counts}
    event = EventDraft("ledger.exported", actor.id, ctx.clock(), body)
    ctx.store.write(ctx.district, lambda unit: unit.append(event))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_forms(path, [(BY_CODE[form], table) for form, table in tables.items()])
    return counts


def _homes(unit: ReadUnit, scope: str) -> pl.DataFrame:
    within = pl.col("township").str.starts_with(scope)
    return unit.nodes("Household").filter(within).sort("township", "village", "code", "id")


def _tables(unit: ReadUnit, scope: str, told: pl.DataFrame) -> dict[str, pl.DataFrame]:
    seen, names = course(unit), place_names(unit)
    within = pl.col("township").str.starts_with(scope)
    last = seen.reports.filter(within).unique("township", keep="last", maintain_order=True)
    homes = _homes(unit, scope)
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


def _told(records: dict[str, dict[str, str]]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {"household": subject,
         **{tell: told.get(entry, "") for tell, entry in zip(_TELLS, _ENTRIES, strict=True)}}
        for subject, told in records.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(("household", *_TELLS), pl.String()))
