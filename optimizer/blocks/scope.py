"""What the block solver knows. Any other problem goes to the simplex, with the reason by name."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl

from optimizer.blocks.layout import Layout
from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.order import ORDINARY, Aims


class Refusal(StrEnum):
    """Why a problem is none for blocks."""

    ORDER = "order"  # another order of the goals, or something given up
    KEEP = "keep"  # a published plan to keep to
    FEATURE = "feature"  # a table or column of the class model that blocks do not know
    WIDE = "wide"  # floors or shares that tie too many places together


CLASSES = frozenset({
    "rows", "classes", "zones", "points", "lots", "groups", "ways", "items", "fleet", "days", "swaps",
    "markets", "limits", "floors", "marks",
})  # fmt: skip
FLOW = frozenset({"sends", "serves", "pools"})
SERVES = frozenset({"pool", "cls", "swap", "take", "step", "limit"})
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
    return None


def too_wide(lay: Layout) -> bool:
    """Return whether some local rows hang together in more than the block solver holds densely."""
    nook = np.bincount(lay.nook).max(initial=0)
    part = np.bincount(lay.part[lay.hub]).max(initial=0)
    return bool(nook > WIDEST_NOOK or part > WIDEST_PART)


def _unknown(given: Classes | Flow, known: frozenset[str]) -> bool:
    """Return whether a field that is not known holds anything."""
    return any(f.name not in known and not _empty(getattr(given, f.name)) for f in fields(given))


def _empty(value: Any) -> bool:
    if isinstance(value, pl.DataFrame):
        return value.is_empty()
    return not value if value is None or hasattr(value, "__len__") else False
