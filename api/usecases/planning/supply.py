"""What there is to give: lots with intent and command, vehicles by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from api.usecases.planning.intents import NOTHING, intent, worded
from api.usecases.planning.snapshot import Snapshot
from graphcore.domain.plan import LOTS_SEEN
from graphcore.domain.supply import Mode
from graphcore.domain.tables import ACCESS, FLEET, LINES, LOTS, MARKETS, NEVER, conform
from graphcore.policy.rulebook import Rulebook

BUREAU = "应急管理局"
RESTRICTIONS = ("only_townships", "only_groups", "only_items")


def pinned(snapshot: Snapshot, needs: pl.DataFrame, first_on: date, days: int) -> pl.DataFrame:
    """Return LINES that the next plan must keep: goods that their owners have granted.

    Days are counted from the new first day; a line whose day is past, or whose need is owed no
    longer, is not kept. A durable need is due on the first day of each plan.
    """
    if snapshot.accepted.is_empty():
        return snapshot.accepted
    shift = (date.fromisoformat(snapshot.base_first_on) - first_on).days
    moved = snapshot.accepted.with_columns(pl.col("day", "due_day") + shift)
    due = needs.select("need", pl.col("day").alias("due_day"), "daily")
    durable = moved.join(due.filter(~pl.col("daily")), on="need", suffix="_new").with_columns(
        pl.col("due_day_new").alias("due_day")
    )
    daily = moved.join(due.filter("daily"), on=["need", "due_day"])
    kept = pl.concat([conform(durable, LINES), conform(daily, LINES)])
    return kept.filter(pl.col("day").is_between(0, days - 1)).sort("line")


def lots(
    snapshot: Snapshot, first_on: date, kept: pl.DataFrame, rulebook: Rulebook,
    today: date | None = None, own: str = "",
) -> pl.DataFrame:  # fmt: skip
    """Return LOTS: what each lot has left, the plan in force counted as undone but for ``kept``.

    A designated donation keeps its restriction; consent to redirect, once recorded, lifts it. A
    pledge that is overdue on ``today`` (None = the first day) never arrives. What left under the
    plan ``own`` counts as still here.
    """
    late = overdue((today or first_on).isoformat())
    arrives = pl.max_horizontal(
        _day("arrives_on", first_on, empty=0).clip(lower_bound=0),
        _day("from_on", first_on, empty=0),
    )
    table = _beside(snapshot, kept, rulebook, own).with_columns(
        (pl.col("on_hand") - pl.col("reserved") + pl.col("by_base").fill_null(0)
         + pl.col("left").fill_null(0)).alias("quantity"),
        pl.when(late).then(pl.lit(NEVER, dtype=pl.Int64)).otherwise(arrives).alias("arrives_day"),
        pl.min_horizontal(
            _day("expires_on", first_on, empty=NEVER), _day("to_on", first_on, empty=NEVER)
        ).alias("expires_day"),
        pl.col("project").fill_null(""),
        commanded(snapshot.district_name + BUREAU).alias("commanded"),
        pl.col("hold").fill_null("none"), pl.col("surplus").fill_null(value=False),
        pl.col("min_units").fill_null(1).clip(lower_bound=1),
        *(_restriction(name) for name in RESTRICTIONS),
    )  # fmt: skip
    return conform(table, LOTS).sort("lot")


def _beside(snapshot: Snapshot, kept: pl.DataFrame, rulebook: Rulebook, own: str) -> pl.DataFrame:
    """Return the lots with their donation, what plans hold of them and what left under ``own``."""
    told = worded(snapshot.donations, snapshot.projects)
    gifts = told.select(
        pl.col("id").alias("donation"), "only_townships", "only_groups", "redirect_consent",
        "surplus", pl.col("received_on").fill_null(""), "from_on", "to_on",
        pl.col("project_name").alias("project"), only_items=_purposes(told, rulebook),
    )  # fmt: skip
    pins = kept.group_by("lot").agg(pl.col("quantity").sum().alias("pinned"))
    held = snapshot.reserved.join(pins, on="lot", how="left").select(
        "lot", (pl.col("quantity") - pl.col("pinned").fill_null(0)).alias("by_base")
    )
    left = snapshot.out.filter(pl.col("plan") == own).group_by("lot").agg(
        pl.col("quantity").sum().alias("left")
    )  # fmt: skip
    return (
        snapshot.lots.rename({"id": "lot"})
        .join(gifts, on="donation", how="left")
        .join(held, on="lot", how="left")
        .join(left, on="lot", how="left")
    )


def overdue(today: str) -> pl.Expr:
    """Whether a lot (with its donation's ``received_on`` beside) was promised and did not come.

    A pledge is a donation that nobody has recorded as received; one due today may still come.
    """
    due = pl.col("arrives_on").fill_null("")
    return ((due != "") & (due < today) & (pl.col("received_on") == "")).fill_null(value=False)


def commanded(bureau: str) -> pl.Expr:
    """Whether the bureau may dispatch the lot.

    Ownership and dispatch order are separate powers: the authority named in the lot's row
    decides; where none is named the owner does; where neither is, the lot is the bureau's.
    """
    authority = pl.col("authority").fill_null("")
    named = pl.when(authority == "").then(pl.col("owner").fill_null("")).otherwise(authority)
    return named.is_in(["", bureau])


def _restriction(name: str) -> pl.Expr:
    free = pl.col("redirect_consent").fill_null(value=False)
    none = pl.lit([], dtype=pl.List(pl.String()))
    return pl.when(free).then(none).otherwise(pl.col(name).fill_null(none)).alias(name)


def _purposes(donations: pl.DataFrame, rulebook: Rulebook) -> pl.Series:
    """Return the items of the needs that each gift is for; empty = any.

    Money for an item is for the need of that item; a purpose is the items of its basic need. What
    no need answers to (rebuilding, say) admits none: such money waits for its own task.
    """
    basics = {code: item.basic.value for code, item in rulebook.catalogue.items()}
    found = [
        _admitted(
            basics,
            row["only_needs"] or [],
            row["only_things"],
            row["item"] if row["kind"] == "money" else "",
        )
        for row in donations.select("kind", "item", "only_needs", "only_things").iter_rows(
            named=True
        )
    ]
    return pl.Series("only_items", found, dtype=pl.List(pl.String()))


def _admitted(
    basics: Mapping[str, str], uses: list[str], things: list[str], item: str | None
) -> list[str]:
    if not uses and not item and not things:
        return []
    wanted = [code for code, basic in basics.items() if not uses or basic in uses]
    wanted = [code for code in wanted if not things or code in things]
    return [code for code in wanted if not item or code == item] or [NOTHING]


def transfers(lots: pl.DataFrame, items: pl.DataFrame, points: pl.Series) -> pl.DataFrame:
    """Return ACCESS by transfer: money and vouchers reach everybody, from wherever they lie."""
    light = items.filter((pl.col("weight_g") == 0) & (pl.col("volume_ml") == 0))
    stores = lots.join(light, on="item", how="semi").select("warehouse").unique()
    made = stores.join(points.unique().rename("point").to_frame(), how="cross").with_columns(
        mode=pl.lit(Mode.TRANSFER.value), minutes=0, from_day=0
    )
    return conform(made, ACCESS).sort("warehouse", "point")


def unhindered(ways: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return FLEET of transfers: they take no room."""
    day = pl.DataFrame({"day": list(range(days))}, schema={"day": pl.Int64()})
    made = ways.select("warehouse", "mode").unique().join(day, how="cross").with_columns(
        capacity_kg=0, capacity_l=0, cold=True
    )  # fmt: skip
    return conform(made, FLEET).sort("warehouse", "mode", "day")


def markets(snapshot: Snapshot, first_on: date) -> pl.DataFrame:
    """Return MARKETS: townships with a date from which people can buy what they need."""
    told = snapshot.townships.filter(pl.col("market_on").fill_null("") != "")
    made = told.select(
        pl.col("code").alias("township"), _day("market_on", first_on, empty=NEVER).alias("from_day")
    )
    return conform(made, MARKETS).sort("township")


def _day(column: str, first_on: date, *, empty: int) -> pl.Expr:
    given = pl.col(column).fill_null("")
    days = (given.str.to_date("%Y-%m-%d", strict=False) - pl.lit(first_on)).dt.total_days()
    return pl.when(given == "").then(pl.lit(empty)).otherwise(days).cast(pl.Int64())


def lots_seen(snapshot: Snapshot, available: pl.DataFrame, used: set[str]) -> pl.DataFrame:
    """Return LOTS_SEEN of the lots that a plan uses."""
    told = worded(snapshot.donations, snapshot.projects)
    gifts = {row["id"]: intent(row) for row in told.iter_rows(named=True)}
    counts = dict(zip(available["lot"], available["quantity"], strict=True))
    rows = [
        {"lot": row["id"], "available": counts[row["id"]], "hold": row["hold"],
         "expires_on": row["expires_on"] or "", "donation": row["donation"] or "",
         "intent": gifts.get(row["donation"] or "", "")}
        for row in snapshot.lots.iter_rows(named=True) if row["id"] in used
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(LOTS_SEEN)).sort("lot")
