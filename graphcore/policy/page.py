"""docs/STANDARDS.md, written from the shipped rules; ``python -m`` writes it anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphcore.policy.model import Dated
from graphcore.policy.rulebook import Rulebook, load

_HEAD = """# Standards, deadlines and rules in force

Generated from `graphcore/policy/rules/*.yaml` by `python -m graphcore.policy.page`; a district's own
folder (see [POLICY.md](POLICY.md)) goes over these. **status**: `statutory`, the cited text says the
figure; `local`, a local rule says it; `illustrative`, sensible, to be replaced. Money is in fen.
"""


def page(rules: Rulebook) -> str:
    """Return the page: benefits, stages, fast tracks, the compatibility matrix, parameters."""
    parts = (_stages, _benefits, _tracks, _pairs, _parameters)
    return "\n".join([_HEAD, *("\n".join(part(rules)) + "\n" for part in parts)])


def _table(head: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(c) for c in row)} |"


def _cell(value: object) -> str:
    text = (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )
    return text.replace("|", "\\|").replace("\n", " ")


def _when(figure: Dated) -> tuple[str, str, str, str, str]:
    days = f"{figure.since.isoformat()} –{f' {figure.until.isoformat()}' if figure.until else ''}"
    level = figure.level.value if figure.level else ""
    return days, figure.region or "everywhere", level, figure.status.value, figure.cites


_DATED = ("in force", "region", "level", "status", "cites")


def _stages(rules: Rulebook) -> Iterator[str]:
    yield "## Stages\n"
    rows = sorted(rules.stages.items(), key=lambda pair: pair[1].order)
    yield from _table(("stage", "name", "bureau", "length", "beside the others"), (
        (f"`{code}`", f"{s.name} ({s.english})", s.owner, f"`{s.days}`" if s.days else "open",
         "yes" if s.parallel else "") for code, s in rows
    ))  # fmt: skip


def _benefits(rules: Rulebook) -> Iterator[str]:
    yield "## Benefits in money\n"
    yield from _table(
        ("benefit", "name", "stage", "fen", "per", "papers", "then", *_DATED),
        ((f"`{code}`", b.name, f"`{b.stage}`", f"{v.fen:,}" if v.fen else "by decision", b.per.value,
          "、".join(b.papers), "、".join(f"`{n}`" for n in (b.next, *b.also) if n), *_when(v))
         for code, b in rules.benefits.items() for v in b.values),
    )  # fmt: skip


def _tracks(rules: Rulebook) -> Iterator[str]:
    yield "## Fast tracks\n"
    yield from _table(
        ("fast track", "benefit", "groups", "steps waived", "papers waived", "papers postponed", "by",
         *_DATED),
        ((t.title, f"`{t.benefit}`", "、".join(g.value for g in t.groups), "、".join(v.steps),
          "、".join(v.waived), f"{'、'.join(v.postponed)} ({v.papers_days} days)" if v.postponed else "",
          v.by, *_when(v))
         for t in rules.fast_tracks.values() for v in t.values),
    )  # fmt: skip


def _pairs(rules: Rulebook) -> Iterator[str]:
    yield "## Compatibility\n"
    yield from _table(("pair", "one need may get both", *_DATED), (
        (p.title, "yes" if v.allowed else "no", *_when(v))
        for p in rules.pairs.values() for v in p.values
    ))  # fmt: skip


def _parameters(rules: Rulebook) -> Iterator[str]:
    yield "## Parameters\n"
    named = {name: rule for layer in rules.layers for name, rule in layer.parameters.items()}
    yield from _table(("parameter", "what", "value", *_DATED), (
        (f"`{name}`", rule.title, v.model_dump(mode="json")["value"], *_when(v))
        for name, rule in sorted(named.items()) for v in rule.values
    ))  # fmt: skip


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(load()), encoding="utf-8")
