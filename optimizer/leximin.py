"""Quantised leximin: raise the least coverage, freeze who cannot go higher, go on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.engines.simplex import INF, Answer, Simplex

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SLACK = 1e-7  # an optimum this close under a quantum counts as having reached it
TIGHT = 1e-6  # coverage above z* by less than this is coverage at z*
RISE = 1e-4  # the rise asked of a doubtful group: small, so that all who can rise do so together
POSITIVE = 1e-7  # duals below this are taken for zero and verified


@dataclass(frozen=True)
class Levels:
    """What leximin found: the first level (the goal's value), each group's floor, last point."""

    first: float
    floors: Floats
    answer: Answer
    rounds: int
    proven: bool


def quantum(level: float, delta: float) -> float:
    """Return ``delta * floor((level + 1e-7) / delta)``, at most 1."""
    return min(1.0, delta * math.floor((level + SLACK) / delta))


def leximin(
    simplex: Simplex, level: int, cover: Ints, link: Ints, delta: float, work: int
) -> Levels:
    """Fix the floors of one fairness goal in the program, and return them.

    Each round maximises the common level z of the groups not yet frozen and freezes exactly those
    that cannot exceed z* in any optimal solution, at ``quantum(z*)``: so the floors do not depend
    on which optimal basis the solver happened to end in. After ``work`` simplex iterations the
    groups still open keep the level of the last round, unproven, so that the goals below are
    reached too.
    """
    last = simplex.iterations + work
    open_groups = np.arange(len(cover))
    floors = np.zeros(len(cover))
    firsts: list[float] = []
    while len(open_groups):
        simplex.bound_rows(link[open_groups], 0.0)
        answer = simplex.solve(np.array([level]), np.ones(1), most=True)
        if not answer.proven:
            simplex.bound_rows(link[open_groups], -INF)
            return Levels(firsts[0] if firsts else 0.0, floors, answer, len(firsts), proven=False)
        z = min(1.0, answer.objective)
        firsts.append(z)
        spent = simplex.iterations >= last
        stuck = open_groups if spent else _stuck(simplex, answer, z, cover, link, open_groups)
        simplex.bound_rows(link[open_groups], -INF)
        floors[stuck] = quantum(z, delta)
        simplex.bound_columns(cover[stuck], floors[stuck], np.ones(len(stuck)))
        open_groups = np.setdiff1d(open_groups, stuck)
        if spent:
            return Levels(firsts[0], floors, answer, len(firsts), proven=z >= 1.0 - SLACK)
    return Levels(firsts[0], floors, answer, len(firsts), proven=True)


def _stuck(
    simplex: Simplex, answer: Answer, z: float, cover: Ints, link: Ints, groups: Ints
) -> Ints:
    """Return the groups that cannot exceed z in any optimal solution."""
    if z >= 1.0 - SLACK:
        return groups
    duals = np.abs(simplex.duals(link[groups]))
    sure = duals > POSITIVE
    doubtful = groups[~sure & (answer.values[cover[groups]] <= z + TIGHT)]
    still = _verified(simplex, z, cover, link, groups, doubtful)
    found = np.union1d(groups[sure], still)
    return found if len(found) else groups[[int(np.argmax(duals))]]


def _verified(
    simplex: Simplex, z: float, cover: Ints, link: Ints, groups: Ints, doubtful: Ints
) -> Ints:
    """Return the doubtful groups that cannot rise while all others keep z.

    Maximises the sum of their rises: whoever rises is free; repeated until nobody does.
    """
    if not len(doubtful):
        return doubtful
    simplex.bound_rows(link[groups], -INF)
    floor = max(0.0, z - 1e-9)
    simplex.bound_columns(cover[groups], np.full(len(groups), floor), np.ones(len(groups)))
    top = min(1.0, z + RISE)
    low = np.full(len(doubtful), floor)
    simplex.bound_columns(cover[doubtful], low, np.full(len(doubtful), top))
    while len(doubtful):
        answer = simplex.solve(cover[doubtful], np.ones(len(doubtful)), most=True)
        rises = answer.values[cover[doubtful]] > z + TIGHT
        if not answer.proven or not rises.any():
            break
        doubtful = doubtful[~rises]
    simplex.bound_columns(cover[groups], np.zeros(len(groups)), np.ones(len(groups)))
    return doubtful
