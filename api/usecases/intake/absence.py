"""Who a later file no longer names: listed for decision, never dropped."""

from __future__ import annotations

from api.usecases.intake.binding import Bound
from api.usecases.intake.world import Look

_ROLLS = frozenset({"roster", "members", "ledger", "houses", "groups", "lots", "donations"})


def find(bound: Bound, seen: Look) -> list[str]:
    """Return ids of earlier records that this file should hold again and does not.

    A file is a later version of an earlier one where it repeats at least half of the rows that
    one form of it had from the same source; less overlap is another office's list.
    """
    gone = []
    for form in sorted({s.form for s in bound.sources.values()} & _ROLLS):
        mine = {key for key, s in bound.sources.items() if s.form == form}
        earlier = {key for key, r in seen.sources.items() if r["form"] == form}
        kept = mine & earlier
        if len(kept) * 2 >= max(1, min(len(mine), len(earlier))):
            same_source = {str(seen.sources[k]["source"]) for k in kept}
            gone += [
                key for key in sorted(earlier - mine)
                if seen.sources[key]["absent_since"] == ""
                and seen.sources[key]["source"] in same_source
            ]  # fmt: skip
    return gone
