"""Money is counted in whole fen; people read yuan."""

from __future__ import annotations

from graphcore.domain.text import Text, say

CASH = "cash"
"""The supply item that stands for money."""
FUND = "ZJ"
"""Code of the account where donated money lies, as a warehouse without a place."""
FEN = "分"
"""The unit of supply items that are money."""
_FEN_A_YUAN = 100


def shown(quantity: int, unit: str | Text) -> tuple[int | str, str | Text]:
    """Return a quantity and its unit as people read them.

    >>> shown(123456, FEN)[0], shown(3, "顶")
    ('1234.56', (3, '顶'))
    """
    if str(unit) != FEN:
        return quantity, unit
    sign = "-" if quantity < 0 else ""
    yuan, fen = divmod(abs(quantity), _FEN_A_YUAN)
    return f"{sign}{yuan}.{fen:02d}", say("元")
