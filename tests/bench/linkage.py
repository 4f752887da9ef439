"""Comparison of two generated lists with known truth, at the middle level of dirt by default."""

from __future__ import annotations

import time

import polars as pl

from graphcore.linkage.link import Links, Options, link
from seeds.twolists.lists import TwoLists, two_lists


def run(
    left: int = 10_000, right: int = 100_000, level: int = 2, seed: int = 1
) -> dict[str, object]:
    """Compare (training on the lists themselves) and judge by the truth."""
    lists = two_lists(left, right, level, seed)
    start = time.perf_counter()
    found = link(lists.left, lists.right, Options(learn=True))
    return {
        "left": lists.left.height, "right": lists.right.height, "level": level, "seed": seed,
        "seconds": round(time.perf_counter() - start, 1), **judged(lists, found),
    }  # fmt: skip


def judged(lists: TwoLists, found: Links) -> dict[str, object]:
    """Precision, recall, F1; rows to review; recall of matched and review together; households."""
    truth = set(lists.truth.iter_rows())
    outcome = pl.col("outcome")
    matched = set(found.pairs.filter(outcome == "matched").select("left", "right").iter_rows())
    seen = set(found.pairs.select("left", "right").iter_rows())
    review = found.pairs.filter(outcome == "review")["left"].n_unique()
    right = len(matched & truth)
    homes = set(lists.households.iter_rows())
    sure = found.households.filter(pl.col("through") != "door")
    joined = set(sure.select("left", "right").iter_rows())
    return {
        "precision": round(right / max(1, len(matched)), 6),
        "recall": round(right / len(truth), 4),
        "f1": round(2 * right / (len(matched) + len(truth)), 5),
        "review_share": round(review / lists.left.height, 4),
        "auto_plus_review_recall": round(len(seen & truth) / len(truth), 4),
        "matched_pairs": len(matched), "false_matches": len(matched - truth),
        "true_pairs": len(truth), "unseen_pairs": len(truth - seen),
        "household_precision": round(len(joined & homes) / max(1, len(joined)), 6),
        "household_recall": round(len(joined & homes) / len(homes), 4),
    }  # fmt: skip
