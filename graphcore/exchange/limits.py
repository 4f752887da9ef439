"""How much of a file is opened at all: limits are parameters, with defaults."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes past which a file is refused before it is opened.

    A district has some 100,000 households, a workbook of them about 60 MiB unpacked: the defaults
    leave room for twice that.
    """

    file_bytes: int = 256 * MIB  # on disk
    unpacked_bytes: int = 512 * MIB  # all members of the workbook together
    ratio: int = 200  # of one member, unpacked over packed, once it is ``ratio_from`` or larger
    ratio_from: int = 8 * MIB
    members: int = 2_000
    rows: int = 200_000  # of one sheet
    cells: int = 5_000_000  # rows times columns of one sheet
    header_within: int = 30  # the header is sought in this many first rows


DEFAULT_LIMITS = Limits()
"""The limits of the command line and the server."""
