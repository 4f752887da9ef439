"""Louveaux and Smeers's investments in electricity, written out from their published definition.

F. V. Louveaux and Y. Smeers (1988), "Optimal investments for electricity generation: a stochastic
model and a test problem": four technologies, three modes of demand, the first one random. As SMPS
files (core, time, stochastic part); the published optimum is 381.853.
"""

from __future__ import annotations

PLANTS = (10, 7, 16, 6)
RUNNING = ((40, 24, 4), (45, 27, 4.5), (32, 19.2, 3.2), (55, 33, 5.5))
KNOWN = 381.8533333

TIME = "TIME LANDS\nPERIODS\n    X1        CAP       PERIOD1\n    Y11       USE1      PERIOD2\nENDATA\n"
BLOCKS = (
    "STOCH LANDS\nBLOCKS        DISCRETE\n"
    " BL BLOCK1    PERIOD2       0.3\n    RHS       DEM1      3.0\n"
    " BL BLOCK1    PERIOD2       0.4\n    RHS       DEM1      5.0\n"
    " BL BLOCK1    PERIOD2       0.3\n    RHS       DEM1      7.0\nENDATA\n"
)
INDEP = (
    "STOCH LANDS\n* one by one\nINDEP         DISCRETE\n"
    "    RHS       DEM1      3.0       0.3\n    RHS       DEM1      5.0       0.4\n"
    "    RHS       DEM1      7.0       0.3\nENDATA\n"
)


def core() -> str:
    """The mean problem as an MPS file."""
    lines = ["NAME          LANDS", "ROWS", " N  OBJ", " G  CAP", " L  BUDGET"]
    lines += [f" L  USE{i}" for i in range(1, 5)] + [f" G  DEM{j}" for j in range(1, 4)]
    lines += ["COLUMNS"]
    cells: list[tuple[str, str, float]] = []
    for i, price in enumerate(PLANTS, 1):
        cells += [(f"X{i}", row, value) for row, value in
                  (("OBJ", price), ("CAP", 1), ("BUDGET", price), (f"USE{i}", -1))]  # fmt: skip
    for i, prices in enumerate(RUNNING, 1):
        for j, cost in enumerate(prices, 1):
            cells += [(f"Y{i}{j}", row, value) for row, value in
                      (("OBJ", cost), (f"USE{i}", 1), (f"DEM{j}", 1))]  # fmt: skip
    lines += [f"    {column:<8}  {row:<8}  {value}" for column, row, value in cells]
    right = {"CAP": 12, "BUDGET": 120, "DEM1": 5, "DEM2": 3, "DEM3": 2}
    lines += ["RHS"] + [f"    RHS       {row:<8}  {value}" for row, value in right.items()]
    return "\n".join([*lines, "ENDATA", ""])
