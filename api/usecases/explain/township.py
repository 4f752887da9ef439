"""One township: how hard it was hit, what comes from where, what binds, who is still unknown."""

from __future__ import annotations

import polars as pl

from api.usecases import show
from api.usecases.explain.case import Case
from api.usecases.explain.household import case_word
from api.usecases.story import Section, Story
from graphcore.domain.household import RosterState
from graphcore.domain.text import say
from optimizer.explain import explain_shortfall


def story(case: Case, code: str) -> Story:
    """Explain a township by its code."""
    title = say("{place}的救助说明（第 {number} 号计划）", place=case.name(code),
                number=case.view.plan["number"])  # fmt: skip
    sections = (_who(case, code), _ways(case, code), _items(case, code), _missing(case, code))
    return Story(title, tuple(s for s in sections if s.sentences or s.rows))


def _who(case: Case, code: str) -> Section:
    people = case.demand.situation.subjects.filter(pl.col("township") == code)
    hit = case.snapshot.hits.filter(pl.col("township") == code)["intensity"].max() or 0
    owed = people.join(case.demand.needs.select("subject").unique(), on="subject", how="semi")
    unknown = people.filter(
        (pl.col("state") == RosterState.UNKNOWN.value) & ~pl.col("anonymous")
    ).height
    unnamed = people.filter("anonymous")["persons"].sum()
    return Section(say("情况"), (
        say("受灾强度 {hit}（0 至 100）；在册 {homes} 户 {persons} 人，其中有需求 {owed} 户。",
            hit=hit, homes=people.filter(~pl.col("anonymous")).height,
            persons=people["persons"].sum(), owed=owed.height),
        say("尚未核实 {unknown} 户（不等于安全）；未具名 {unnamed} 人，按人数先行安排。",
            unknown=unknown, unnamed=unnamed),
        *case.moved(),
    ))  # fmt: skip


def _ways(case: Case, code: str) -> Section:
    points = case.problem.needs.filter(pl.col("township") == code)["point"].unique()
    ways = case.problem.access.filter(pl.col("point").is_in(points.implode()))
    best = (
        ways.group_by("warehouse", "mode")
        .agg(pl.col("minutes").min(), pl.col("point").n_unique().alias("points"),
             pl.col("from_day").min())
        .sort("minutes", "warehouse", "mode")
    )  # fmt: skip
    rows = [
        (case.name(r["warehouse"]), case_word("mode", r["mode"]), r["minutes"],
         f"{r['points']}/{len(points)}", r["from_day"] + 1)
        for r in best.iter_rows(named=True)
    ]  # fmt: skip
    if not rows:
        none = say("计划期内没有任何通路能到达，需求列为缺口并上报；请安排抢通、船艇或直升机。")
        return Section(say("从哪里能送到"), (none,) if len(points) else ())
    columns = (
        say("储备库"),
        say("运输方式"),
        say("最短分钟"),
        say("可达发放点"),
        say("从第几天起"),
    )
    return Section(say("从哪里能送到"), columns=columns, rows=tuple(rows))


def _items(case: Case, code: str) -> Section:
    needed = show.needed(case.view).filter(pl.col("township") == code)
    total = needed.group_by("item").agg(pl.col("served", "needed").sum()).sort("item")
    rows = [
        (case.item(r["item"]), r["needed"], r["served"], r["needed"] - r["served"],
         case.unit(r["item"]))
        for r in total.iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("物资"), say("应得"), say("已安排"), say("尚缺"), say("单位"))
    return Section(say("物资"), columns=columns, rows=tuple(rows))


def _missing(case: Case, code: str) -> Section:
    """One sentence for each item and reason: units and households, with the largest one's facts."""
    mine = case.view.shortfalls.filter(pl.col("township") == code)
    grouped = (
        mine.sort("quantity", "shortfall", descending=[True, False])
        .group_by("item", "reason", maintain_order=True)
        .agg(pl.col("quantity").sum(), pl.col("subject").n_unique().alias("homes"),
             pl.col("detail").first())
        .sort("quantity", "item", "reason", descending=[True, False, False])
    )  # fmt: skip
    sentences = [
        say("{homes} 户{what}", homes=r["homes"], what=explain_shortfall(r, case.called, case.unit))
        for r in grouped.iter_rows(named=True)
    ]
    return Section(say("卡在哪里、怎么解决"), tuple(sentences))
