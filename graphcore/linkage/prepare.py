"""Records become the columns that are compared: one form, nothing that says nothing."""

from __future__ import annotations

import polars as pl

from graphcore.linkage import characters, numbers, places

_NICKNAME = r"^(?:[老小阿大])(\p{Han})$|^(\p{Han})(?:大爷|大妈|大叔|大娘|师傅|婆婆|老师|嫂)$"
_PHONE_DIGITS = 11
_FEWEST_DIGITS = 5
_BEGINNING = 3
_MALE, _FEMALE = ("男", "m", "male", "1"), ("女", "f", "female", "2")
_SEXES = {**dict.fromkeys(_MALE, "m"), **dict.fromkeys(_FEMALE, "f")}

PREPARED = (
    "unique_id", "household", "name", "part", "key", "kin", "nick", "long", "given", "surname", "initials",
    "number", "valid", "born", "sex", "phone", "town", "spot", "cluster", "home", "stair", "street", "suburb",
    "persons", "mates", "head",
)  # fmt: skip


def prepare(records: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that are compared (`PREPARED`), null where nothing is said.

    Args:
        records: see `records.RECORDS`.
    """
    made = _names(records)
    made = _numbers(made)
    made = _places(made)
    made = made.with_columns(_phone(pl.col("phone")).alias("phone")).rename({"id": "unique_id"})
    text = pl.col(pl.String())
    blank = pl.when(text != "").then(text)
    made = made.with_columns(blank.name.keep())
    return _mates(made).select(PREPARED)


def _names(records: pl.DataFrame) -> pl.DataFrame:
    made = _surname_apart(records)
    made = made.with_columns(characters.folded(pl.col("name", "given", "surname")))
    made = made.with_columns(
        characters.simplified(made[c]).alias(c) for c in ("name", "given", "surname")
    )
    dotted = pl.col("name").str.contains("·", literal=True)
    part = pl.when(dotted).then(pl.col("name").str.split("·").list.first()).otherwise(pl.lit(""))
    made = made.with_columns(
        pl.col("name", "given", "surname").str.replace_all("·", "", literal=True), part=part
    )
    nick = pl.col("name").str.extract_groups(_NICKNAME)
    first = pl.col("name").str.slice(0, 1)
    return made.with_columns(
        key=characters.sounds(made["name"]),
        kin=pl.when(pl.col("part") == "").then(first).otherwise(pl.lit("")),
        initials=_initials(),
        nick=pl.coalesce(nick.struct.field("1"), nick.struct.field("2")).fill_null(""),
        long=pl.col("name").str.len_chars().cast(pl.Int64),
    )


def _initials() -> pl.Expr:
    """The first three letters of both names, in order of the alphabet: columns may be crossed."""
    a, b = pl.col("given").str.head(_BEGINNING), pl.col("surname").str.head(_BEGINNING)
    both = (a != "") & (b != "")
    joined = pl.concat_str(pl.min_horizontal(a, b), pl.max_horizontal(a, b), separator="/")
    return pl.when(both).then(joined).otherwise(pl.lit(""))


def _surname_apart(records: pl.DataFrame) -> pl.DataFrame:
    """Given name and surname: where Latin letters stand in one column, its last word is the surname.

    ``name`` is both in the order in which they stand, the surname column first.
    """
    words = pl.col("name").str.strip_chars().str.split(" ")
    latin = pl.col("name").str.contains(r"^[\p{Latin} .'\-]+$") & (pl.col("surname") == "")
    several = latin & (words.list.len() > 1)
    front = words.list.head(words.list.len() - 1).list.join(" ")
    return records.with_columns(
        given=pl.when(several).then(front).otherwise(pl.col("name")),
        surname=pl.when(several).then(words.list.last()).otherwise(pl.col("surname")),
        name=pl.concat_str("surname", "name"),
    )


def _numbers(table: pl.DataFrame) -> pl.DataFrame:
    made = table.with_columns(number=numbers.canonical(numbers.cleaned(pl.col("number"))))
    made = made.with_columns(valid=numbers.holds(pl.col("number")))
    digits = pl.col("born_on").str.replace_all(r"\D", "")
    told = pl.when(digits.str.len_chars() == 8).then(digits).otherwise(pl.lit(""))  # noqa: PLR2004 -- yyyymmdd
    sex = pl.col("sex").str.to_lowercase().str.strip_chars().replace_strict(_SEXES, default="")
    valid = pl.col("valid")
    return made.with_columns(
        born=pl.when(told != "").then(told).when(valid).then(numbers.born(pl.col("number")))
        .otherwise(pl.lit("")),
        sex=pl.when(sex != "").then(sex).when(valid).then(numbers.sex(pl.col("number")))
        .otherwise(pl.lit("")),
    )  # fmt: skip


def _places(table: pl.DataFrame) -> pl.DataFrame:
    made = table.with_columns(
        places.tidy(pl.col("address")), town=places.plain(pl.col("township")),
        _village=places.plain(pl.col("village")),
    )  # fmt: skip
    made = made.with_columns(
        _group=places.group(pl.col("address")), _door=places.door(pl.col("address"))
    )
    made = made.with_columns(
        _group=places.in_digits(made["_group"]), _door=places.in_digits(made["_door"])
    )
    spot = pl.when(pl.col("_village") != "").then(pl.concat_str("town", "_village", separator="/"))
    made = made.with_columns(spot=spot)
    return made.with_columns(
        cluster=pl.when(pl.col("_group") != "").then(pl.concat_str("spot", "_group", separator="/")),
        home=pl.when(pl.col("_door") != "").then(
            pl.concat_str("spot", "_group", "_door", separator="/")),
        stair=pl.when((pl.col("_door") != "") & (pl.col("_group") != "")).then(
            pl.concat_str("_group", "_door", separator="/")),
        street=pl.col("address"), suburb=pl.col("_village"),
    )  # fmt: skip


def _phone(phone: pl.Expr) -> pl.Expr:
    digits = phone.str.normalize("NFKC").str.replace_all(r"\D", "")
    own = pl.when(digits.str.contains(r"^0?86\d{11}$")).then(digits.str.tail(_PHONE_DIGITS))
    return own.when(digits.str.len_chars() >= _FEWEST_DIGITS).then(digits).otherwise(pl.lit(""))


def _mates(table: pl.DataFrame) -> pl.DataFrame:
    """Names of the others of each household, at most a dozen; null where nobody else is listed."""
    empty = pl.lit(None, pl.List(pl.String()))
    if table["household"].is_null().all():
        return table.with_columns(mates=empty)
    lists = table.filter(pl.col("household").is_not_null()).group_by("household").agg(
        _all=pl.col("key").drop_nulls().unique().sort().head(13)
    )  # fmt: skip
    joined = table.join(lists, on="household", how="left", maintain_order="left")
    others = pl.col("_all").list.set_difference(pl.concat_list(pl.col("key").fill_null("")))
    return joined.with_columns(
        mates=pl.when(others.list.len() > 0).then(others).otherwise(empty)
    ).drop("_all")
