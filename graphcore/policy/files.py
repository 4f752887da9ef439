"""Reads rule files: YAML to models, folder upon folder, with errors that name file and key."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from graphcore.domain.errors import PolicyError
from graphcore.domain.text import say
from graphcore.policy.model import RuleFile

SHIPPED = Path(__file__).parent / "rules"
_SECTIONS = ("parameters", "items", "needs", "referrals", "stages", "benefits", "programmes",
             "pairs", "substitutions", "kits", "fast_tracks")  # fmt: skip


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; a double key is an error, not the last one's silent win."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key given twice: {key.value}", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_layers(folders: Sequence[Path]) -> list[RuleFile]:
    """Return one merged layer for the shipped rules and one for each folder, in order.

    Raises:
        PolicyError: a folder or file is missing or unreadable, or a key is unknown or doubled.
    """
    return [_layer(folder) for folder in (SHIPPED, *folders)]


def _layer(folder: Path) -> RuleFile:
    if not folder.is_dir():
        raise PolicyError(
            say("规则目录不存在：{name}", name=folder.name),
            say("请检查设置中的规则目录（DOUDI_RULES）。"), field="rules",
        )  # fmt: skip
    merged = RuleFile()
    for path in sorted(folder.glob("*.yaml")):
        merged = _add(merged, _read(path), path)
    return merged


def _add(into: RuleFile, more: RuleFile, path: Path) -> RuleFile:
    changes: dict[str, object] = {}
    for section in _SECTIONS:
        old, new = getattr(into, section), getattr(more, section)
        double = sorted(set(old) & set(new))
        if double:
            raise PolicyError(
                say("规则文件 {file}：{name} 在同一目录中出现两次。", file=path.name, name=double[0]),
                say("请只保留一处；不同时期的数值写在同一条目的 values 下。"), field=section,
            )  # fmt: skip
        changes[section] = old | new
    return into.model_copy(update=changes | {"scope": more.scope or into.scope})


def _read(path: Path) -> RuleFile:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a SafeLoader
        return RuleFile.model_validate(raw or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PolicyError(
            say("规则文件 {file} 的 {where} 不正确：{why}", file=path.name, where=where,
                why=first["msg"]),
            say("请对照 docs/POLICY.md 改正该项。"), field=where,
        ) from error  # fmt: skip
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise PolicyError(
            say("规则文件 {file} 无法读取：{why}", file=path.name, why=str(error)),
            say("请检查文件是否为 UTF-8 编码的 YAML，缩进是否一致。"), field=path.name,
        ) from error  # fmt: skip
