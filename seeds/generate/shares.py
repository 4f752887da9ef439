"""Published figures that shape the synthetic people, each with its source and year.

Figures marked "approximate" are rounded or remembered ones, good for a demonstration district and
for nothing else; docs/SEEDS.md says what each was used for.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.household import MedicalFact

# Seventh national census (2020): 494.16 million family households of 1,292.81 million people, 2.62
# a household. Shares of households with 1 to 7 people; 6 and 7+ split approximately.
HOUSEHOLD_SIZES: tuple[float, ...] = (0.2539, 0.2968, 0.2099, 0.1317, 0.0617, 0.0306, 0.0154)
MEAN_SIZE = 2.62

# Seventh national census (2020): 0-14 17.95%, 15-59 63.35%, 60 and over 18.70%.
UNDER_15, FROM_60 = 0.1795, 0.1870

# Ministry of Civil Affairs, quarterly statistics, end of 2023 (approximate): minimum living
# allowance 6.6 million urban and 34.0 million rural people of 1,409.67 million.
MINIMUM_LIVING = 0.029
# The same: extreme-poverty support 4.4 million rural and 0.4 million urban people (approximate).
EXTREME_POVERTY = 0.0034
# China Disabled Persons' Federation, end of 2010: 85.02 million, 6.3% of people, by age (the split
# by age is approximate: second national sample survey, 2006).
DISABLED_BY_AGE: Mapping[str, float] = {"child": 0.016, "adult": 0.038, "elder": 0.19}
# Ministry of Civil Affairs (2018): 6.97 million left-behind children; about 16 million left-behind
# elders (2016), both approximate and of rural people.
LEFT_BEHIND_CHILD, LEFT_BEHIND_ELDER = 0.008, 0.025
# Ministry of Civil Affairs (2022), approximate: 158 thousand orphans, 370 thousand children whom
# nobody in fact brings up. Children in difficulty as defined in 2016 (国发〔2016〕36号): assumed.
ORPHAN, DE_FACTO_ORPHAN, CHILD_IN_DIFFICULTY = 0.0001, 0.00027, 0.002
# Roughly 8 per 10,000 people have no fixed abode and come back to the rescue stations: assumed.
VAGRANT = 0.0004

# Share of all people with a medical fact; assumed from orders of magnitude in national reports
# (dialysis: about 0.9 to 1.2 million patients, 2022-2023; births: 9.02 million, 2023).
FACTS: Mapping[MedicalFact, float] = {
    MedicalFact.DIALYSIS: 0.0008,
    MedicalFact.OXYGEN: 0.0015,
    MedicalFact.INSULIN: 0.0080,
    MedicalFact.PREGNANT: 0.0055,
    MedicalFact.INFANT_FEEDING: 0.0080,
    MedicalFact.MOBILITY: 0.0180,
    MedicalFact.DIET: 0.0040,
}

# Surveyed or reported shares of the demonstration flood: assumed, see docs/SEEDS.md.
UNKNOWN_SHARE = 0.065
DOTTED_SHARE = 0.003
