"""Totals beside the households, houses, stays and persons under them, each difference with its rows."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reading import course
from graphcore.casework.ledger.reconcile import Under, named, reconcile
from graphcore.casework.ledger.versions import standing
from graphcore.domain.actor import Actor
from graphcore.store.port import ReadUnit


def reconciled(
    ctx: Context, actor: Actor, *, township: str = "", differing: bool = True
) -> pl.DataFrame:
    """Return RECONCILED within the actor's scope; with ``differing`` only what doesn't agree.

    Raises:
        Forbidden: the actor may not read cases, or the township is out of scope.
        NotFound: no disaster.
    """
    authorise(actor, Operation.READ_CASES, township)
    table = ctx.store.read(_reconcile)
    mine = table.filter(pl.col("township").str.starts_with(township or actor.scope))
    if not differing:
        return mine
    return mine.filter(pl.col("difference").is_null() | (pl.col("difference") != 0)).filter(
        pl.col("reported").is_not_null() | (pl.col("named") > 0)
    )


def _reconcile(unit: ReadUnit) -> pl.DataFrame:
    seen = course(unit)
    return reconcile(standing(seen.reports), named(under(unit, str(seen.disaster["id"]))))


def under(unit: ReadUnit, disaster: str) -> Under:
    """Return the frames under a disaster's totals."""
    of = pl.col("disaster") == disaster
    return Under(
        unit.nodes("Household").select("id", "township", "state", "persons"),
        unit.nodes("Dwelling"),
        unit.nodes("LedgerEntry").filter(of),
        unit.nodes("ShelterStay"),
        unit.nodes("Casualty").filter(of),
    )
