"""Candidates and their weights: pairs that share a block, each field's share of the weight."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graphcore.linkage.engine import Engine, linker, rule_of, settings_of
from graphcore.linkage.levels import Scheme
from graphcore.linkage.model import Weights

WEIGHT_DIGITS = 3


def shares_of(engine: Engine, scheme: Scheme, tables: Sequence[str]) -> dict[str, str]:
    """Store how common each value of the frequent columns is over all tables; column → table."""
    columns = {x.frequent for c in scheme.comparisons for x in c.levels if x.frequent}
    made = {}
    for column in sorted(columns):
        name = engine.fresh()
        rows = " UNION ALL ".join(f'SELECT "{column}" FROM {t}' for t in tables)
        engine.con.execute(
            f'CREATE TABLE {name} AS SELECT "{column}", count(*) / (sum(count(*)) OVER ())'
            f' AS "tf_{column}" FROM ({rows}) WHERE "{column}" IS NOT NULL GROUP BY "{column}"'
        )
        made[column] = name
    return made


def score(
    engine: Engine, scheme: Scheme, tables: Sequence[str], fields: Sequence[str],
    weights: Weights, prior: float, blocks: Sequence[Sequence[str]], frequent: dict[str, str],
    least: float,
) -> pl.DataFrame:  # fmt: skip
    """Return the pairs that share a block and weigh at least ``least``.

    Columns: left, right, weight, and for each field ``w_<field>`` (its part of the weight, 0 where
    blank) and ``at_<field>`` (the level's code, "blank" where it says nothing); sorted.
    """
    settings = settings_of(scheme, fields, weights, prior, single=len(tables) == 1)
    settings["blocking_rules_to_generate_predictions"] = [
        {"blocking_rule": rule_of(b)} for b in blocks
    ]
    made = linker(engine, tables, settings, frequent)
    found = made.inference.predict(threshold_match_weight=least, warning_mode="never")
    wanted = "COLUMNS('^(unique_id_[lr]|match_weight|(mw|gamma)_.*)$')"
    frame = engine.frame(f"SELECT {wanted} FROM {found.physical_name}")
    engine.drop(found.physical_name)
    return _told(frame, scheme, fields)


def _told(frame: pl.DataFrame, scheme: Scheme, fields: Sequence[str]) -> pl.DataFrame:
    parts: list[pl.Expr] = []
    for c in scheme.comparisons:
        if c.field not in fields:
            parts += [pl.lit(0.0).alias(f"w_{c.field}"), pl.lit("blank").alias(f"at_{c.field}")]
            continue
        weight = pl.col(f"mw_{c.field}")
        if f"mw_tf_adj_{c.field}" in frame.columns:
            weight = weight + pl.col(f"mw_tf_adj_{c.field}")
        codes = {-1: "blank"} | {c.value(x.code): x.code for x in c.levels}
        parts += [
            weight.round(WEIGHT_DIGITS).alias(f"w_{c.field}"),
            pl.col(f"gamma_{c.field}").replace_strict(codes, return_dtype=pl.String())
            .alias(f"at_{c.field}"),
        ]  # fmt: skip
    return frame.select(
        pl.col("unique_id_l").alias("left"), pl.col("unique_id_r").alias("right"),
        pl.col("match_weight").round(WEIGHT_DIGITS).alias("weight"), *parts,
    ).sort("left", "right")  # fmt: skip
