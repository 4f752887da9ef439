"""What every explanation draws on: the stored plan, and its problem made again."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.build import rebuild
from api.usecases.planning.demand import Demand
from api.usecases.planning.snapshot import Snapshot
from api.usecases.show import PlanView
from graphcore.domain.money import shown
from graphcore.domain.text import Text, named, say
from graphcore.policy.rulebook import in_force
from optimizer.problem import Problem, Solution


class Case:
    """A plan under explanation; what is costly is made when first asked for."""

    def __init__(self, ctx: Context, view: PlanView) -> None:
        self.ctx = ctx
        self.view = view

    @cached_property
    def _made(self) -> tuple[Snapshot, Demand, Problem]:
        return rebuild(self.ctx, self.view.plan)

    @property
    def snapshot(self) -> Snapshot:
        """The data as they are now."""
        return self._made[0]

    @property
    def demand(self) -> Demand:
        """What is owed by them."""
        return self._made[1]

    @property
    def problem(self) -> Problem:
        """The optimiser's tables by them."""
        return self._made[2]

    @property
    def solution(self) -> Solution:
        """The stored plan as the optimiser's result."""
        view = self.view
        return Solution(view.lines, view.shortfalls, view.left_out, (), bool(view.plan["by_clock"]))

    def moved(self) -> tuple[Text, ...]:
        """Say so if the data have changed since the plan."""
        if self.snapshot.digest == self.view.plan["snapshot"]:
            return ()
        return (say("注意：制定计划之后数据有过变化，以下“应得”按现在的数据计算。"),)

    def name(self, key: str) -> str:
        """Return what people call an id or code."""
        return self.view.names.get(key) or self.view.codes.get(key) or key

    def called(self, key: str) -> Text:
        """Return what people call an id or code, as a text."""
        return named(self.name(key))

    def unit(self, item: str) -> Text:
        """Return the unit in which an item is counted."""
        return named(self.view.units.get(item) or self.ctx.rulebook.unit_of(item))

    def item(self, item: str) -> Text:
        """Return an item's name."""
        return named(self.view.names.get(item) or self.ctx.rulebook.item_name(item, "zh"))

    def ruled(self, swap: str) -> Text:
        """Return a substitution rule in words: title, rate, and the text it rests on."""
        rule = self.ctx.rulebook.substitutions.get(swap)
        day = date.fromisoformat(str(self.view.plan["first_on"]))
        rate = in_force(rule.values, day, self.ctx.district) if rule else None
        if rule is None or rate is None:
            return named(swap)
        given, unit = shown(rate.give, self.unit(rule.use))
        return say("{title}：{give} {unit}抵 {of} {owed}；依据：{cites}", title=named(rule.title), give=given,
                   unit=unit, of=rate.of, owed=self.unit(rule.need), cites=named(rate.cites))  # fmt: skip

    def subject(self, what: str) -> str:
        """Return the household or headcount that an id or a code of the user's files names."""
        homes = self.view.households
        found = homes.filter((pl.col("id") == what) | (pl.col("code") == what))["id"].to_list()
        counts = [s for s in self.snapshot.headcounts["id"].to_list() if s == what]
        return str((found or counts or [""])[0])

    def township(self, what: str) -> str:
        """Return the code of the township that a name or code means, "" if none or several."""
        towns = self.snapshot.townships
        same = towns.filter((pl.col("code") == what) | (pl.col("name") == what))["code"].to_list()
        near = towns.filter(pl.col("name").str.starts_with(what))["code"].to_list()
        found = same or near
        return str(found[0]) if len(found) == 1 else ""
