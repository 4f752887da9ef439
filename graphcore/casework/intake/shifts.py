"""Times of the day as offices write them, and a vehicle's shift."""

from __future__ import annotations

import re

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.domain.text import say

_CLOCK = re.compile(r"(\d{1,2})(?:[:：时点](\d{1,2})?分?)?(?::\d{2})?")
_DAY = 1_440
_LATEST = 2 * _DAY  # a shift may end on the next day: 26:00


def minute(text: str, column: str) -> int | None:
    """Return a time of the day as its minute, None where nothing is written.

    Raises:
        RowUnplaced: it is no time of the day.

    >>> minute("7:30", "starts"), minute("18时", "ends"), minute("", "ends")
    (450, 1080, None)
    """
    if not text:
        return None
    found = _CLOCK.fullmatch(text.strip())
    value = 60 * int(found[1]) + int(found[2] or 0) if found else _LATEST + 1
    if found is None or value > _LATEST or int(found[2] or 0) > 59:  # noqa: PLR2004 -- minutes
        raise RowUnplaced(column, say("看不懂的钟点：{text}", text=text[:20]),
                          say("请写成 07:30 的样子；跨过零点的写 26:00。"))  # fmt: skip
    return value


def shift(cells: Cells) -> Properties:
    """Return what a row tells of a vehicle's weight, shift and convoy; null where it is silent."""
    hours = cells["hours"]
    return {
        "gross_kg": cells["gross_kg"], "starts": minute(cells["starts"], "starts"),
        "ends": minute(cells["ends"], "ends"), "hours": None if hours is None else 60 * hours,
        "convoy": cells["convoy"],
    }  # fmt: skip
