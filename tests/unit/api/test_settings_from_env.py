"""Settings: from the environment, checked, never repeating a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings
from graphcore.domain.errors import SettingsError

NEO4J = {"DOUDI_ENGINE": "neo4j", "DOUDI_NEO4J_URI": "neo4j://h", "DOUDI_NEO4J_PASSWORD": "geheim"}


def test_nothing_set_is_the_embedded_engine_at_home() -> None:
    settings = Settings.from_env({})
    assert (settings.engine, settings.district, settings.lang) == ("embedded", "", "zh")
    assert settings.database == Path(".doudi/graph")
    assert settings.master_key_file == Path(".doudi/keys/master.key")
    assert settings.looks == Path(".doudi/looks.log")


def test_every_variable_is_read() -> None:
    settings = Settings.from_env({
        **NEO4J, "DOUDI_HOME": "/d", "DOUDI_DISTRICT": "330402", "DOUDI_LANG": "en",
        "DOUDI_NEO4J_USER": "u", "DOUDI_NEO4J_DATABASE": "db", "DOUDI_RULES": "/a:/b",
        "DOUDI_MASTER_KEY_FILE": "/k", "DOUDI_LOOKS": "/l",
    })  # fmt: skip
    assert settings.model_dump(mode="json", exclude={"neo4j_password"}) == {
        "home": "/d", "engine": "neo4j", "neo4j_uri": "neo4j://h", "neo4j_user": "u",
        "neo4j_database": "db", "district": "330402", "lang": "en", "master_key_file": "/k",
        "looks": "/l",
        "rules": ["/a", "/b"],
    }  # fmt: skip
    assert settings.neo4j_password.get_secret_value() == "geheim"
    assert "geheim" not in repr(settings)


def test_the_command_line_wins_and_an_empty_variable_is_none() -> None:
    settings = Settings.from_env({"DOUDI_HOME": "/env", "DOUDI_DISTRICT": ""}, home=Path("/cli"))
    assert (settings.home, settings.district) == (Path("/cli"), "")


@pytest.mark.parametrize(
    ("environ", "field"),
    [
        ({"DOUDI_ENGINE": "sqlite"}, "DOUDI_ENGINE"),
        ({"DOUDI_DISTRICT": "33040"}, "DOUDI_DISTRICT"),
        ({"DOUDI_DISTRICT": "3304021"}, "DOUDI_DISTRICT"),
        ({"DOUDI_DISTRICT": "３３０４０２"}, "DOUDI_DISTRICT"),
        ({**NEO4J, "DOUDI_NEO4J_URI": ""}, "DOUDI_NEO4J_URI"),
        ({**NEO4J, "DOUDI_NEO4J_PASSWORD": ""}, "DOUDI_NEO4J_PASSWORD"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(environ: dict[str, str], field: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ)
    assert refused.value.field == field
    assert "sqlite" not in str(refused.value) + repr(refused.value.__cause__)
