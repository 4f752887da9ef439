"""Opens a copy of damaged files as far as they can be read; run in a process of its own.

``python -m graphcore.store.embedded.probe FOLDER`` replays the copy's log up to the damage, folds
it in, writes ``events.log`` anew from the graph, and prints one JSON object: each district's last
event and the number of links that do not verify. With ``--strict`` it opens the copy as the
product would, and prints nothing. The engine may crash here without harm.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

from graphcore.store import chain
from graphcore.store.embedded.engine import EmbeddedStore
from graphcore.store.embedded.eventlog import write_log
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.native import Native
from graphcore.store.unit import Unit


def probe(files: Files) -> dict[str, object]:
    """Salvage the copy in the folder; return what it holds."""
    with closing(Native(files.database, strict=False)) as native:
        if not native.version():
            return {"heads": {}, "faults": 0}
        with native.reading(None) as transaction:
            transaction.begin()
            found = _salvage(Unit(transaction), files)
            transaction.rollback()
        native.checkpoint()
    return found


def _salvage(unit: Unit, files: Files) -> dict[str, object]:
    heads = chain.heads(unit)
    faults = sum(len(chain.verify_chain(unit, district)) for district in sorted(heads))
    write_log(files.log, (e for d in sorted(heads) for e in chain.events(unit, d)))
    return {"heads": heads, "faults": faults}


def main(arguments: list[str]) -> None:
    """Probe the folder that comes last."""
    files = Files(Path(arguments[-1]))
    if "--strict" in arguments:
        EmbeddedStore(files).close()
    else:
        json.dump(probe(files), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
