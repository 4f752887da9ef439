"""Personal records are opened in few places, and shown through one."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
OPENERS = {  # who opens records, and why that shows them to nobody
    "api/usecases/privacy/records.py",  # for `looking`, which records the look
    "api/usecases/intake/saving.py",  # to write what a file adds
    "api/usecases/comparison/sides.py",  # for the matcher; `review` records what it shows
    "api/usecases/planning/snapshot.py",  # facts of health, for needs
    "api/usecases/privacy/sealing.py",  # to keep what a record held beside what is added
    "api/usecases/review.py",  # why a pair was decided
}
RECORDS = {  # who may ask for opened records
    "api/usecases/privacy/looking.py", "api/usecases/privacy/person.py",
    "api/usecases/privacy/notices.py",
}  # fmt: skip


def those_with(*words: str) -> set[str]:
    """Modules of the product that hold one of the words."""
    found = set()
    for folder in ("api", "graphcore", "optimizer", "seeds"):
        for path in (ROOT / folder).rglob("*.py"):
            if any(w in path.read_text("utf-8") for w in words):
                found.add(str(path.relative_to(ROOT)))
    return found


def test_nobody_else_opens_a_record() -> None:
    assert those_with("vault.open(") == OPENERS


def test_opened_records_go_to_those_who_record_the_look() -> None:
    assert those_with("privacy.records import") == RECORDS
