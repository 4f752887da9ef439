"""Comparisons of Chinese records: citizen number, name, birth, sex, phone, place, family."""

from __future__ import annotations

from graphcore.domain.text import say
from graphcore.linkage.levels import Comparison, Level, Scheme

# In a name of two characters another character is another person: only longer names may differ.
ONE_CHARACTER = (
    "least(long_l, long_r) >= 3 and abs(long_l - long_r) <= 1"
    " and damerau_levenshtein(name_l, name_r) <= 1"
)
FIRST_PART = "part_l = name_r or part_r = name_l or part_l = part_r"
SHORT = (
    "kin_l = kin_r and ((long_l = 3 and long_r = 2 and contains(name_l, right(name_r, 1)))"
    " or (long_l = 2 and long_r = 3 and contains(name_r, right(name_l, 1))))"
)
NICKNAME = "contains(name_r, nick_l) or contains(name_l, nick_r)"
_NOT_BOTH_VALID = "not (valid_l and valid_r) and abs(length(number_l) - length(number_r)) <= 1"
LOST_TAIL = (
    "left(number_l, 15) = left(number_r, 15)"
    " and (right(number_l, 3) = '000' or right(number_r, 3) = '000')"
)


def _null(*columns: str) -> str:
    return " or ".join(f"{c}_l is null or {c}_r is null" for c in columns)


NAME = Comparison("name", say("姓名"), _null("name"), (
    Level("exact", say("相同"), "name_l = name_r", 0.9, 0.0005, frequent="name"),
    Level("part", say("民族姓名的本名相同"), FIRST_PART, 0.002, 1e-6),
    Level("sound", say("同音"), "key_l = key_r", 0.03, 2e-5),
    Level("character", say("差一个字"), ONE_CHARACTER, 0.02, 0.001),
    Level("short", say("少写一个字"), SHORT, 0.004, 3e-4),
    Level("nick", say("像是称呼"), NICKNAME, 0.004, 1e-5),
    Level("kin", say("只有姓相同"), "kin_l = kin_r", 0.01, 0.035),
    Level("other", say("不同"), "ELSE", 0.002, 0.96),
))  # fmt: skip
NUMBER = Comparison("number", say("证件号码"), _null("number"), (
    Level("exact", say("相同"), "number_l = number_r", 0.94, 1e-9, shared="number"),
    Level("one", say("错一位或两位颠倒"),
          f"({_NOT_BOTH_VALID} and damerau_levenshtein(number_l, number_r) <= 1)", 0.04, 1e-8),
    Level("two", say("错两位"),
          f"({_NOT_BOTH_VALID} and damerau_levenshtein(number_l, number_r) <= 2) or ({LOST_TAIL})",
          0.008, 1e-7),
    Level("other", say("不同"), "ELSE", 0.006, 0.9999),
))  # fmt: skip
BORN = Comparison("born", say("出生日期"), _null("born") + " or number_l = number_r", (
    Level("exact", say("相同"), "born_l = born_r", 0.9, 4e-5),
    Level("near", say("错一位、两位颠倒或只记年份"),
          "damerau_levenshtein(born_l, born_r) <= 1 or (left(born_l, 4) = left(born_r, 4)"
          " and (right(born_l, 4) = '0101' or right(born_r, 4) = '0101'))", 0.06, 0.002),
    Level("year", say("同年"), "left(born_l, 4) = left(born_r, 4)", 0.01, 0.015),
    Level("other", say("不同"), "ELSE", 0.03, 0.983),
))  # fmt: skip
SEX = Comparison("sex", say("性别"), _null("sex") + " or number_l = number_r", (
    Level("exact", say("相同"), "sex_l = sex_r", 0.99, 0.5),
    Level("other", say("不同"), "ELSE", 0.01, 0.5),
))  # fmt: skip
PHONE = Comparison("phone", say("电话"), _null("phone"), (
    Level("exact", say("相同"), "phone_l = phone_r", 0.75, 1e-6, shared="phone"),
    Level("near", say("错一位"), "damerau_levenshtein(phone_l, phone_r) <= 1", 0.02, 1e-6),
    Level("other", say("不同"), "ELSE", 0.23, 0.9999),
))  # fmt: skip
PLACE = Comparison("place", say("住址"), _null("spot"), (
    Level("door", say("同一门牌"), "home_l = home_r", 0.75, 1e-6, shared="home"),
    Level("stair", say("同乡镇、同组同号，村名写法不同"),
          "town_l = town_r and stair_l = stair_r and spot_l != spot_r", 0.003, 1e-5),
    Level("group", say("同一村民小组"), "cluster_l = cluster_r", 0.03, 5e-5),
    Level("village", say("同村"), "spot_l = spot_r", 0.2, 0.01),
    Level("town", say("同乡镇"), "town_l = town_r", 0.015, 0.03),
    Level("other", say("不同"), "ELSE", 0.005, 0.96),
))  # fmt: skip
FAMILY = Comparison("family", say("家庭成员"),
                    "(mates_l is null or mates_r is null) and (persons_l is null or persons_r is null)", (
    Level("two", say("两名以上成员同名"), "len(list_intersect(mates_l, mates_r)) >= 2", 0.45, 1e-7),
    Level("one", say("一名成员同名"), "len(list_intersect(mates_l, mates_r)) = 1", 0.3, 0.001),
    Level("size", say("人数相同"), "persons_l = persons_r", 0.15, 0.25),
    Level("near", say("人数差一"), "abs(persons_l - persons_r) = 1", 0.05, 0.3),
    Level("other", say("不同"), "ELSE", 0.05, 0.45),
))  # fmt: skip

HAN = Scheme(
    "han", 1, (NAME, NUMBER, BORN, SEX, PHONE, PLACE, FAMILY),
    blocks=(("number",), ("phone",), ("home",), ("name", "town"), ("key", "spot"), ("key", "born"),
            ("born", "spot")),
    train_on=(("number",), ("name", "spot")),
    sure=f"name_l = name_r or key_l = key_r or ({FIRST_PART}) or ({ONE_CHARACTER})"
    f" or ({SHORT}) or ({NICKNAME})",
    shipped=True,
)  # fmt: skip
"""The number or the phone alone are rare enough; every other block is of two columns or more."""
