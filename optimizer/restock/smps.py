"""Two-stage stochastic programmes in the SMPS format: core, time and stoch files.

The format: Birge, Dempster, Gassmann, Gunn, King and Wallace, "A standard input format for
multiperiod stochastic linear programs" (1987). The core is an MPS file, read by OR-Tools; the time
file names the first row and column of each period; the stoch file gives right-hand sides of the
second period in independent blocks (BLOCKS DISCRETE) or one by one (INDEP DISCRETE). No instance
is kept here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.io.python import mps_converter
from pybind11_abseil.status import StatusNotOk  # type: ignore[import-untyped]

from graphcore.domain.errors import FileRefused
from graphcore.domain.text import Text, say
from optimizer.engines.simplex import Program
from optimizer.restock.arrays import Floats, Ints

MOST = 100_000
"""Scenarios written out; independent right-hand sides multiply beyond any number."""
SUM = 1e-6
PERIODS, NAMES = 2, 3  # a line of the time file: first column, first row, period

Block = list[tuple[float, dict[str, float]]]  # outcomes: probability, right-hand side by row


@dataclass(frozen=True)
class Part:
    """One period: columns with bounds and costs, and their rows; A in triplets."""

    program: Program
    floor: Floats  # (columns,) lower bounds
    costs: Floats  # (columns,)


@dataclass(frozen=True)
class TwoStage:
    """Minimise first costs + expected second costs; rows of the second: T x + W y within bounds."""

    first: Part
    second: Part
    tie_row: Ints  # T in triplets: row of the second period
    tie_column: Ints  # column of the first
    tie_value: Floats
    probability: Floats  # (scenarios,)
    shift: Floats  # (scenarios, rows of the second): added to both sides of each row


def read_smps(core: str, time: str, stoch: str) -> TwoStage:
    """Read a two-stage programme from the texts of its three files.

    Raises:
        FileRefused: not the format, another number of periods, a random part that is not a
            right-hand side of the second period, probabilities that don't add up to 1, or more
            than `MOST` scenarios.
    """
    model = _model(core)
    at_column, at_row = _periods(time, model)
    base = _right(model)
    rows = {name: k for k, name in enumerate(model.linear_constraints.names)}
    outcomes = _scenarios(list(_blocks(stoch)))
    shift = np.zeros((len(outcomes), len(rows)))
    for k, (_, changed) in enumerate(outcomes):
        for name, value in changed.items():
            if rows.get(name, -1) < at_row:
                raise _refused(say("随机文件中的行 {name} 不属于第二阶段", name=name))
            shift[k, rows[name]] = value - base[rows[name]]
    return _parted(model, at_column, at_row, np.array([p for p, _ in outcomes]), shift)


def _model(core: str) -> model_pb2.ModelProto:
    try:
        return mps_converter.mps_to_model_proto(core)
    except StatusNotOk as error:
        raise _refused(say("核心文件不是 MPS 格式")) from error


def _periods(time: str, model: model_pb2.ModelProto) -> tuple[int, int]:
    """Return the second period's first column and first row."""
    lines = [line.split() for line in time.splitlines() if line.startswith(" ")]
    if len(lines) != PERIODS or any(len(words) < NAMES for words in lines):
        raise _refused(say("时段文件应有两个时段，实有 {n} 个", n=len(lines)))
    column, row = lines[1][:2]
    columns, rows = list(model.variables.names), list(model.linear_constraints.names)
    if column not in columns or row not in rows:
        raise _refused(say("时段文件中的 {name} 不在核心文件里", name=f"{column} {row}"))
    return columns.index(column), rows.index(row)


def _right(model: model_pb2.ModelProto) -> Floats:
    """Return each row's right-hand side, whichever side it bounds."""
    low = np.array(model.linear_constraints.lower_bounds)
    return np.where(np.isfinite(low), low, np.array(model.linear_constraints.upper_bounds))


def _blocks(stoch: str) -> Iterator[Block]:
    """Yield the independent parts; lines of one block stand together."""
    lines = [line for line in stoch.splitlines() if line.strip() and line[0] != "*"]
    if len(lines) <= 1:
        raise _refused(say("随机文件没有内容"))
    kind, *how = lines[1].split()
    if (kind, how[:1]) not in (("BLOCKS", ["DISCRETE"]), ("INDEP", ["DISCRETE"])):
        raise _refused(say("随机文件的分布 {kind} 不受支持", kind=lines[1].strip()))
    body = [line.split() for line in lines[2:] if line.startswith(" ")]
    found: dict[str, Block] = {}
    last: dict[str, float] = {}
    for words in body:
        if words[0] == "BL":
            last = {}
            found.setdefault(words[1], []).append((_number(words[-1]), last))
            continue
        if words[0].upper() != "RHS":
            raise _refused(say("只读右端项的随机变化，此处是 {name}", name=words[0]))
        if kind == "INDEP":
            found.setdefault(words[1], []).append((_number(words[-1]), _pairs(words[1:3])))
        else:
            last |= _pairs(words[1:])
    yield from found.values()


def _pairs(words: list[str]) -> dict[str, float]:
    return {name: _number(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise _refused(say("应为数字，此处是 {name}", name=word)) from error


def _scenarios(blocks: list[Block]) -> Block:
    """Return every combination of the blocks' outcomes with its probability."""
    count = prod(len(block) for block in blocks)
    if count > MOST:
        raise _refused(say("情景有 {n} 个，超过 {most} 个", n=count, most=MOST))
    for block in blocks:
        if abs(sum(p for p, _ in block) - 1) > SUM:
            raise _refused(say("概率之和不为一"))
    return [
        (prod(p for p, _ in chosen), {k: v for _, some in chosen for k, v in some.items()})
        for chosen in product(*blocks)
    ]


def _parted(
    model: model_pb2.ModelProto, at_column: int, at_row: int, probability: Floats, shift: Floats
) -> TwoStage:
    matrix = model.linear_constraint_matrix
    row, column = np.array(matrix.row_ids, dtype=int), np.array(matrix.column_ids, dtype=int)
    value, late = np.array(matrix.coefficients), row >= at_row
    own = column >= at_column
    if (own & ~late).any():
        raise _refused(say("第一阶段的行用到了第二阶段的列"))
    tie = late & ~own
    parts = [
        _part(model, slice(None, at_column), slice(None, at_row),
              row[~late], column[~late], value[~late]),
        _part(model, slice(at_column, None), slice(at_row, None),
              row[late & own] - at_row, column[late & own] - at_column, value[late & own]),
    ]  # fmt: skip
    return TwoStage(
        parts[0], parts[1], row[tie] - at_row, column[tie], value[tie], probability,
        shift[:, at_row:],
    )  # fmt: skip


def _part(
    model: model_pb2.ModelProto, columns: slice, rows: slice,
    row: Ints, column: Ints, value: Floats,
) -> Part:  # fmt: skip
    costs = np.zeros(len(model.variables.ids))
    aim = model.objective.linear_coefficients
    costs[np.array(aim.ids, dtype=int)] = np.array(aim.values)
    top = np.array(model.variables.upper_bounds)[columns]
    program = Program(
        len(top), top, np.array(model.linear_constraints.lower_bounds)[rows],
        np.array(model.linear_constraints.upper_bounds)[rows], row, column, value,
    )  # fmt: skip
    return Part(program, np.array(model.variables.lower_bounds)[columns], costs[columns])


def _refused(what: Text) -> FileRefused:
    return FileRefused(
        say("随机规划算例文件不合格式：{what}。", what=what),
        say("请核对 SMPS 的三个文件：核心（MPS）、时段、随机右端项。"),
    )
