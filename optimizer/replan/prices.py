"""What goods and vehicles are worth under a plan, and the bounds that follow for any other plan.

For each goal one linear program (given what the plan achieves at the goals above) yields prices of
stock, vehicles and floors. By weak duality any such prices bound the goal of *any* problem over the
same goods, also after roads, lots or needs changed: a bound is a sum over classes, no solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import SolverError
from optimizer.classes import GROUP_KEY
from optimizer.engines.simplex import INF, Ended, Simplex
from optimizer.goals import Fairness, coverage_by_group
from optimizer.model import Matrix, build, rates
from optimizer.problem import Limits
from optimizer.replan.board import Board
from optimizer.replan.steps import Linear
from optimizer.swaps import scales

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
VAN = ["warehouse", "mode", "day"]
CELL = ["goal", "point", "basic", "item", "day"]
LIMIT = ["swap", "township", "day"]
LOOSE = (
    1e-6  # room left to a goal above: prices want a program with an interior, not the last digit
)


@dataclass(frozen=True)
class Prices:
    """Multipliers of one goal's program, named so that they outlive a renumbering.

    ``nu`` has a row a (goal above or this one, point, basic, item, day); ``theta`` prices the
    linear goals above. Equity floors and minimum lots have no price: without them a bound is still
    one.
    """

    goal: str
    stock: pl.DataFrame  # `optimizer.classes.GROUP_KEY`, price of a unit
    vans: pl.DataFrame  # VAN, price of a gram and of a millilitre
    nu: pl.DataFrame  # CELL, price of a unit
    limits: pl.DataFrame  # LIMIT, price of a unit that a substitution rule may still meet
    theta: dict[str, float] = field(default_factory=dict)


def prices(board: Board, limits: Limits) -> list[Prices]:
    """Return the prices of each goal, first to last; as many as the limits let be solved."""
    matrix = build(board.classes, board.flow, board.fair)
    simplex = Simplex(matrix.program, limits)
    served = board.served().astype(np.float64)
    found: list[Prices] = []
    try:
        above: list[tuple[str, int, float]] = []
        for step in board.steps:
            if step.fair is not None:
                k, goal = step.fair, board.fair[step.fair]
                found.append(_of_level(board, matrix, simplex, k, above))
                floor = np.maximum(coverage_by_group(goal, served) - 10 * LOOSE, 0.0)
                simplex.bound_columns(matrix.cover[k], floor, np.ones(goal.groups))
            elif step.linear is not None and len(step.linear.which):
                found.append(_of_linear(board, matrix, simplex, step.linear, above))
    except (Ended, SolverError):  # a goal without prices has no bound; nothing else rests on them
        return found
    return found


def _of_level(
    board: Board, matrix: Matrix, simplex: Simplex, k: int, above: list[tuple[str, int, float]]
) -> Prices:
    links = matrix.link[k]
    simplex.bound_rows(links, 0.0)
    answer = simplex.solve(np.array([matrix.level]), np.ones(1), most=True)
    if not answer.proven:
        raise Ended
    found = _read(board, matrix, simplex, board.fair[k].name, 1.0, above)
    simplex.bound_rows(links, -INF)
    return found


def _of_linear(
    board: Board, matrix: Matrix, simplex: Simplex, goal: Linear,
    above: list[tuple[str, int, float]],
) -> Prices:  # fmt: skip
    scale = 1.0 / float(np.exp(np.mean(np.log(goal.weights))))
    scaled = goal.weights * scale
    answer = simplex.solve(goal.which, scaled, most=goal.most)
    if not answer.proven:
        raise Ended
    found = _read(board, matrix, simplex, goal.name, scale, above)
    value = board.values[goal.name] * scale
    give = LOOSE * max(1.0, abs(value))
    low, high = (value - give, INF) if goal.most else (-INF, value + give)
    row = len(matrix.program.low) + len(above)
    simplex.add_row(goal.which, scaled, low, high)
    above.append((goal.name, row, scale))
    return found


def _read(
    board: Board, matrix: Matrix, simplex: Simplex, name: str, scale: float,
    above: list[tuple[str, int, float]],
) -> Prices:  # fmt: skip
    """Take the multipliers that are valid in any problem: those of limits and floors, not below 0."""
    groups, fleet = board.classes.groups, board.classes.fleet
    count, vans = groups.height, fleet.height
    rows = np.abs(simplex.duals(np.arange(len(matrix.program.low) + len(above)))) / scale
    grams, litres = rows[count : count + vans], rows[count + vans : count + 2 * vans]
    nu = [
        _cells(board, goal, rows[link[0] - len(goal.cell_units) : link[0]])
        for goal, link in zip(board.fair, matrix.link, strict=True)
    ]
    return Prices(
        goal=name,
        stock=groups.select(GROUP_KEY).with_columns(price=pl.Series(rows[:count])),
        vans=fleet.select(VAN).with_columns(
            gram=pl.Series(grams / 1000), millilitre=pl.Series(litres / 1000)
        ),
        nu=pl.concat(nu) if nu else pl.DataFrame(),
        limits=_limits(board, rows),
        theta={other: float(rows[row] * own) for other, row, own in above},
    )


def _limits(board: Board, rows: Floats) -> pl.DataFrame:
    """Return the prices of the rows that `optimizer.model` has for the limits of substitution."""
    classes, flow = board.classes, board.flow
    swapped = flow.serves.filter(pl.col("swap") != "")
    first = classes.groups.height + 2 * classes.fleet.height + flow.pools.height
    first += classes.classes.height + swapped["cls"].n_unique()
    which = np.unique(swapped.filter(pl.col("limit") >= 0)["limit"].to_numpy())
    price = pl.Series(rows[first : first + len(which)], dtype=pl.Float64)
    return classes.limits[which.astype(np.int64)].select(LIMIT).with_columns(price=price)


def _cells(board: Board, goal: Fairness, price: Floats) -> pl.DataFrame:
    table = board.cells[goal.name].with_columns(goal=pl.lit(goal.name))
    return table.select(*CELL, price=pl.Series(price[table["cell"].to_numpy()]))


@dataclass(frozen=True)
class Bound:
    """What no plan can pass at a goal, given that the goals above stay as this plan has them."""

    goal: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better, at most, another plan could be, in the goal's own unit."""
        return abs(self.bound - self.value)


