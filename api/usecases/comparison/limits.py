"""Thresholds in force, with what they cost in errors: from the rulebook, or proved by a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from graphcore.domain.errors import InputError, PolicyError
from graphcore.domain.text import say
from graphcore.linkage.decide import Thresholds
from graphcore.linkage.thresholds import LABELS, Errors, Share
from graphcore.policy.rulebook import Rulebook

PARAMETER = "linkage.thresholds"
YES = frozenset({"yes", "y", "true", "1", "是", "同", "same"})
NO = frozenset({"no", "n", "false", "0", "否", "异", "different"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds, what they did to the sample that they were judged by, and where that is said."""

    thresholds: Thresholds
    errors: Errors
    cites: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect of a comparison by its thresholds' sample, with 95% intervals.

    ``wrong``: pairs among its ``matched`` that are not one person; ``missed``, ``unseen``: shares
    of the true pairs that are not matched, and that nobody sees.
    """

    matched: int
    wrong: Share
    missed: Share
    unseen: Share
    sample: Errors
    cites: str


def limits_in(rules: Rulebook, on: date) -> Limits:
    """Return the thresholds in force on a day.

    Raises:
        NoRuleInForce: none are.
        PolicyError: the rule is not written as it should be.
    """
    told = rules.at(PARAMETER, on)
    try:
        value: Mapping[str, Any] = dict(told.value)
        weights = {k: float(v) for k, v in value.items() if k != "errors"}
        errors = Errors(**{k: int(v) for k, v in dict(value["errors"]).items()})
        return Limits(Thresholds(**weights), errors, told.cites)
    except (TypeError, ValueError, KeyError) as error:
        raise PolicyError(
            say("参数 {name} 写得不对。", name=PARAMETER),
            say("请照 graphcore/policy/rules/linkage.yaml 的写法改正。"), field=PARAMETER,
        ) from error  # fmt: skip


def expected(limits: Limits, matched: int) -> Expected:
    """Return what to expect of so many matched pairs."""
    rate = limits.errors.wrong_share
    wrong = Share(rate.value * matched, rate.least * matched, rate.most * matched)
    return Expected(matched, wrong, limits.errors.missed_share, limits.errors.unseen_share,
                    limits.errors, limits.cites)  # fmt: skip


def read_labels(path: Path) -> pl.DataFrame:
    """Read a labelled sample (CSV: left, right, same) as LABELS; what is not labelled yet is left out.

    Raises:
        InputError: a column is missing, a word is neither yes nor no, a pair was judged both ways.
    """
    try:
        rows = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unfit(path, say("读不出来")) from error
    if missing := [c for c in LABELS if c not in rows.columns]:
        raise _unfit(path, say("缺少列：{columns}", columns="、".join(missing)))
    word = pl.col("same").fill_null("").str.strip_chars().str.to_lowercase()
    told = rows.select("left", "right", same=word).filter(pl.col("same") != "")
    odd = told.filter(~pl.col("same").is_in([*YES, *NO]))
    if odd.height:
        raise _unfit(path, say("有 {n} 行的 same 既不是“是”也不是“否”", n=odd.height))
    labels = told.with_columns(pl.col("same").is_in(list(YES))).unique(maintain_order=True)
    if labels.select("left", "right").is_duplicated().any():
        raise _unfit(path, say("同一对记录的标注互相矛盾"))
    return labels.select(list(LABELS)).cast(LABELS)  # type: ignore[arg-type]


def _unfit(path: Path, why: object) -> InputError:
    return InputError(
        say("标注样本 {name} 不能使用：{why}。", name=path.name, why=why),
        say("请用 CSV：left、right 为两条记录的编号，same 写是或否；没有看过的留空。"), field="labels",
    )  # fmt: skip


def write_rule(path: Path, limits: Limits, on: date) -> None:
    """Write the thresholds as a rule file for the district's folder, in force from a day."""
    weights = {k: round(float(v), 3) for k, v in asdict(limits.thresholds).items()}
    figure = {"from": on, "value": {**weights, "errors": asdict(limits.errors)},
              "status": "local", "cites": limits.cites}  # fmt: skip
    rule = {"title": "比对阈值（权重，比特）及其在标注样本上的误差（对）", "values": [figure]}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"parameters": {PARAMETER: rule}}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
