"""Configuration: read from the environment once, checked, then handed around as a value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from api.text import Lang, pick_language
from graphcore.domain.errors import SettingsError
from graphcore.domain.text import say

PREFIX = "DOUDI_"


class Settings(BaseModel):
    """Everything that may differ between two installations.

    Each field is the environment variable ``DOUDI_<FIELD>``, see docs/API.md.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Path(".doudi")
    engine: Literal["embedded", "neo4j"] = "embedded"
    neo4j_uri: str = ""
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr = SecretStr("")
    neo4j_database: str = "neo4j"
    district: str = Field(default="", pattern=r"^([0-9]{6})?$")
    lang: Lang = "zh"
    master_key_file: Path = Path()
    looks: Path = Path()
    rules: tuple[Path, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.master_key_file == Path():
            object.__setattr__(self, "master_key_file", self.home / "keys" / "master.key")
        if self.looks == Path():
            object.__setattr__(self, "looks", self.home / "looks.log")
        return self

    @property
    def database(self) -> Path:
        """The embedded engine's file."""
        return self.home / "graph"

    @classmethod
    def from_env(cls, environ: Mapping[str, str], **overrides: object) -> Settings:
        """Read the settings from an environment; ``overrides`` (the command line) win.

        Raises:
            SettingsError: a value is wrong, or one that the engine needs is missing. The message
                names the variable and never repeats its value.
        """
        given: dict[str, object] = {
            name: environ[PREFIX + name.upper()]
            for name in cls.model_fields
            if environ.get(PREFIX + name.upper())
        }
        given["lang"] = pick_language(None, environ)
        if "rules" in given:
            given["rules"] = [Path(p) for p in str(given["rules"]).split(":") if p]
        given.update({name: value for name, value in overrides.items() if value is not None})
        return _checked(given)


def _checked(given: Mapping[str, object]) -> Settings:
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        name = PREFIX + ".".join(str(part) for part in error.errors()[0]["loc"]).upper()
        raise SettingsError(
            say("环境变量 {name} 的值不合要求。", name=name),
            say("可用的取值见 docs/API.md 的“配置”一节。"),
            field=name,
        ) from None
    if settings.engine == "neo4j":
        _require(settings.neo4j_uri, "NEO4J_URI")
        _require(settings.neo4j_password.get_secret_value(), "NEO4J_PASSWORD")
    return settings


def _require(value: str, name: str) -> None:
    if not value:
        raise SettingsError(
            say("使用 Neo4j 时必须设置环境变量 {name}。", name=PREFIX + name),
            say("请设置后重试，或设 DOUDI_ENGINE=embedded 使用内置引擎。"),
            field=PREFIX + name,
        )
