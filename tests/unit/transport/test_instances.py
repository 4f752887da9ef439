"""Readers of published formats, and an instance with a published formula."""

from __future__ import annotations

import pytest

from graphcore.domain.errors import InputError
from optimizer.transport.instances import read_cvrplib, read_solomon

CVRP = """NAME : tiny
COMMENT : made here
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 10
4 1 1
DEMAND_SECTION
1 0
2 7
3 3
4 5
DEPOT_SECTION
1
-1
EOF
"""
EXPLICIT = """NAME : lower
DIMENSION : 3
EDGE_WEIGHT_TYPE : EXPLICIT
EDGE_WEIGHT_FORMAT : LOWER_ROW
CAPACITY : 9
DISTANCE : 40
SERVICE_TIME : 2
VEHICLES : 2
EDGE_WEIGHT_SECTION
5
7 11
DEMAND_SECTION
1 4
2 0
3 6
DEPOT_SECTION
2
-1
EOF
"""
SOLOMON = """TINY1

VEHICLE
NUMBER     CAPACITY
  2         50

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0         0          0          0        230          0
    1      1         1         10        161        171         10
    2      3         4          7         50         60         10
"""


def test_cvrplib_with_coordinates() -> None:
    found = read_cvrplib(CVRP)
    assert found.name == "tiny"
    assert [v.demand for v in found.task.visits] == [(7,), (3,), (5,)]
    assert found.task.cost[0].tolist()[0] == [0, 5, 10, 1]
    assert len(found.task.carriers) == 3


def test_cvrplib_with_explicit_distances_and_another_depot() -> None:
    task = read_cvrplib(EXPLICIT).task
    assert task.cost[0].tolist() == [[0, 5, 11], [5, 0, 7], [11, 7, 0]]
    assert [(v.id, v.demand, v.service) for v in task.visits] == [("1", (4,), 2), ("3", (6,), 2)]
    assert [c.hours for c in task.carriers] == [40, 40]


def test_solomon_cuts_distances_off_after_one_digit() -> None:
    found = read_solomon(SOLOMON)
    assert found.name == "TINY1"
    assert found.task.minutes[0].tolist()[0] == [0, 14, 50]
    first = found.task.visits[0]
    assert (first.earliest, first.latest, first.service) == (1610, 1710, 100)
    assert [(c.end, c.capacity) for c in found.task.carriers] == [(2300, (50,))] * 2


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (CVRP.replace("CAPACITY : 10", ""), "CAPACITY"),
        (CVRP.replace("DIMENSION : 4", "DIMENSION : x"), "DIMENSION"),
        (CVRP.replace("2 3 4", "2 3"), "NODE_COORD_SECTION"),
        (CVRP.replace("EUC_2D", "GEO"), "EDGE_WEIGHT_TYPE"),
        (CVRP.replace("DEMAND_SECTION", "OTHER_SECTION"), "DEMAND_SECTION"),
    ],
)
def test_a_broken_cvrplib_text_names_the_part(text: str, part: str) -> None:
    with pytest.raises(InputError) as refused:
        read_cvrplib(text)
    assert refused.value.field == part


@pytest.mark.parametrize("text", ["", SOLOMON.split("CUSTOMER", maxsplit=1)[0]])
def test_a_broken_solomon_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_solomon(text)
