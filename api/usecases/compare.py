"""Two plans compared: who gains, who loses, at which goal, in sentences and tables."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.show import PlanView, plan_view
from api.usecases.story import Cell, Section, Story
from api.usecases.wording import figure, goal_text, group_text
from graphcore.domain.actor import Actor
from graphcore.domain.text import Text, named, say
from optimizer.differences import Difference, GoalMove, Sides, difference

MOST = 20


def compare(ctx: Context, actor: Actor, before: str, after: str = "") -> Story:
    """Return who gains and who loses when plan ``after`` takes the place of ``before``.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no such plan.
    """
    authorise(actor, Operation.EXPLAIN, ctx.district)
    old, new = plan_view(ctx, actor, before), plan_view(ctx, actor, after)
    found = compared(old, new)
    groups = ctx.store.read(lambda unit: unit.nodes("HardshipStatus"))
    title = say("第 {a} 号计划与第 {b} 号计划的差别", a=old.plan["number"], b=new.plan["number"])
    return Story(title, (
        _who(found), _goals(found, new, _floors(old, new)), _places(found, new), _groups(found, groups, new),
        _items(found, new), _homes(found, new),
    ))  # fmt: skip


def compared(old: PlanView, new: PlanView) -> Difference:
    """Return the difference of two plans."""
    first = [date.fromisoformat(str(v.plan["first_on"])) for v in (old, new)]
    daily = new.needs.filter("daily")["id"].to_list()
    return difference(
        Sides(old.lines, old.shortfalls),
        Sides(new.lines, new.shortfalls, (first[1] - first[0]).days),
        daily, (old.goals, new.goals),
    )  # fmt: skip


def _who(found: Difference) -> Section:
    sentences = [
        say("{gained} 户得到更多，{lost} 户得到更少，{mixed} 户有多有少；其余各户不变。",
            gained=found.count("gained"), lost=found.count("lost"), mixed=found.count("mixed")),
    ]  # fmt: skip
    emptied = found.subjects.filter(pl.col("has_nothing")).height
    filled = found.subjects.filter(pl.col("had_nothing")).height
    if emptied or filled:
        sentences.append(
            say("变动的需求中，{filled} 户原来一件没有、现在有；{emptied} 户原来有、现在一件没有。",
                filled=filled, emptied=emptied)
        )  # fmt: skip
    if found.new_needs or found.gone_needs:
        sentences.append(
            say("另有 {new} 项需求只在后一计划中，{gone} 项只在前一计划中（新增、撤销或天数不同），不作比较。",
                new=found.new_needs, gone=found.gone_needs)
        )  # fmt: skip
    return Section(say("谁得谁失"), tuple(sentences))


def _goals(found: Difference, view: PlanView, floors: tuple[Text, ...]) -> Section:
    rows = [
        (
            goal_text(g.name, view.names),
            figure(g.before, g.unit),
            figure(g.after, g.unit),
            _verdict(g),
        )
        for g in found.goals
    ]
    columns = (say("目标"), say("前一计划"), say("后一计划"), say("好坏"))
    return Section(say("各目标"), (*_first(found, view), *floors), columns, tuple(rows))


def _floors(old: PlanView, new: PlanView) -> tuple[Text, ...]:
    """Say where the plans were asked for other equity floors: it explains who gains."""
    if old.floors == new.floors:
        return ()
    before, after = ("、".join(v.floors) or "—" for v in (old, new))
    return (say("保底要求不同：前一计划 {before}；后一计划 {after}。", before=before, after=after),)


def _first(found: Difference, view: PlanView) -> tuple[Text, ...]:
    """Say at which goal, in the second plan's order, the plans part."""
    parted = next((g for g in found.goals if g.better is not None), None)
    if parted is None:
        return (say("两个计划在各目标上相同。"),)
    texts = say("按后一计划的目标次序，两个计划从“{goal}”开始分出高下：后一计划较好。",
                goal=goal_text(parted.name, view.names)), \
        say("按后一计划的目标次序，两个计划从“{goal}”开始分出高下：前一计划较好。",
            goal=goal_text(parted.name, view.names))  # fmt: skip
    return (texts[0] if parted.better else texts[1],)


def _verdict(goal: GoalMove) -> Text:
    if goal.before is None or goal.after is None:
        return say("不可比")
    if goal.better is None:
        return say("相同")
    return say("变好") if goal.better else say("变差")


def _places(found: Difference, view: PlanView) -> Section:
    labels = found.subjects.select("subject", pl.col("township").alias("label"))
    return _ways(say("各乡镇"), say("乡镇"), found.by(labels), lambda key: view.names.get(key, key))


def _groups(found: Difference, statuses: pl.DataFrame, view: PlanView) -> Section:
    day = str(view.plan["first_on"])
    ends = pl.col("valid_to").fill_null("")
    valid = (pl.col("valid_from").fill_null("") <= day) & ((ends == "") | (ends >= day))
    of = statuses.filter(valid).select(
        pl.col("household").alias("subject"), pl.col("group").alias("label")
    )
    rest = found.subjects.join(of, on="subject", how="anti").select(
        "subject", pl.lit("none").alias("label")
    )
    table = found.by(pl.concat([of.unique(), rest]))
    return _ways(say("各困难群体"), say("群体"), table, group_text)


def _ways(heading: Text, first: Text, table: pl.DataFrame, name: object) -> Section:
    called = name if callable(name) else str
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (called(r["label"]), r["gained"], r["lost"], r["mixed"])
        for r in table.iter_rows(named=True)
    )
    return Section(
        heading, columns=(first, say("得到更多户"), say("得到更少户"), say("有多有少户")), rows=rows
    )


def _items(found: Difference, view: PlanView) -> Section:
    rows = tuple(
        (named(view.names.get(r["item"], r["item"])), r["more"], r["less"],
         named(view.units.get(r["item"], "")))
        for r in found.by_item().iter_rows(named=True)
    )  # fmt: skip
    return Section(
        say("各类物资"), columns=(say("物资"), say("增加"), say("减少"), say("单位")), rows=rows
    )


def _homes(found: Difference, view: PlanView) -> Section:
    """The needs that lose most: somebody should look at each."""
    lost = (
        found.changes.filter(pl.col("new") < pl.col("old"))
        .with_columns(gone=pl.col("old") - pl.col("new"))
        .sort("gone", "subject", "need", "due", descending=[True, False, False, False])
        .head(MOST)
    )
    rows = tuple(
        (view.codes.get(r["subject"], r["subject"]), view.names.get(r["township"], r["township"]),
         named(view.names.get(r["item"], r["item"])), r["needed"], r["old"], r["new"])
        for r in lost.iter_rows(named=True)
    )  # fmt: skip
    columns = (say("户编号"), say("乡镇"), say("物资"), say("应得"), say("原来"), say("现在"))
    return Section(say("减少最多的需求（前 {n} 项）", n=MOST), columns=columns, rows=rows)


__all__ = ["compare", "compared"]
