"""``python -m seeds``: write a synthetic district as the Excel files that its offices would send."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from graphcore.domain.errors import DoudiError
from seeds.dirt import dirty, write_dirty
from seeds.files import write_autumn, write_files
from seeds.generate.district import District, generate

AUTUMN = "autumn"  # folder of what comes after a campaign was opened


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m seeds", description="生成合成示范区的表格。")
    parser.add_argument("--households", type=int, default=2000, help="户数，默认 2000")
    parser.add_argument("--townships", type=int, default=12, help="乡镇数，默认 12")
    parser.add_argument("--seed", type=int, default=20260701, help="随机种子，默认 20260701")
    parser.add_argument("--out", type=Path, required=True, help="写到哪个目录")
    parser.add_argument("--dirty", type=int, metavar="LEVEL", help="写成带差错的表格，级别 1 至 3")
    return parser.parse_args(argv)


def _write(district: District, asked: argparse.Namespace) -> list[Path]:
    if asked.dirty is None:
        autumn = write_autumn(district, asked.out / AUTUMN)
        return [*write_files(district, asked.out), *autumn]
    return write_dirty(dirty(district, asked.seed, asked.dirty), asked.out)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files and say in Chinese what was written; 0 if all went well."""
    asked = _arguments(argv)
    try:
        district = generate(asked.households, asked.townships, asked.seed)
        paths = _write(district, asked)
    except DoudiError as error:
        print(f"{error.what}{error.advice or ''}", file=sys.stderr)
        return 2
    for path in paths:
        print(f"已写出 {path}")
    if asked.dirty is not None:
        print(f"差错级别 {asked.dirty}；每一行的真实归属和差错见 {asked.out / 'truth'}")
    households, persons = district["roster"].height, district["members"].height
    print(f"合成示范区：{district.name}，{households} 户、{persons} 人，全部数据均为合成。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
