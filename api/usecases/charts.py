"""Small charts of a curve: SVG for a page, block characters for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

Series = tuple[str, Sequence[tuple[float, float]]]
"""A name with (x, y) points, both in 0..1."""

WIDTH, HEIGHT, EDGE = 480, 280, 44
COLOURS = ("#1b6ca8", "#c8553d")
BAR = 40


def svg(title: str, across: str, up: str, series: Sequence[Series]) -> str:
    """Return an SVG line chart; both axes are percent, the upright one cut to where lines are."""
    ys = [y for _, points in series for _, y in points] or [0.0, 1.0]
    low, high = min(ys), max(ys)
    high = high if high > low else low + 0.01
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{EDGE}" y="16" font-size="13">{escape(title)}</text>',
        f'<path d="M{EDGE} {EDGE - 10}V{HEIGHT - EDGE}H{WIDTH - 10}" fill="none" stroke="#555"/>',
        f'<text x="{WIDTH - 10}" y="{HEIGHT - 6}" text-anchor="end">{escape(across)}</text>',
        f'<text x="4" y="30">{escape(up)}</text>',
    ]
    for share in (0.0, 0.5, 1.0):
        x, y = _x(share), _y(low + share * (high - low), low, high)
        parts.append(
            f'<text x="{x}" y="{HEIGHT - EDGE + 14}" text-anchor="middle">{share:.0%}</text>'
        )
        parts.append(
            f'<text x="{EDGE - 4}" y="{y}" text-anchor="end">{low + share * (high - low):.1%}</text>'
        )
    for n, (name, points) in enumerate(series):
        parts += _line(n, name, points, low, high)
    return "\n".join([*parts, "</svg>", ""])


def _line(
    n: int, name: str, points: Sequence[tuple[float, float]], low: float, high: float
) -> list[str]:
    colour = COLOURS[n % len(COLOURS)]
    at = [(_x(x), _y(y, low, high)) for x, y in points]
    path = " ".join(f"{x},{y}" for x, y in at)
    dots = [f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in at]
    legend = f'<text x="{EDGE + 8}" y="{HEIGHT - EDGE - 8 - 14 * n}" fill="{colour}">{escape(name)}</text>'
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        legend,
    ]


def _x(share: float) -> float:
    return round(EDGE + share * (WIDTH - EDGE - 16), 1)


def _y(value: float, low: float, high: float) -> float:
    top, bottom = EDGE - 4, HEIGHT - EDGE
    return round(bottom - (value - low) / (high - low) * (bottom - top), 1)


def bar(value: float, low: float, high: float, width: int = BAR) -> str:
    """Return a bar of block characters for a value between two bounds."""
    share = 1.0 if high <= low else (value - low) / (high - low)
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    rest: str = ("", *"▏▎▍▌▋▊▉")[eighths % 8]
    return "█" * (eighths // 8) + rest


__all__ = ["Series", "bar", "svg"]
