"""``python -m api.text``: bring the English catalogue up to date with the code.

New messages are added without a translation, messages that are no longer said are dropped. Prints
what is left to translate; exits with 1 while anything is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from api.text import CATALOGUE
from api.text.extract import extract, faults, read_catalogue, update


def main(root: Path = Path(__file__).parents[2], catalogue: Path = CATALOGUE) -> int:
    """Update the catalogue; return the exit code."""
    messages = extract(root)
    added, dropped = update(messages, catalogue)
    left = faults(messages, read_catalogue(catalogue))
    print("\n".join(left))
    print(f"{len(messages.found)} messages, {added} added, {dropped} dropped, {len(left)} faults")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