def bounds(board: Board, old: Sequence[Prices]) -> list[Bound]:
    """Return the bound of each goal that has prices, for the plan on the board."""
    served = board.served().astype(np.float64)
    linear = linear_of(board)
    fair = {goal.name: goal for goal in board.fair}
    found = []
    for price in old:
        if price.goal in fair:
            bound = _Dual(board, price, served).level(fair[price.goal])
        elif price.goal in linear:
            bound = _Dual(board, price, served).linear(linear[price.goal], linear)
        else:
            continue
        found.append(Bound(price.goal, board.values[price.goal], bound))
    return found


def linear_of(board: Board) -> dict[str, Linear]:
    """Return the linear goals of a board by name."""
    return {step.name: step.linear for step in board.steps if step.linear is not None}


@dataclass(frozen=True)
class Figures:
    """A coverage goal's dual: its value (not yet divided by ``scale``) and its own prices."""

    total: float
    scale: float  # units of the common level; 0 for weighted coverage
    nu: Floats  # of the goal's own cells
    stock: Floats  # by lot group


def dual(board: Board, price: Prices) -> Figures:
    """Return the dual of a fairness goal, or of weighted coverage, for the plan on the board."""
    served = board.served().astype(np.float64)
    found = _Dual(board, price, served)
    stock = _stock(board.classes.groups, price.stock)
    fair = {goal.name: goal for goal in board.fair}
    if price.goal in fair:
        nu = _nu(board, fair[price.goal], price.nu)
        return Figures(found.total(), found.scale, nu, stock)
    linear = linear_of(board)
    total = found.linear(linear[price.goal], linear)
    return Figures(total, 0.0, np.zeros(0), stock)


