"""Identifiers: minted once and meaningless, or derived from what they name."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable
from enum import StrEnum

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_BYTES = 10
_CHARS = 16


class Kind(StrEnum):
    """The prefix of an identifier, which tells a reader what it names."""

    HOUSEHOLD = "H"
    PERSON = "P"
    DWELLING = "D"
    DISASTER = "X"
    REPORT = "R"
    HEADCOUNT = "HC"
    SHELTER = "SH"
    STAY = "ST"
    STATUS = "HS"
    SOURCE = "S"
    VERSION = "V"
    FILE = "F"
    REFUSED = "RR"
    ORGANIZATION = "O"
    DONOR = "DR"
    DONATION = "DN"
    PROJECT = "PJ"
    WAREHOUSE = "W"
    LOT = "L"
    FLEET = "FL"
    ROAD = "RD"
    NEED = "N"
    REFERRAL = "RF"
    PLAN = "PL"
    LINE = "A"
    SHORTFALL = "SF"
    MOVEMENT = "M"
    EVENT = "E"
    JOB = "J"
    KEY = "K"
    LEDGER = "LE"
    DECISION = "DC"
    SCENARIO = "SC"
    OFFER = "OF"
    BUDGET = "BG"
    RESTOCK = "RP"
    CASE = "CA"
    FUND = "FS"
    ACCOUNT = "BA"
    BATCH = "PB"
    PAYMENT = "PY"
    FINDING = "FN"
    RULING = "RU"
    AID = "AD"
    RUN = "AU"
    TEAM = "TM"
    VOLUNTEER = "VT"
    EQUIPMENT = "EQ"
    TASK = "TK"
    SLOT = "SL"
    CLAIM = "CM"
    ROSTER = "RO"
    ORDER = "OR"
    MATCH = "MT"
    REVIEW = "RV"
    VEHICLE = "VH"
    TRANSFER = "TP"
    HOURS = "AH"
    TRIP = "T"
    STOP = "TS"
    CARGO = "CG"
    BEHIND = "BH"
    RECEIPT = "RC"
    ANNEX = "RA"
    RESPONSE = "RS"
    VERSIONED = "LV"
    NOTICE = "LN"
    SUMMARY = "SU"  # the district's summary that was sent up
    ANSWER = "LA"
    GROUP = "WG"
    SURVEY = "SY"
    CASUALTY = "CY"
    GUARDIAN = "GD"
    APPLICATION = "AP"
    CAMPAIGN = "WC"
    ENTRY = "WE"
    STEP = "WS"
    VISIT = "WV"
    TIE = "CT"
    WATCH = "PW"
    ALLOTMENT = "FA"
    REBUILD = "RB"
    MILESTONE = "RM"
    CHANGE = "CH"
    PIN = "PN"
    LOOKS = "LK"
    CERTIFICATE = "DX"


def _encode(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(5 * (_CHARS - 1), -1, -5))


class IdMint:
    """Mints identifiers from a source of random bytes that is handed in."""

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy

    @classmethod
    def system(cls) -> IdMint:
        """A mint over the operating system's randomness (production)."""
        return cls(secrets.token_bytes)

    @classmethod
    def seeded(cls, seed: int) -> IdMint:
        """A repeatable mint, so that the same input and seed give the same output."""
        return cls(random.Random(seed).randbytes)  # noqa: S311 -- repeatability, not secrecy

    def mint(self, kind: Kind) -> str:
        """Return one new identifier, for example ``H-04ZK…``."""
        return f"{kind}-{_encode(self._entropy(_BYTES))}"

    def many(self, kind: Kind, count: int) -> list[str]:
        """Return ``count`` new identifiers; one draw of entropy for all."""
        raw = self._entropy(_BYTES * count)
        return [f"{kind}-{_encode(raw[i : i + _BYTES])}" for i in range(0, len(raw), _BYTES)]


def derived(kind: Kind, *parts: str | int) -> str:
    """Return the identifier that ``parts`` always give (a need of a household, a source row).

    Never used for households or persons, and never fed with personal data.
    """
    text = "\x1f".join(str(p) for p in parts)
    return f"{kind}-{_encode(hashlib.blake2b(text.encode(), digest_size=_BYTES).digest())}"
