"""``python -m tests.bench NAME [--json] [--set KEY=NUMBER]``: one benchmark.

With ``--json`` the last line of output is one JSON object; without, a table for people.
"""

from __future__ import annotations

import argparse
import importlib
import json

BENCHES = {
    "audits": "audits",
    "bulk-load": "bulk_load",
    "cluster": "cluster",
    "engine-walk": "engine_walk",
    "equality": "equality",
    "growth": "growth",
    "kill": "kill",
    "linkage": "linkage",
    "linkage-large": "linkage_large",
    "linkage-peers": "linkage_peers",
    "looks": "looks",
    "million": "million",
    "peers": "peers",
    "race": "race",
    "replan": "replan",
    "restock": "restock",
    "routing": "routing",
    "volunteers": "volunteers",
}


def main() -> None:
    """Run the named benchmark and print what it measured."""
    args = _arguments()
    if args.list or not args.name:
        _list()
        return
    module = importlib.import_module(f"tests.bench.{BENCHES[args.name]}")
    options = {k: int(v) for k, _, v in (pair.partition("=") for pair in args.set)}
    result: dict[str, object] = module.run(**options)
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    width = max(map(len, result))
    for key, value in result.items():
        print(f"{key:<{width}}  {value}")


def _list() -> None:
    for name, module_name in BENCHES.items():
        module = importlib.import_module(f"tests.bench.{module_name}")
        print(f"{name:<12} {(module.__doc__ or '').splitlines()[0]}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--json", action="store_true", help="last line is one JSON object")
    parser.add_argument("--list", action="store_true", help="name every benchmark")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=NUMBER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
