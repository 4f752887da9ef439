"""Where a problem's column is in the user's own sheet."""

from __future__ import annotations

from collections.abc import Iterable

from graphcore.exchange.grid import Grid
from graphcore.exchange.headers import Block, blocks


def locate(grid: Grid, headers: Iterable[str], within: int) -> tuple[Block | None, dict[str, int]]:
    """Return the header that holds most of ``headers`` (as written), and their columns (0-based)."""
    wanted = set(headers)
    best: tuple[Block | None, dict[str, int]] = (None, {})
    for block in blocks(grid, within):
        found = {c.written: c.index for c in block.columns if c.written in wanted}
        if len(found) > len(best[1]):
            best = (block, found)
    return best
