"""Households at risk of falling back into poverty (防返贫监测): flagged where the disaster hit them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.household import HouseDamage, RosterState, WatchState
from graphcore.domain.text import say

_W = WatchState
_FROM: Mapping[WatchState, frozenset[WatchState]] = {
    _W.OFFERED: frozenset({_W.LISTED, _W.RETURNED}),
    _W.ACCEPTED: frozenset({_W.OFFERED}),
    _W.RETURNED: frozenset({_W.OFFERED}),
}
_HARMED = [d.value for d in (HouseDamage.COLLAPSED, HouseDamage.SEVERE, HouseDamage.MINOR)]


def affected(
    watches: pl.DataFrame, households: pl.DataFrame, dwellings: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Return the watched households that the disaster affected, those not handed over first.

    Affected: in need, persons in need in the ledger, or a damaged house. A watch counts on days
    within its validity.

    Args:
        watches: PovertyWatch.
        households: Household.
        dwellings: Dwelling.
        on: the day asked about.
    """
    day = on.isoformat()
    start, end = pl.col("valid_from").fill_null(""), pl.col("valid_to").fill_null("")
    valid = watches.filter((start <= day) & ((end == "") | (end >= day)))
    known = households.select(
        pl.col("id").alias("household"),
        ((pl.col("state") == RosterState.IN_NEED.value)
         | (pl.col("persons_in_need").fill_null(0) > 0)).alias("_need"),
    ).join(dwellings.select("household", "damage").unique("household", keep="first",
                                                          maintain_order=True),
           on="household", how="left")  # fmt: skip
    hit = pl.col("_need") | pl.col("damage").is_in(_HARMED).fill_null(value=False)
    order = pl.col("state") == _W.ACCEPTED.value
    return valid.join(known, on="household").filter(hit).drop("_need").with_columns(
        pl.col("damage").fill_null(HouseDamage.NONE.value)
    ).sort(order, "township", "id")  # fmt: skip


def after_answer(state: WatchState, to: WatchState, reason: str) -> None:
    """See that a household may be offered, accepted or returned.

    Raises:
        WrongState: not in its state.
        InputError: a return without a reason.
    """
    if state not in _FROM.get(to, frozenset()):
        raise WrongState(say("所列对象中有不能这样办理的。"),
                         say("先提请移交，对方再接收或退回；退回的可以再提请。"))  # fmt: skip
    if to is _W.RETURNED and not reason.strip():
        raise InputError(say("退回必须写明理由。"), say("请写明理由后重新办理。"), field="reason")
