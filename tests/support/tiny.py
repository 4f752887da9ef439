"""Benchmarks at a tiny size whose imports must not meet the optimiser's in one process."""

from __future__ import annotations

from dataclasses import replace


def tiny_peers(households: int) -> dict[str, list[float]]:
    """Return the values that we and peers of the `peers` benchmark find; run it `apart`."""
    from tests.bench import peers
    from tests.support.peers import timed

    place = replace(peers.COUNTY, households=households)
    single = replace(place, single=True)
    groups = {place: ("glop", "highs", "loop", "pulp"), single: ("networkx",)}
    every = peers.RAW | peers.BUILT | peers.FLOWS
    return {
        "ours": [peers.ours_of(p, 1)[0][0][1] for p in groups],
        **{name: [timed(every[name], p.arrays())[1]] for p, names in groups.items() for name in names},
    }  # fmt: skip
