"""Funds for relief, and the accounts that it is paid to: all numbers are made up."""

from __future__ import annotations

import polars as pl

from seeds.generate import frames
from seeds.generate.moments import on

BANK = "合成农村商业银行"
_FIRST = 6_210_990_000_000_000_000
_NONE_EVERY, _SHARED_EVERY = 25, 120
_STEP = 7_919  # so that neighbours' numbers do not look alike


def funds(households: int) -> pl.DataFrame:
    """Return the form's frame of funds, sized by the district."""
    whole = households * 150_000  # fen
    return frames.rows("funds", [
        {"code": "ZJ-01", "level": "central", "amount": whole * 4 // 10, "received_on": on(1)},
        {"code": "ZJ-02", "level": "province", "amount": whole * 3 // 10, "received_on": on(1),
         "benefits": "应急期生活救助、过渡期生活救助"},
        {"code": "ZJ-03", "level": "county", "amount": whole * 2 // 10, "received_on": on(0)},
        {"code": "ZJ-04", "level": "donated", "amount": whole // 10, "received_on": on(2),
         "benefits": "倒塌住房重建补助"},
    ])  # fmt: skip


def accounts(ledger: pl.DataFrame) -> pl.DataFrame:
    """Return an account for most households of the ledger; a few have none, a few share one."""
    told = ledger.filter(pl.col("household") != "").unique("household", maintain_order=True)
    rows: list[dict[str, object]] = []
    for n, (household, head) in enumerate(told.select("household", "head").iter_rows()):
        if n % _NONE_EVERY == _NONE_EVERY - 1:
            continue
        number = n - 1 if n % _SHARED_EVERY == _SHARED_EVERY - 1 else n
        rows.append({"household": household, "head": head, "bank": BANK,
                     "account": str(_FIRST + number * _STEP)})  # fmt: skip
    return frames.rows("accounts", rows)
