"""Which language a caller reads: `Accept-Language`, Chinese by default."""

from __future__ import annotations

from api.text import Lang


def of_header(header: str) -> Lang:
    """Return the first of Chinese and English by the caller's weights (RFC 9110, 12.5.4)."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in header.split(","):
        tag, _, rest = part.strip().partition(";")
        weight = _weight(rest)
        lang = _known(tag)
        if lang is not None and weight > best[0]:
            best = (weight, lang)
    return best[1]


def _known(tag: str) -> Lang | None:
    primary = tag.strip().lower().split("-")[0]
    return "en" if primary == "en" else "zh" if primary in ("zh", "*") else None


def _weight(rest: str) -> float:
    name, _, value = rest.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
