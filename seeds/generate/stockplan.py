"""The stock of the demonstration: of each item some lots, sized as a share of what is needed.

Scarce on purpose, each item in its own way: tents are short and the rest of them is not ours; beds
lie where vans are few or wait for inspection; special-diet food and diapers exist only as designated gifts; some water
arrives tomorrow, some food has expired; oxygen comes late. Water and food are enough for most.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphcore.domain.household import HardshipGroup
from graphcore.domain.supply import Hold

DEPOT, FRONT, SECOND, CITY, CROSS, HOTEL = range(6)  # warehouses, see supply.warehouses

LOCAL, PREFECTURE, RED_CROSS = "local", "prefecture", "red_cross"


@dataclass(frozen=True, slots=True)
class Gift:
    """A donation: designated to the hardest-hit townships, to groups, to a use, or to nobody."""

    townships: int = 0  # to how many of the hardest-hit townships
    groups: tuple[HardshipGroup, ...] = ()
    consent: bool | None = None  # to use it elsewhere
    purpose: str = ""
    uses: tuple[str, ...] = ()  # what it is for, see the form's USE_WORDS
    surplus: bool | None = None  # what its purpose leaves over may go elsewhere


@dataclass(frozen=True, slots=True)
class Spec:
    """One lot: ``share`` of the need of ``of`` (the item itself); dates as offsets from the day."""

    item: str
    share: float
    warehouse: int
    arrives: int | None = None
    expires: int | None = None
    hold: Hold = Hold.NONE
    owner: str = LOCAL
    authority: str = LOCAL
    gift: Gift | None = None
    of: str = ""  # the item that it stands in for, if it is a substitute


G = HardshipGroup
ANYONE = Gift(purpose="受灾群众基本生活")

PLAN: tuple[Spec, ...] = (
    Spec("water", 0.53, DEPOT, expires=300),
    Spec("water", 0.22, FRONT, expires=210),
    Spec("water", 0.14, SECOND, expires=160),
    Spec("water", 0.12, DEPOT, arrives=1, expires=330),
    Spec("water", 0.10, SECOND, expires=-12),
    Spec("water", 0.08, DEPOT, expires=200, gift=ANYONE),
    Spec("water", 0.10, CROSS, expires=240, owner=RED_CROSS, authority=RED_CROSS),
    Spec("instant_food", 0.50, DEPOT, expires=140),
    Spec("instant_food", 0.20, FRONT, expires=90),
    Spec("instant_food", 0.12, SECOND, expires=45),
    Spec("instant_food", 0.10, DEPOT, expires=0),
    Spec("instant_food", 0.09, DEPOT, expires=-40),
    Spec("instant_food", 0.08, SECOND, expires=120, gift=ANYONE),
    Spec("instant_food", 0.08, DEPOT, expires=100,
         gift=Gift(townships=2, consent=False, purpose="定向重灾乡镇")),
    Spec("instant_food", 0.15, CITY, expires=180, owner=PREFECTURE, authority=PREFECTURE),
    Spec("infant_formula", 1.00, DEPOT, expires=260),
    Spec("infant_formula", 0.25, FRONT, expires=70,
         gift=Gift(townships=1, consent=False, purpose="婴幼儿")),
    Spec("diapers", 0.60, DEPOT, gift=Gift(townships=3, consent=False, purpose="婴幼儿")),
    Spec("special_diet_food", 0.90, DEPOT, expires=150,
         gift=Gift(groups=(G.DISABLED, G.EXTREME_POVERTY), consent=False, purpose="特殊膳食")),
    Spec("water_tablets", 1.30, DEPOT, expires=500),
    Spec("water_tablets", 0.40, FRONT, expires=500),
    Spec("first_aid_kit", 1.00, DEPOT, expires=400),
    Spec("tent", 0.35, DEPOT),
    Spec("tent", 0.20, FRONT),
    Spec("tent", 0.25, CITY, owner=PREFECTURE, authority=PREFECTURE),
    Spec("tent", 0.15, DEPOT, hold=Hold.DAMAGED),
    Spec("folding_bed", 0.15, DEPOT),
    Spec("folding_bed", 0.45, SECOND),
    Spec("folding_bed", 0.25, DEPOT, hold=Hold.INSPECTION),
    Spec("quilt", 0.50, DEPOT),
    Spec("quilt", 0.22, FRONT),
    Spec("quilt", 0.12, SECOND,
         gift=Gift(groups=(G.MINIMUM_LIVING, G.EXTREME_POVERTY), consent=True, purpose="困难群众")),
    Spec("quilt", 0.12, DEPOT, hold=Hold.FROZEN),
    Spec("quilt", 0.15, CITY, owner=PREFECTURE),
    Spec("flashlight", 0.60, DEPOT),
    Spec("flashlight", 0.25, SECOND, owner=LOCAL, authority=PREFECTURE),
    Spec("hygiene_kit", 0.55, DEPOT, expires=700),
    Spec("hygiene_kit", 0.35, CROSS, owner=RED_CROSS, authority=RED_CROSS, gift=ANYONE),
    Spec("medicine_kit", 0.66, DEPOT, expires=220),
    Spec("medicine_kit", 0.28, FRONT, expires=130),
    Spec("medicine_kit", 0.10, SECOND, expires=-3),
    Spec("insulin", 0.80, DEPOT, expires=25),
    Spec("insulin", 0.30, DEPOT, arrives=1, expires=60),
    Spec("oxygen_cylinder", 0.80, DEPOT),
    Spec("oxygen_cylinder", 0.40, DEPOT, arrives=2),
    Spec("rice", 1.00, DEPOT, expires=260),
    Spec("winter_coat", 1.00, SECOND),
    Spec("water_treatment_set", 0.03, DEPOT, expires=700, of="water"),
    Spec("hotel_night", 1.20, HOTEL, of="tent"),
    Spec("first_aid_kit", 0.40, DEPOT, expires=500,
         gift=Gift(townships=1, consent=False, surplus=True, purpose="重灾乡镇急救")),
)  # fmt: skip
"""A prefecture's lot whose authority is LOCAL is ours to dispatch; the reverse is not."""
