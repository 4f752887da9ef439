"""What the scenarios are worth: VSS, EVPI, and loss as a curve over the budget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from optimizer.restock.arrays import Case, arrays
from optimizer.restock.extensive import solve_extensive
from optimizer.restock.lshaped import Course, judge, with_budget
from optimizer.restock.lshaped import solve as relaxed
from optimizer.restock.problem import Limits, Plan, Problem, Risk
from optimizer.restock.solve import restock, without_candidates
from optimizer.restock.validate import validate


@dataclass(frozen=True, slots=True)
class Vss:
    """The plan made for the mean disaster, judged on all scenarios, beside the best plan; fen."""

    mean_plan: float
    best_plan: float
    bound: float  # of the best plan

    @property
    def value(self) -> float:
        """What planning with scenarios saves (with the plan at hand)."""
        return self.mean_plan - self.best_plan

    @property
    def most(self) -> float:
        """What it could save at most, by the bound."""
        return self.mean_plan - self.bound


def worth_of_sites(problem: Problem, plan: Plan, limits: Limits) -> tuple[float, float]:
    """Return the least and most fen that being free to open the candidate sites can save.

    Both ends are certified: by the value with and the bound without, and the other way round.
    """
    without = restock(without_candidates(problem), limits)
    risk = problem.risk
    least = without.bound_fen - plan.value_fen(risk)
    return max(0.0, least), max(0.0, without.value_fen(risk) - plan.bound_fen)


def mean_problem(problem: Problem) -> Problem:
    """Return the problem with one scenario: expected needs, mean surviving ways, median date."""
    weight = problem.scenarios.select("scenario", "probability")
    keys = ["township", "item", "priority"]
    p = pl.col("probability")
    hits = problem.hits.join(weight, on="scenario").group_by(keys).agg(
        (pl.col("quantity") * p).sum().round().cast(pl.Int64).alias("quantity"),
        ((pl.col("short_fen") * pl.col("quantity") * p).sum() / (pl.col("quantity") * p).sum())
        .round().cast(pl.Int64).alias("short_fen"),
    )  # fmt: skip
    ways = problem.ways.join(weight, on="scenario").group_by("site", "township").agg(
        ((pl.col("minutes") * p).sum() / p.sum()).round().cast(pl.Int64).alias("minutes")
    )  # fmt: skip
    lost = problem.damage.join(weight, on="scenario").group_by("site").agg(
        (1000 - ((1000 - pl.col("kept_permille")) * p).sum()).round().cast(pl.Int64)
        .alias("kept_permille")
    )  # fmt: skip
    name = pl.lit("mean").alias("scenario")
    dated = problem.scenarios.sort("strikes_on").with_columns(p.cum_sum().alias("so_far"))
    middle = dated.filter(pl.col("so_far") >= 0.5 - 1e-9).head(1)
    return replace(
        problem,
        scenarios=middle.drop("so_far").with_columns(name, probability=pl.lit(1.0)),
        hits=hits.filter(pl.col("quantity") > 0).with_columns(name),
        ways=ways.with_columns(name), damage=lost.with_columns(name), risk=Risk(0.0, 0.0),
    )  # fmt: skip


def vss(problem: Problem, course: Course, limits: Limits) -> Vss:
    """Return the value of the stochastic solution, given the solved problem.

    The mean plan may buy what the mean disaster needs; options are the same, so its first stage is
    a first stage of the problem.
    """
    case = course.case
    mean_case = arrays(validate(mean_problem(problem)))
    mean = relaxed(replace(mean_case, movable=case.movable, lanes=case.lanes), limits)
    plan = mean.best.plan
    return Vss(judge(case, plan).value, course.best.value, course.bound)


def evpi(problem: Problem, course: Course) -> float:
    """Return expected fen saved if one knew which scenario strikes before buying.

    Every scenario is solved alone in its extensive form: for small and middle sizes. Only the
    expectation counts here, whatever the risk weight.
    """
    case = course.case
    known = 0.0
    for w, probability in enumerate(case.probability.tolist()):
        known += probability * solve_extensive(_alone(problem, case, w), "glop")[0]
    return course.best.cost + course.best.expected - known


def _alone(problem: Problem, case: Case, number: int) -> Case:
    one = pl.col("scenario") == case.scenarios[number]
    scenarios = problem.scenarios.filter(one).with_columns(probability=pl.lit(1.0))
    sure = replace(
        problem, scenarios=scenarios, hits=problem.hits.filter(one),
        ways=problem.ways.filter(one), damage=problem.damage.filter(one), risk=Risk(0.0, 0.0),
    )  # fmt: skip
    # what may be moved is a matter of the whole horizon
    return replace(arrays(validate(sure)), movable=case.movable, lanes=case.lanes)


def budget_curve(course: Course, shares: list[float], limits: Limits) -> pl.DataFrame:
    """Return cost, expected loss, CVaR and units missing for parts of the budget.

    The cuts bound losses whatever the money, so each point starts with all that is known. Columns:
    share, budget_fen, cost_fen, expected_loss_fen, cvar_fen, missing_units, gap.
    """
    full, rows = course.case.budget, []
    for share in shares:
        point = with_budget(course, full * share, limits)
        missing = sum(float(a.missing @ point.case.probability) for a in point.best.answers)
        rows.append({
            "share": share, "budget_fen": float(full[-1] * share), "cost_fen": point.best.cost,
            "expected_loss_fen": point.best.expected, "cvar_fen": point.best.cvar,
            "missing_units": missing, "gap": point.gap,
        })  # fmt: skip
    course.master.case = course.case
    course.master.free(full)
    return pl.DataFrame(rows)
