"""``python -m tests.support.shipped_model``: learn the shipped model anew from generated lists."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from graphcore.linkage.han import HAN
from graphcore.linkage.link import Options, link
from graphcore.linkage.model import Model, write_model
from seeds.twolists.lists import two_lists

ROWS = (20_000, 200_000)
LEVEL, SEED = 2, 2026


def learn(left: int = ROWS[0], right: int = ROWS[1]) -> Model:
    """Return the model learnt from lists of the middle level of dirt."""
    lists = two_lists(left, right, LEVEL, SEED)
    return link(lists.left, lists.right, Options(scheme=HAN, learn=True, seed=SEED)).model


def main() -> None:
    """Write it into the package."""
    folder = Path(str(resources.files("graphcore.linkage"))) / "models"
    folder.mkdir(exist_ok=True)
    write_model(learn(), folder / f"{HAN.name}-{HAN.version}.json")


if __name__ == "__main__":
    main()
