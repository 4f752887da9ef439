"""Readers of the two usual file formats of published routing instances.

CVRPLIB (``.vrp``, TSPLIB keywords) and Solomon (``.txt``) are read into `Task`. Distances are real
in the literature or follow a rounding of their own; here they become whole numbers by ``scale``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphcore.domain.errors import InputError
from graphcore.domain.text import Text, say
from optimizer.transport.router import FOREVER, Carrier, Matrix, Task, Visit

Point = tuple[float, float]
SOLOMON_COLUMNS = 7
"""Number, x, y, demand, ready time, due date, service time."""


@dataclass(frozen=True)
class Instance:
    """A published instance; its values are ``scale`` times those of the literature."""

    name: str
    task: Task
    scale: int


def nearest(distance: float) -> int:
    """Round to the nearest whole number (TSPLIB's EUC_2D)."""
    return int(distance + 0.5)


def distances(points: Sequence[Point], scale: int, rounding: Callable[[float], int]) -> Matrix:
    """Return scaled Euclidean distances, rounded."""
    return np.array(
        [[rounding(math.dist(a, b) * scale) for b in points] for a in points], dtype=np.int64
    )


def fleet(count: int, capacity: int, length: int = FOREVER) -> tuple[Carrier, ...]:
    """Return equal vehicles; ``length`` bounds each route in scaled distance."""
    return tuple(Carrier(f"v{k:04d}", (capacity,), hours=length) for k in range(count))


def read_cvrplib(text: str, scale: int = 1) -> Instance:
    """Read a ``.vrp`` text with Euclidean or lower-row explicit distances.

    ``DISTANCE`` bounds a route's length, service times included. Without ``VEHICLES`` there are as
    many vehicles as customers.

    Raises:
        InputError: a keyword or section is missing, or a figure is no number.
    """
    heads, sections = _keywords(text)
    size = _whole(heads, "DIMENSION")
    demand = {int(r[0]): int(float(r[1])) for r in _rows(sections, "DEMAND_SECTION", 2)}
    depot = int(_rows(sections, "DEPOT_SECTION", 1)[0][0])
    matrix, order = _lengths(heads, sections, size, depot, scale)
    service = int(float(heads.get("SERVICE_TIME", "0")) * scale)
    customers = [k for k in order if k != depot]
    visits = tuple(
        Visit(str(k), place, (demand[k],), service) for place, k in enumerate(customers, 1)
    )
    count = int(heads.get("VEHICLES", len(customers)))
    length = int(float(heads["DISTANCE"]) * scale) if "DISTANCE" in heads else FOREVER
    task = Task(visits, fleet(count, _whole(heads, "CAPACITY"), length), (matrix,), (matrix,))
    return Instance(heads.get("NAME", ""), task, scale)


def read_solomon(text: str, scale: int = 10) -> Instance:
    """Read a Solomon text; distances are cut off after the scaled digit, as is usual.

    Raises:
        InputError: the vehicle or customer part is missing, or a figure is no number.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    try:
        at = next(k for k, line in enumerate(lines) if line[0].upper() == "NUMBER")
        count, capacity = int(lines[at + 1][0]), int(lines[at + 1][1])
        rows = [[float(x) for x in line] for line in lines[at + 2 :] if _is_row(line)]
    except (StopIteration, IndexError, ValueError) as error:
        raise _bad("VEHICLE") from error
    if not rows:
        raise _bad("CUSTOMER")
    depot, *others = rows
    matrix = distances([(r[1], r[2]) for r in rows], scale, int)
    visits = tuple(
        Visit(str(int(r[0])), place, (int(r[3]),), int(r[6] * scale), int(r[4] * scale),
              int(r[5] * scale))
        for place, r in enumerate(others, 1)
    )  # fmt: skip
    end = int(depot[5] * scale)
    carriers = tuple(Carrier(f"v{k:04d}", (capacity,), end=end) for k in range(count))
    return Instance(lines[0][0], Task(visits, carriers, (matrix,), (matrix,)), scale)


def _is_row(line: list[str]) -> bool:
    return len(line) == SOLOMON_COLUMNS and line[0].isdigit()


def _keywords(text: str) -> tuple[dict[str, str], dict[str, list[list[str]]]]:
    heads: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line == "EOF":
            continue
        if line.endswith("_SECTION"):
            rows = sections.setdefault(line.removesuffix(":").strip(), [])
        elif ":" in line:
            name, _, value = line.partition(":")
            heads[name.strip()] = value.strip()
        elif rows is not None:
            rows.append(line.split())
    return heads, sections


def _rows(sections: Mapping[str, list[list[str]]], name: str, least: int) -> list[list[str]]:
    rows = sections.get(name, [])
    if not rows or any(len(r) < least for r in rows):
        raise _bad(name)
    return rows


def _whole(heads: Mapping[str, str], name: str) -> int:
    try:
        return int(heads[name])
    except (KeyError, ValueError) as error:
        raise _bad(name) from error


def _lengths(
    heads: Mapping[str, str], sections: Mapping[str, list[list[str]]], size: int, depot: int,
    scale: int,
) -> tuple[Matrix, list[int]]:  # fmt: skip
    """Return distances with the depot first, and the numbers of the nodes in that order."""
    if heads.get("EDGE_WEIGHT_TYPE") == "EUC_2D":
        rows = _rows(sections, "NODE_COORD_SECTION", 3)
        at = {int(r[0]): (float(r[1]), float(r[2])) for r in rows}
        order = [depot, *(k for k in sorted(at) if k != depot)]
        return distances([at[k] for k in order], scale, nearest), order
    if heads.get("EDGE_WEIGHT_FORMAT") != "LOWER_ROW":
        raise _bad("EDGE_WEIGHT_TYPE")
    order = [depot, *(k for k in range(1, size + 1) if k != depot)]
    full = np.zeros((size, size), dtype=np.int64)
    cells = _cells(_rows(sections, "EDGE_WEIGHT_SECTION", 1))
    for a in range(size):
        for b in range(a):
            full[a, b] = full[b, a] = nearest(next(cells, math.nan) * scale)
    keep = [k - 1 for k in order]
    return full[np.ix_(keep, keep)], order


def _cells(rows: list[list[str]]) -> Iterator[float]:
    return (float(x) for row in rows for x in row)


def _bad(part: str) -> InputError:
    what: Text = say("算例文件缺少 {part}，或其中的数字无法识别。", part=part)
    return InputError(what, say("请核对文件是否为 CVRPLIB 或 Solomon 格式。"), field=part)
