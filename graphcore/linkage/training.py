"""Training: on the full tables, sure pairs included, or relatives would look like matches.

Levels that training meets too rarely keep the figures set by hand. Values that identify (number,
phone, door) have their chance worked out for each pair of tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from graphcore.linkage.engine import Effort, Engine, linker, rule_of, settings_of
from graphcore.linkage.levels import Comparison, Level, Scheme
from graphcore.linkage.model import Model, Weights, frozen, not_trained, require_trained

_MOST_PAIRS = 400_000  # of one training block
_SMALLEST = 1_000  # rows: in a smaller table a coincidence is not likelier than in one of these
NAME = "train"
OWN = "number"


def train(
    engine: Engine, scheme: Scheme, tables: Sequence[str], fields: Sequence[str], prior: float,
    effort: Effort, seed: int,
) -> Model:  # fmt: skip
    """Learn the weights from the full tables and freeze them.

    Args:
        engine: where the prepared tables are.
        scheme: the comparisons.
        tables: names of the prepared tables.
        fields: those that both tables tell.
        prior: chance that two random records are of one person.
        effort: pairs to sample.
        seed: of the sample.

    Raises:
        InputError: nothing was learnt of a field's main level: not fully trained.
    """
    settings = settings_of(scheme, fields, None, prior, single=len(tables) == 1)
    made = linker(engine, tables, settings, {})
    made.training.estimate_u_using_random_sampling(
        max_pairs=effort.pairs, seed=seed, min_count_per_level=None, num_chunks=1
    )
    for block in scheme.train_on:
        if _pairs_of(engine, tables, block):
            made.training.estimate_parameters_using_expectation_maximisation(
                rule_of(block), estimate_without_term_frequencies=True, max_pairs=_MOST_PAIRS,
                fix_probability_two_random_records_match=False,
            )  # fmt: skip
    learnt = {c["output_column_name"]: c["comparison_levels"]
              for c in made.misc.save_model_to_json()["comparisons"]}  # fmt: skip
    weights = {c.field: _weights(c, learnt.get(c.field)) for c in scheme.comparisons}
    require_trained(scheme, weights, NAME)
    sizes = [_size(engine, t) for t in tables]
    return frozen(scheme, weights, sizes[0], sizes[-1])


def _pairs_of(engine: Engine, tables: Sequence[str], block: Sequence[str]) -> bool:
    """Whether any pair shares the block's columns."""
    a, b = tables[0], tables[-1]
    other = " and l.unique_id < r.unique_id" if a == b else ""
    sql = f"SELECT 1 FROM {a} l JOIN {b} r ON {rule_of(block)}{other} LIMIT 1"
    return engine.frame(sql).height > 0


def _size(engine: Engine, table: str) -> int:
    return int(engine.frame(f"SELECT count(*) AS n FROM {table}")["n"][0])


def _weights(comparison: Comparison, learnt: Any) -> dict[str, tuple[float, float]]:
    if learnt is None:  # the tables do not tell the field: its figures stay as set by hand
        return {x.code: (x.m, x.u) for x in comparison.levels}
    by_code = {x["label_for_charts"]: x for x in learnt}
    made = {x.code: _level(comparison, x, by_code[x.code]) for x in comparison.levels}
    return _summing_to_one(made)


def _level(comparison: Comparison, level: Level, learnt: Any) -> tuple[float, float]:
    m, u = learnt.get("m_probability"), learnt.get("u_probability")
    if m is None and level is comparison.levels[0]:
        raise not_trained(comparison, level, NAME)
    rare = m is None or m < 1e-5  # noqa: PLR2004 -- what Splink gives to a level that it never met
    return (level.m if rare else m, level.u if u is None or level.shared else u)


def _summing_to_one(levels: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    total = sum(m for m, _ in levels.values())
    return {code: (m / total, u) for code, (m, u) in levels.items()}


def fitted(
    engine: Engine, scheme: Scheme, model: Model, tables: Sequence[str], fields: Sequence[str]
) -> Weights:
    """Return the model's weights with the chances that depend on how large the tables are."""
    made = {f: dict(levels) for f, levels in model.weights.items()}
    for comparison in scheme.comparisons:
        for level in comparison.levels:
            if level.shared and comparison.field in fields:
                m, _ = made[comparison.field][level.code]
                column = level.shared
                larger = max(tables, key=lambda t: _size(engine, t))
                u = engine.once(f"{larger}/{column}", partial(_chance, engine, larger, column))
                made[comparison.field][level.code] = (m, min(0.5, max(1e-10, u)))
    return made


def _chance(engine: Engine, larger: str, column: str) -> float:
    """Chance that two records of different people have the same value: that of the larger table.

    A number is one person's own: only its errors make two people share it.
    """
    n = _size(engine, larger)
    least = 0.01 / max(_SMALLEST, n)
    if column == OWN:
        return least
    sql = (
        f"SELECT coalesce(sum(c * (c - 1)), 0) AS same, coalesce(sum(c), 0) AS told FROM"
        f' (SELECT count(*) AS c FROM {larger} WHERE "{column}" IS NOT NULL GROUP BY "{column}")'
    )
    row = engine.frame(sql).row(0)
    told = float(row[1])
    return max(least, float(row[0]) / (told * told)) if told else least
