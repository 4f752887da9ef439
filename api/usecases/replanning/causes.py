"""Why the plan has to move: the facts of the graph, then and now, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from api.usecases.planning.basis import Facts
from graphcore.domain.supply import RoadState
from graphcore.domain.text import Text, named, say

Names = Callable[[str], Text]
_MOST = 20  # causes of one kind that are named one by one


def causes(was: Facts, now: Facts, names: Names) -> list[Text]:
    """Return what changed in roads, lots, donations and vehicles, one text a fact."""
    found = [
        *_roads(was["roads"], now["roads"], names), *_lots(was["stock"], now["stock"], names),
        *_gifts(was["donations"], now["donations"]),
        *_vehicles(was["vehicles"], now["vehicles"], names),
    ]  # fmt: skip
    return found[: 4 * _MOST]


def needs_moved(old: pl.DataFrame, new: pl.DataFrame, names: Names) -> list[Text]:
    """Return in which townships more or less is owed than the published plan knew.

    Args:
        old: need, day, township, subject, quantity as published.
        new: NEEDS of today.
        names: What people call an id or code.
    """
    key = ["need", "day"]
    both = old.select(*key, "township", "subject", "quantity").join(
        new.select(*key, "township", "subject", "quantity"), on=key, how="full", coalesce=True,
        suffix="_new",
    )  # fmt: skip
    before, after = pl.col("quantity").fill_null(0), pl.col("quantity_new").fill_null(0)
    moved = both.filter(before != after).with_columns(
        pl.coalesce("township", "township_new").alias("township"),
        pl.coalesce("subject", "subject_new").alias("subject"),
    )
    table = moved.group_by("township").agg(
        pl.col("subject").n_unique().alias("homes"),
        (after - before).clip(lower_bound=0).sum().alias("more"),
        (before - after).clip(lower_bound=0).sum().alias("less"),
    )
    return [
        say("{township}：{homes} 户（处）的应得有变化，增加 {more}、减少 {less} 个单位。",
            township=names(town), homes=homes, more=more, less=less)
        for town, homes, more, less in table.sort("township").head(_MOST).iter_rows()
    ]  # fmt: skip


def _pairs(
    was: pl.DataFrame, now: pl.DataFrame
) -> Iterator[tuple[Mapping[str, object] | None, Mapping[str, object] | None]]:
    """Yield the rows that differ, then and now, by id."""
    old = {row["id"]: row for row in was.iter_rows(named=True)}
    new = {row["id"]: row for row in now.iter_rows(named=True)}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield old.get(key), new.get(key)


def _roads(was: pl.DataFrame, now: pl.DataFrame, names: Names) -> Iterator[Text]:
    for old, new in _pairs(was, now):
        row = new or old or {}
        where = {"code": row["code"], "a": names(str(row["a"])), "b": names(str(row["b"]))}
        if old is None or new is None:
            yield say("路段 {code}（{a}至{b}）新登记或已删除。", **where)
            continue
        then = old["state"] or RoadState.OPEN.value
        state = new["state"] or RoadState.OPEN.value
        if then != state or old["repaired_on"] != new["repaired_on"]:
            opens = str(new["repaired_on"] or "")
            until = say("，预计 {day} 恢复", day=opens) if opens else named("")
            yield say("路段 {code}（{a}至{b}）由{old}变为{new}{until}。", **where,
                      old=Text(f"road_state:{then}"), new=Text(f"road_state:{state}"),
                      until=until)  # fmt: skip
        else:
            yield say("路段 {code}（{a}至{b}）的通行时间或限制有变化。", **where)


def _lots(was: pl.DataFrame, now: pl.DataFrame, names: Names) -> Iterator[Text]:
    for old, new in _pairs(was, now):
        row = new or old or {}
        lot, item = row["code"], names(str(row["item"]))
        if old is None:
            yield say("新到批次 {lot}：{item} {n}。", lot=lot, item=item, n=row["on_hand"])
        elif new is None:
            yield say("批次 {lot}（{item}）已不存在。", lot=lot, item=item)
        else:
            yield from _lot(old, new, lot, item)


def _lot(
    old: Mapping[str, object], new: Mapping[str, object], lot: object, item: Text
) -> Iterator[Text]:
    if old["on_hand"] != new["on_hand"]:
        yield say("批次 {lot}（{item}）的在库数由 {old} 变为 {new}。", lot=lot, item=item,
                  old=old["on_hand"], new=new["on_hand"])  # fmt: skip
    if (old["arrives_on"] or "") != (new["arrives_on"] or ""):
        yield say("批次 {lot}（{item}）的到货日期由 {old} 变为 {new}。", lot=lot, item=item,
                  old=old["arrives_on"] or "—", new=new["arrives_on"] or "—")  # fmt: skip
    if (old["hold"] or "none") != (new["hold"] or "none"):
        yield say("批次 {lot}（{item}）的库存状态由{old}变为{new}。", lot=lot, item=item,
                  old=Text(f"hold:{old['hold'] or 'none'}"),
                  new=Text(f"hold:{new['hold'] or 'none'}"))  # fmt: skip
    rest = ("expires_on", "owner", "authority", "donation", "warehouse")
    if any((old[c] or "") != (new[c] or "") for c in rest):
        yield say("批次 {lot}（{item}）的有效期、权属或来源有变化。", lot=lot, item=item)


def _gifts(was: pl.DataFrame, now: pl.DataFrame) -> Iterator[Text]:
    for old, new in _pairs(was, now):
        row = new or old or {}
        what = row["code"] or row["id"]
        if old is None:
            yield say("新登记捐赠 {gift}。", gift=what)
        else:
            yield say("捐赠 {gift} 的意向或同意情况有变化。", gift=what)


def _vehicles(was: pl.DataFrame, now: pl.DataFrame, names: Names) -> Iterator[Text]:
    for old, new in _pairs(was, now):
        row = new or old or {}
        yield say("{store}的{mode}由 {old} 辆变为 {new} 辆，或载量、趟次有变化。",
                  store=names(str(row["warehouse"])), mode=Text(f"mode:{row['mode']}"),
                  old=old["vehicles"] if old else 0, new=new["vehicles"] if new else 0)  # fmt: skip
