"""What the comparison takes: rows of people, as text, from wherever they come."""

from __future__ import annotations

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import Text, say

RECORDS = {
    "id": pl.String(),  # the record's own, unique in its table
    "household": pl.String(),  # rows with the same one live together; "" where the table has none
    "name": pl.String(),
    "surname": pl.String(),  # where names come in two columns
    "number": pl.String(),  # citizen number or any other official number, as written
    "phone": pl.String(),
    "born_on": pl.String(),
    "sex": pl.String(),
    "township": pl.String(),
    "village": pl.String(),
    "address": pl.String(),
    "persons": pl.Int64(),  # of the household
    "head": pl.Boolean(),  # whether the person is the household's head; null where not told
}
"""Schema of a table to compare. Empty text and null say nothing."""


def as_records(table: pl.DataFrame, name: Text) -> pl.DataFrame:
    """Return the table with exactly the columns of `RECORDS`, missing ones empty, sorted by id.

    Raises:
        InputError: an id is missing or comes twice.
    """
    columns = [
        pl.col(c).cast(t, strict=False) if c in table.columns else pl.lit(None, t).alias(c)
        for c, t in RECORDS.items()
    ]
    made = table.select(columns).with_columns(pl.col(pl.String()).fill_null(""))
    if made["id"].n_unique() != made.height or (made["id"] == "").any():
        raise InputError(
            say("{table}的记录编号有空缺或重复。", table=name),
            say("请指定一个每行都不同的编号列，或不写编号列（以行号为编号）。"), field="id",
        )  # fmt: skip
    return made.sort("id")
