"""Fast track: cases whose household is entitled to a simplified procedure and went the slow way."""

from __future__ import annotations

from datetime import date

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.casework.cases import CaseState
from graphcore.casework.fasttrack import open_to
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.tables import Schema, conform, empty
from graphcore.policy.rulebook import Rulebook

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
_DAY = 86_400_000_000
CASES: Schema = {
    "id": _S, "household": _S, "township": _S, "village": _S, "benefit": _S, "state": _S,
    "opened_at": _I, "decided_at": _I,  # UTC microseconds; 0 = not decided
    "fast": _S,  # name of the track, "" if none was granted
}  # fmt: skip


def missed(
    cases: pl.DataFrame, groups: pl.DataFrame, rulebook: Rulebook, at: int, on: date
) -> pl.DataFrame:
    """FOUND of cases that took, or have waited, longer than ``fast_track.days`` without their track.

    Args:
        cases: CASES.
        groups: subject (a household), groups valid on the day.
        rulebook: the district's.
        at: now, UTC microseconds.
        on: its day.

    Raises:
        NoRuleInForce: `fast_track.days` has no value on the day.
    """
    benefits = sorted({t.benefit for t in rulebook.fast_tracks.values()})
    if not benefits:
        return empty(FOUND)
    limit = int(rulebook.at("fast_track.days", on).value) * _DAY
    end = pl.when(pl.col("decided_at") > 0).then("decided_at").otherwise(pl.lit(at))
    slow = conform(cases, CASES).filter(
        (pl.col("fast").fill_null("") == "") & (end - pl.col("opened_at") > limit)
        & (pl.col("state") != CaseState.REFUSED.value) & pl.col("benefit").is_in(benefits)
    )  # fmt: skip
    known = slow.join(groups, left_on="household", right_on="subject")
    parts = [
        known.filter(pl.col("benefit") == b).with_columns(open_to(rulebook, b, on).alias("track"))
        for b in benefits
    ]
    return _found(pl.concat(parts).filter(pl.col("track") != ""))


def _found(rows: pl.DataFrame) -> pl.DataFrame:
    by_home = rows.sort("id").group_by("household", maintain_order=True).agg(
        pl.col("township", "village").first(), pl.col("opened_at").min().alias("since"),
        pl.struct("benefit", "track").alias("slow"),
        (pl.lit("AidCase/") + pl.col("id")).alias("nodes"),
    )  # fmt: skip
    made = by_home.with_columns(
        pl.lit(Rule.FAST_MISSED.value).alias("rule"), pl.col("household").alias("subject"),
        pl.lit([], dtype=_L).alias("basics"), pl.lit(Missing.PENDING.value).alias("reason"),
        pl.lit("civil_affairs").alias("whom"), pl.struct("slow").struct.json_encode().alias("detail"),
        pl.concat_list(pl.lit("Household/") + pl.col("household"), "nodes").alias("proof"),
    )  # fmt: skip
    return conform(made, FOUND).sort("subject")
