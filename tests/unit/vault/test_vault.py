"""Personal records: sealed per subject, bound to their row, gone with their key."""

from __future__ import annotations

import random
import stat
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphcore.domain.errors import SettingsError, StoreDamaged
from graphcore.domain.event import Json
from graphcore.store.vault import Vault, master_key

RECORD: dict[str, Json] = {
    "name": "测试甲",
    "number": "000000199001010000",
    "facts": ["insulin"],
    "age": 36,
}


def vault(master: bytes = b"m" * 32, seed: int = 1) -> Vault:
    return Vault(master, random.Random(seed).randbytes)


def test_what_is_sealed_opens() -> None:
    box = vault()
    key = box.new_key("P-1")
    sealed = box.seal("P-1", key, RECORD)
    assert box.open("P-1", key, sealed) == RECORD
    assert vault(seed=2).open("P-1", key, sealed) == RECORD


def test_the_ciphertext_shows_nothing() -> None:
    box = vault()
    sealed = b64decode(box.seal("P-1", box.new_key("P-1"), RECORD))
    assert "测试甲".encode() not in sealed
    assert b"insulin" not in sealed


def test_one_record_is_sealed_differently_each_time() -> None:
    box = vault()
    key = box.new_key("P-1")
    assert box.seal("P-1", key, RECORD) != box.seal("P-1", key, RECORD)
    assert box.new_key("P-1") != box.new_key("P-1")


def test_a_swapped_row_is_rejected() -> None:
    box = vault()
    keys = {s: box.new_key(s) for s in ("P-1", "P-2")}
    sealed = box.seal("P-1", keys["P-1"], RECORD)
    for subject, key in (("P-2", keys["P-2"]), ("P-1", keys["P-2"]), ("P-2", keys["P-1"])):
        with pytest.raises(StoreDamaged):
            box.open(subject, key, sealed)


def test_a_key_wrapped_for_one_subject_does_not_seal_for_another() -> None:
    box = vault()
    with pytest.raises(StoreDamaged):
        box.seal("P-2", box.new_key("P-1"), RECORD)


def test_another_master_key_opens_nothing() -> None:
    box = vault()
    key = box.new_key("P-1")
    sealed = box.seal("P-1", key, RECORD)
    with pytest.raises(StoreDamaged) as refused:
        vault(b"n" * 32).open("P-1", key, sealed)
    assert "测试甲" not in str(refused.value)


def test_a_destroyed_key_destroys_the_record() -> None:
    box = vault()
    sealed = box.seal("P-1", box.new_key("P-1"), RECORD)
    for key in ("", box.new_key("P-1")):
        with pytest.raises((StoreDamaged, ValueError)):
            box.open("P-1", key, sealed)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(SettingsError):
        vault(b"m" * length)


def test_the_blind_index_finds_equal_values_only() -> None:
    box = vault()
    assert box.index("number", "1101") == vault(seed=9).index("number", "1101")
    assert box.index("number", "1101") != box.index("number", "1102")
    assert box.index("number", "") == ""


def test_the_blind_index_keeps_fields_and_masters_apart() -> None:
    box = vault()
    assert box.index("number", "1101") != box.index("name", "1101")
    assert box.index("number", "1101") != vault(b"n" * 32).index("number", "1101")
    assert box.index("a", "b\x1fc") != box.index("a", "bc")


def test_the_master_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    made = master_key(path, random.Random(1).randbytes)
    assert (len(made), stat.S_IMODE(path.stat().st_mode)) == (32, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert master_key(path, random.Random(2).randbytes) == made


records = st.dictionaries(
    st.text(max_size=8),
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"])), st.integers(), st.booleans(), st.none()
    ),
    max_size=5,
).filter(lambda r: all(k.isprintable() for k in r))


@given(records, st.text("PH-0123", min_size=1, max_size=8), st.integers(0, 2**32))
def test_any_record_opens_as_it_was(record: dict[str, Json], subject: str, seed: int) -> None:
    box = vault(seed=seed)
    key = box.new_key(subject)
    assert box.open(subject, key, box.seal(subject, key, record)) == record


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_flipped_byte_is_found(place: int, mask: int) -> None:
    box = vault()
    key = box.new_key("P-1")
    raw = bytearray(b64decode(box.seal("P-1", key, RECORD)))
    raw[place % len(raw)] ^= mask
    with pytest.raises(StoreDamaged):
        box.open("P-1", key, b64encode(bytes(raw)).decode())
