"""Benchmarks at a tiny size whose imports must not meet the optimiser's in one process."""

from __future__ import annotations


def tiny_peers(households: int) -> dict[str, float]:
    """Return the value that each peer of the `peers` benchmark finds; run it `apart`."""
    from tests.bench import peers
    from tests.support.households import model
    from tests.support.peers import by_loop

    problem = peers.district(households)
    data = peers.arrays(model(problem))
    found = {
        "ours": peers._coverage(problem), "loop": by_loop(data), "glop": peers._glop(data),
        "highs": peers._highs(data, 60.0), "pulp": peers._pulp(model(problem), 60),
    }  # fmt: skip
    return {name: -1.0 if value is None else value for name, value in found.items()}
