"""Destroying personal records inside one unit: keys, ciphertexts, indexes, labels, old versions."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graphcore.domain.privacy import RecordKind
from graphcore.store.port import WriteUnit

_GONE = {"wrapped_key": "", "ciphertext": ""}


def destroy_records(unit: WriteUnit, rows: pl.DataFrame, at: int) -> int:
    """Destroy the records of the subjects and kinds; return how many there were.

    Args:
        unit: An open write unit.
        rows: subject, kind.
        at: Now, UTC microseconds.
    """
    sealed = unit.nodes("PersonalRecord").filter(pl.col("wrapped_key") != "")
    mine = sealed.join(rows.select("subject", "kind"), on=["subject", "kind"], how="semi")
    _empty_records(unit, mine, at)
    _forget_versions(unit, "PersonalRecord", mine["id"].to_list())
    _forget_labels(unit, _of(rows, RecordKind.REGISTER))
    _forget_accounts(unit, _of(rows, RecordKind.PAYMENT))
    reasons = _of(rows, RecordKind.COMPARISON)
    _forget_reasons(unit, reasons)
    return mine.height + len(reasons)


def _of(rows: pl.DataFrame, kind: RecordKind) -> list[str]:
    return [str(s) for s in rows.filter(pl.col("kind") == kind.value)["subject"]]


def _empty_records(unit: WriteUnit, mine: pl.DataFrame, at: int) -> None:
    if mine.height:
        unit.update("PersonalRecord", mine.select("id", (pl.col("version") + 1).alias("version")
        ).with_columns(
            *(pl.lit(v).alias(k) for k, v in _GONE.items()),
            pl.lit("").alias("number_index"), pl.lit("").alias("name_index"),
            pl.lit(at).alias("destroyed_at"),
        ))  # fmt: skip


def _forget_versions(unit: WriteUnit, label: str, keys: Sequence[str]) -> None:
    """Old versions hold old ciphertexts and the key: their payload goes, that they were stays."""
    versions = unit.nodes("FactVersion").filter(
        (pl.col("label") == label) & pl.col("subject").is_in(list(keys))
    )
    if versions.height:
        unit.update(
            "FactVersion", versions.select("id").with_columns(pl.lit("{}").alias("payload"))
        )


def _forget_labels(unit: WriteUnit, subjects: list[str]) -> None:
    """The register's copy is also what it says of people: their groups."""
    labels = unit.nodes("HardshipStatus").filter(
        pl.col("person").is_in(subjects)
        | ((pl.col("person") == "") & pl.col("household").is_in(subjects))
    )
    keys = labels["id"].to_list()
    if keys:
        _forget_versions(unit, "HardshipStatus", keys)
        unit.delete("HardshipStatus", keys)


def _forget_accounts(unit: WriteUnit, subjects: list[str]) -> None:
    """A card's blind index goes with it; a payment that was made keeps its amount and date."""
    accounts = unit.nodes("BankAccount").filter(pl.col("household").is_in(subjects))
    if accounts.height:
        nothing = pl.lit(None, pl.String()).alias("digest")
        unit.update("BankAccount", accounts.select("id").with_columns(nothing))
        _forget_versions(unit, "BankAccount", accounts["id"].to_list())


def _forget_reasons(unit: WriteUnit, cases: list[str]) -> None:
    """Of a decided pair stay the ids and the decision; its reason and its likeness go."""
    if not cases:
        return
    pairs = unit.nodes("ReviewCase", cases)
    unit.update("ReviewCase", pairs.select("id").with_columns(
        *(pl.lit(v).alias(k) for k, v in _GONE.items())
    ))  # fmt: skip
    matches = unit.nodes("Match", [m for m in pairs["match"].to_list() if m]).select("id")
    if matches.height:
        empty = pl.Series("levels", [[]] * matches.height, pl.List(pl.String()))
        unit.update("Match", matches.with_columns(empty))


__all__ = ["destroy_records"]
