"""Which villages were hit: one answer for surveys, audits and the comparison."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from graphcore.domain.tables import Schema

VILLAGES: Schema = {"village": pl.String(), "township": pl.String(), "hit": pl.Boolean()}
"""Villages with their township; ``hit`` as somebody marked them, null where nobody did."""

REPORTING = ("ledger", "houses")
"""Forms whose rows say that the village they are of was hit."""


def hit(villages: pl.DataFrame, struck: Collection[str], named: Collection[str]) -> pl.DataFrame:
    """Return VILLAGES with ``hit`` decided.

    A village is hit as it is marked, and where a report names somebody of it; where none of a hit
    township is marked, all of it is.

    Args:
        villages: VILLAGES.
        struck: townships that the disaster hit.
        named: villages of which a report (`REPORTING`) names a household.
    """
    marked = pl.col("hit").fill_null(value=False)
    whole = ~marked.any().over("township") & pl.col("township").is_in(list(struck))
    return villages.with_columns(
        (marked | whole | pl.col("village").is_in(list(named))).alias("hit")
    )
