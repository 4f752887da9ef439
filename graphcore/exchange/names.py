"""Names of sheets that Excel accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names that are valid and differ, also by more than case, in the same order."""
    made: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        base = _FORBIDDEN.sub(" ", name).strip().strip("'")[:MOST] or "表"
        candidate, n = base, 2
        while candidate.lower() in taken:
            candidate = f"{base[: MOST - len(str(n)) - 1]} {n}"
            n += 1
        taken.add(candidate.lower())
        made.append(candidate)
    return made
