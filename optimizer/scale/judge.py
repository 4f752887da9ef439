"""One item's part of the certificate, and of the plan that keeps every rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimizer.blocks.prices import Aim, certify, feasible
from optimizer.blocks.solver import cell_coverage
from optimizer.blocks.system import System
from optimizer.scale.split import Task

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """Sums of the item: the master adds them up, and counts what is shared once."""

    value: float  # of the aim, the level left out
    bound: float  # what the prices prove of it, without the fleet's, the goal rows' and the level's
    inner: float  # the same over the active columns alone
    priced: float  # what the prices of cells take of the level
    level: float  # least coverage of the cells held to the level, at most 1
    broken: float  # coverage by which the worst floor is missed


@dataclass(frozen=True)
class Candidate:
    """A plan of the item with what is known of it."""

    sent: Floats  # by send of the item
    served: Floats
    wanted: Ints  # sends that would better it
    fit: Fit


def fleet_load(local: System, x: Floats) -> Floats:
    """Return the kilograms and litres of the sends of ``x``, by fleet row."""
    lay, n = local.lay, len(local.active)
    sent = x[:n] * local.send_unit
    van, many = lay.van[local.active], len(lay.kg)
    kg = np.bincount(van, sent * (lay.grams[local.active] / 1000.0), many)
    litres = np.bincount(van, sent * (lay.millilitres[local.active] / 1000.0), many)
    return np.concatenate([kg, litres])


def judged(local: System, task: Task, x: Floats, y: Floats, size: float, room: Floats) -> Candidate:
    """Return the item's plan at ``x`` and what the prices ``y`` (times ``size``) prove."""
    lay, n, many = local.lay, len(local.active), len(local.lay.kg)
    top = fleet_load(local, x) * room
    sent, served = feasible(
        replace(lay, kg=top[:many], litres=top[many:]), local.active, x[:n] * local.send_unit,
        x[n : local.plan] * local.serve_unit,
    )  # fmt: skip
    full = np.zeros(len(lay.pool))
    full[local.active] = sent
    prices = y * size
    bound = certify(
        lay, Aim(task.sends, task.serves, 0.0), task.floors, task.goals, prices, local.active
    )
    fleet = float(prices[lay.local + len(lay.stock) : lay.local + lay.coupling].sum())
    cells = slice(lay.first_cell, lay.first_cap)
    cover, held = cell_coverage(lay, served), task.floors.open > 0
    miss = (task.floors.least - task.floors.give - cover)[~held]
    return Candidate(full, served, bound.wanted, Fit(
        value=float(task.sends @ full + task.serves @ served),
        bound=bound.value - fleet, inner=bound.inner - fleet,
        priced=float(task.floors.open @ prices[cells]),
        level=float(cover[held].min(initial=1.0)), broken=float(miss.max(initial=0.0)),
    ))  # fmt: skip
