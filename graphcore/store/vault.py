"""Personal data, encrypted per subject.

Each subject has a key of its own, wrapped by a master key that is kept outside the database
(AES-256-GCM both times; the subject's id is the associated data, so a ciphertext moved to another
row does not open). Destroying the wrapped key destroys the data, backups included. Look-ups go
by a keyed digest (HMAC-SHA-256, the blind index).
"""

from __future__ import annotations

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graphcore.domain.errors import SettingsError, StoreDamaged
from graphcore.domain.event import Json, canonical_json
from graphcore.domain.text import say

_KEY, _NONCE = 32, 12


class Vault:
    """Seals and opens personal records under one master key."""

    def __init__(self, master: bytes, entropy: Callable[[int], bytes]) -> None:
        if len(master) != _KEY:
            raise SettingsError(say("主密钥长度应为 32 字节。"), say("请检查主密钥文件。"))
        self._wrap = AESGCM(hmac.digest(master, b"wrap", "sha256"))
        self._index = hmac.digest(master, b"index", "sha256")
        self._entropy = entropy

    def new_key(self, subject: str) -> str:
        """Return a fresh wrapped key for the subject."""
        nonce = self._entropy(_NONCE)
        key = self._entropy(_KEY)
        return b64encode(nonce + self._wrap.encrypt(nonce, key, subject.encode())).decode()

    def seal(self, subject: str, wrapped_key: str, record: Mapping[str, Json]) -> str:
        """Return the record as ciphertext for the subject."""
        nonce = self._entropy(_NONCE)
        box = AESGCM(self._unwrap(subject, wrapped_key))
        sealed = box.encrypt(nonce, canonical_json(record).encode(), subject.encode())
        return b64encode(nonce + sealed).decode()

    def open(self, subject: str, wrapped_key: str, ciphertext: str) -> dict[str, Json]:
        """Return the record.

        Raises:
            StoreDamaged: the ciphertext is not this subject's, or the master key is another one.
        """
        raw = b64decode(ciphertext)
        box = AESGCM(self._unwrap(subject, wrapped_key))
        plain = _decrypt(box, raw, subject)
        record: dict[str, Json] = json.loads(plain)
        return record

    def index(self, kind: str, value: str) -> str:
        """Return the blind index of a value ("" for ""); ``kind`` keeps the fields apart."""
        if not value:
            return ""
        digest = hmac.digest(self._index, f"{kind}\x1f{value}".encode(), "sha256")
        return b64encode(digest[:15]).decode()

    def _unwrap(self, subject: str, wrapped_key: str) -> bytes:
        return _decrypt(self._wrap, b64decode(wrapped_key), subject)


def _decrypt(box: AESGCM, raw: bytes, subject: str) -> bytes:
    try:
        return box.decrypt(raw[:_NONCE], raw[_NONCE:], subject.encode())
    except InvalidTag as error:
        raise StoreDamaged(
            say("个人信息记录 {subject} 无法解密：主密钥不符或数据被改动。", subject=subject)
        ) from error


def master_key(path: Path, entropy: Callable[[int], bytes]) -> bytes:
    """Read the master key, making it (mode 0600) where there is none yet."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(entropy(_KEY))
            file.flush()
            os.fsync(file.fileno())
        return path.read_bytes()
