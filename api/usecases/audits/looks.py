"""The log of looks verifies, and holds what its anchors in the audit chain say."""

from __future__ import annotations

import json

from api.usecases.audits.finding import Evidence, Finding
from api.usecases.context import Context
from api.usecases.privacy.anchors import ANCHORED
from graphcore.domain.errors import StoreDamaged
from graphcore.domain.event import Event
from graphcore.domain.text import say
from graphcore.store.chain import broken_links

_RULE = "looks"


def looks_hold(ctx: Context, e: Evidence) -> list[Finding]:
    """Every link of the looks holds, and every anchored one is there unchanged."""
    anchors = [json.loads(x.canonical)["body"] for x in e.events if x.type == ANCHORED]
    try:
        looks = list(ctx.looks.looks())
    except StoreDamaged as damage:
        return [Finding(_RULE, "", damage.what)]
    faults, _head = broken_links(looks)
    found = [Finding(_RULE, f"{f.district}/{f.seq}", f.what) for f in faults]
    return found + [Finding(_RULE, f"{a['chain']}/{a['seq']}", _GONE) for a in anchors
                    if not _there(looks, a)]  # fmt: skip


_GONE = say("审计链中留存的查看记录摘要与现有查看记录不符：记录被删改、截短或换过。")


def _there(looks: list[Event], anchor: dict[str, object]) -> bool:
    at = int(str(anchor["seq"]))
    if not 0 < at <= len(looks):
        return False
    event = looks[at - 1]
    return (event.district, event.hash) == (anchor["chain"], anchor["hash"])
