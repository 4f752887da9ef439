"""What the block solver knows. Any other problem goes to the simplex, with the reason by name."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.blocks.layout import Layout, connected
from optimizer.classes import Classes
from optimizer.floors import members
from optimizer.flow import Flow
from optimizer.order import ORDINARY, Aims

Ints = npt.NDArray[np.int64]


BLOCKS, SIMPLEX = "blocks", "simplex"


class Refusal(StrEnum):
    """Why a problem is none for blocks."""

    ORDER = "order"  # another order of the goals, or something given up
    KEEP = "keep"  # a published plan to keep to
    KITS = "kits"  # kits that several needs share: their rows tie items and places together
    FEATURE = "feature"  # a table or column of the class model that blocks do not know
    WIDE = "wide"  # floors or shares that tie too many places together


CLASSES = frozenset({
    "rows", "classes", "zones", "points", "lots", "groups", "ways", "items", "fleet", "days", "swaps",
    "markets", "limits", "floors", "marks", "kits", "kin",
})  # fmt: skip
FLOW = frozenset({"sends", "serves", "pools"})
SERVES = frozenset({"pool", "cls", "swap", "take", "step", "limit", "part", "bundle"})
"""The columns of the flow that the blocks' program is made of: one more may be one more rule."""
WIDEST_NOOK, WIDEST_PART = 256, 2048
"""Rows of a nook, hub rows of a part: beyond, dense matrices cost more than the simplex."""


def refusal(classes: Classes, flow: Flow, aims: Aims) -> Refusal | None:
    """Return why blocks cannot solve the problem exactly as the simplex would; None if they can."""
    if aims.order != ORDINARY:
        return Refusal.ORDER
    if aims.published is not None:
        return Refusal.KEEP
    if _unknown(classes, CLASSES) or _unknown(flow, FLOW) or set(flow.serves.columns) > SERVES:
        return Refusal.FEATURE
    if (flow.serves["bundle"] >= 0).any():
        return Refusal.KITS
    return None


def too_wide(lay: Layout) -> bool:
    """Return whether some local rows hang together in more than the block solver holds densely."""
    nook = np.bincount(lay.nook).max(initial=0)
    part = np.bincount(lay.part[lay.hub]).max(initial=0)
    return bool(nook > WIDEST_NOOK or part > WIDEST_PART)


def couplings(classes: Classes, flow: Flow) -> tuple[int, int]:
    """Return (blocks, coupling rows): how far the problem falls apart, whoever solves it.

    A block is a set of items that substitutes and floors hold together; a coupling row is a
    vehicle's limit, by kilogram or litre, that more than one block draws on.
    """
    names = pl.concat([classes.classes["item"], flow.pools["item"]]).unique().sort()
    code = dict(zip(names.to_list(), range(len(names)), strict=True))
    pool, cls = flow.serves["pool"].to_numpy(), flow.serves["cls"].to_numpy()
    given, needed = (_coded(t["item"], code) for t in (flow.pools, classes.classes))
    ties = [np.stack([given[pool], needed[cls]], axis=1)]
    ties += [np.stack([needed[g], np.full(len(g), needed[g[0]])], axis=1)
             for g in members(classes) if len(g)]  # fmt: skip
    both = np.unique(np.concatenate(ties), axis=0)
    block = connected([both[:, 0], both[:, 1]], len(names))
    used = np.unique(block[both.ravel()])
    return len(used), _shared(flow.sends, {name: int(block[k]) for name, k in code.items()})


def _coded(names: pl.Series, code: dict[str, int]) -> Ints:
    return np.asarray(names.replace_strict(code, return_dtype=pl.Int64).to_numpy(), dtype=np.int64)


def _shared(sends: pl.DataFrame, block: dict[str, int]) -> int:
    """Return how many limits of vehicles are drawn on by more than one block."""
    kinds = sends.select("warehouse", "mode", "day", "item", "weight_g", "volume_ml").unique()
    kinds = kinds.with_columns(
        block=pl.col("item").replace_strict(block, default=-1, return_dtype=pl.Int64)
    )
    many = pl.col("block").n_unique() > 1
    loaded = (kinds.filter(pl.col(load) > 0) for load in ("weight_g", "volume_ml"))
    shared = (t.group_by("warehouse", "mode", "day").agg(many)["block"] for t in loaded)
    return sum(int(rows.sum()) for rows in shared)


def _unknown(given: Classes | Flow, known: frozenset[str]) -> bool:
    """Return whether a field that is not known holds anything."""
    return any(f.name not in known and not _empty(getattr(given, f.name)) for f in fields(given))


def _empty(value: Any) -> bool:
    if isinstance(value, pl.DataFrame):
        return value.is_empty()
    return not value if value is None or hasattr(value, "__len__") else False
