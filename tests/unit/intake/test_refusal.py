from __future__ import annotations

import pytest

from api.usecases.intake.refusal import people_in
from graphcore.exchange.forms.catalogue import BY_CODE


@pytest.mark.parametrize(
    ("form", "cells", "people"),
    [
        ("roster", {"persons": 5}, 5),
        ("roster", {"persons": None}, 1),  # a household whose size could not be read
        ("members", {}, 1),
        ("groups", {}, 1),
        ("headcounts", {"persons": 40}, 40),
        ("headcounts", {"persons": 0}, 1),
        ("lots", {}, 0),
        ("roads", {}, 0),
    ],
)
def test_a_refused_row_counts_the_people_it_speaks_of(
    form: str, cells: dict[str, int | None], people: int
) -> None:
    assert people_in(BY_CODE[form], cells) == people