class _Dual:
    """The value of one goal's dual at given prices, for the problem on a board."""

    def __init__(self, board: Board, price: Prices, served: Floats) -> None:
        self.board, self.price = board, price
        classes, flow = board.classes, board.flow
        self.units = classes.classes["quantity"].to_numpy().astype(np.float64)
        stock = _stock(classes.groups, price.stock)
        vans = classes.fleet.join(price.vans, on=VAN, how="left", maintain_order="left")
        vans = vans.with_columns(pl.col("gram", "millilitre").fill_null(0.0))
        self.rest = float(stock @ (classes.groups["quantity"].to_numpy() / scale_of(board)))
        self.rest += float((vans["gram"] * vans["grams"]).sum())
        self.rest += float((vans["millilitre"] * vans["millilitres"]).sum())
        sends = flow.sends.join(vans, on=VAN, how="left", maintain_order="left")
        load = sends["gram"] * sends["weight_g"] + sends["millilitre"] * sends["volume_ml"]
        self.send = stock[sends["group"].to_numpy()] + load.to_numpy()
        self.serve = np.zeros(flow.serves.height)
        self.worth = np.zeros(len(self.units))
        limits = classes.limits.join(price.limits, on=LIMIT, how="left", maintain_order="left")
        dear = limits["price"].fill_null(0.0).to_numpy()
        self.rest += float(dear @ classes.limits["units"].to_numpy())
        bound = flow.serves["limit"].to_numpy()
        some = bound >= 0
        self.serve[some] += dear[bound[some]]
        self.scale = 0.0  # units of the common level that the prices stand for
        for goal in board.fair:
            self._floors(goal, served)

    def _floors(self, goal: Fairness, served: Floats) -> None:
        """Credit each class with its floors' price, and charge what the floors themselves ask."""
        price = _nu(self.board, goal, self.price.nu)
        np.add.at(self.worth, goal.cls, price[goal.cell])
        asked = price * goal.cell_units
        if goal.name == self.price.goal:
            self.scale = float(asked.sum())
            return
        least = coverage_by_group(goal, served)
        self.rest -= float((asked * least[goal.cell_group]).sum())

    def level(self, goal: Fairness) -> float:
        """Return the most that the least covered group of the goal can have."""
        if self.scale <= 0 or not goal.groups:
            return 1.0
        return min(1.0, self.total() / self.scale)

    def linear(self, goal: Linear, every: dict[str, Linear]) -> float:
        """Return the most (or least) of a linear goal."""
        self._charge(goal, 1.0)
        for name, theta in self.price.theta.items():
            other = every[name]
            self._charge(other, theta)
            kept = theta * self.board.values[name]
            self.rest += -kept if other.most else kept
        total = self.total()
        return total if goal.most else max(0.0, -total)

    def _charge(self, goal: Linear, times: float) -> None:
        sends = len(self.send)
        signed = goal.weights * times * (-1.0 if goal.most else 1.0)
        first = goal.which < sends
        np.add.at(self.send, goal.which[first], signed[first])
        np.add.at(self.serve, goal.which[~first] - sends, signed[~first])

    def total(self) -> float:
        """Return the dual's value.

        A unit of a class is worth what it gains by its cheapest way; by a substitute, only as far
        as whole steps go, and only what it gains above the goods themselves.
        """
        serves, classes = self.board.flow.serves, self.board.classes.classes
        pool = np.full(max(self.board.flow.pools.height, 1), INF)
        np.minimum.at(pool, self.board.flow.sends["pool"].to_numpy(), self.send)
        way = pool[serves["pool"].to_numpy()] * rates(self.board.flow) + self.serve
        other = (serves["swap"] != "").to_numpy()
        cls = serves["cls"].to_numpy()
        own = self._gain(cls[~other], way[~other])
        more = np.maximum(self._gain(cls[other], way[other]) - own, 0.0)
        return self.rest + float(self.units @ own + classes["swappable"].to_numpy() @ more)

    def _gain(self, cls: Ints, way: Floats) -> Floats:
        path = np.full(len(self.units), INF)
        np.minimum.at(path, cls, way)
        return np.maximum(np.where(np.isfinite(path), self.worth - path, 0.0), 0.0)


def scale_of(board: Board) -> Floats:
    """Return by lot group in how many units the solver counts it."""
    known = scales(board.classes.swaps, board.classes.items)
    item = board.classes.groups["item"]
    return np.array([known.get(i, 1) for i in item.to_list()], dtype=np.float64)


def _stock(groups: pl.DataFrame, known: pl.DataFrame) -> Floats:
    """Return each group's price; a group that is new takes the dearest of its item."""
    table = groups.join(known, on=GROUP_KEY, how="left", maintain_order="left")
    dear = known.group_by("item").agg(pl.col("price").max().alias("dear"))
    table = table.join(dear, on="item", how="left", maintain_order="left")
    price = pl.coalesce("price", "dear", pl.lit(0.0)).cast(pl.Float64)
    return table.select(price).to_series().to_numpy()


def _nu(board: Board, goal: Fairness, known: pl.DataFrame) -> Floats:
    price = np.zeros(len(goal.cell_units))
    if known.is_empty():
        return price
    mine = known.filter(pl.col("goal") == goal.name)
    table = board.cells[goal.name].join(mine, on=CELL[1:], how="left", maintain_order="left")
    each = table.group_by("cell").agg(pl.col("price").mean().fill_null(0.0)).sort("cell")
    price[each["cell"].to_numpy()] = each["price"].to_numpy()
    return price
