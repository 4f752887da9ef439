"""The zip package of a workbook: refused before anything large is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphcore.domain.text import say
from graphcore.exchange.container import refuse
from graphcore.exchange.limits import MIB, Limits

CHUNK = 1 << 20
_RESAVE = say("请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”后再导入。")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
           ValueError, KeyError)  # fmt: skip


@contextmanager
def open_package(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a workbook's package once its table of contents, and every member, is known to be safe.

    Every member is unpacked once, chunk by chunk, so that a header that understates a size, a cut
    or a flipped bit is found here and not in the middle of reading.

    Raises:
        FileRefused: damaged, a bomb, with macros, or not a workbook.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _check_members(path, package.infolist(), limits)
            for member in package.infolist():
                _check_content(path, package, member)
            yield package
    except _BROKEN as error:
        raise refuse(path, say("文件已损坏或不完整，无法解压。"),
                     say("请重新下载或拷贝；仍不行时用 Excel 打开并另存为新的 .xlsx。")) from error  # fmt: skip


def chunks(package: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """Yield a member's content in pieces of at most CHUNK bytes."""
    with package.open(member) as stream:
        while piece := stream.read(CHUNK):
            yield piece


def _check_members(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [m.filename.lower().lstrip("/") for m in members]
    _check_sizes(path, members, limits)
    if len(set(names)) != len(names):
        raise refuse(path, say("文件内部有重名的部分，可能被改动过。"), _RESAVE)
    if any(n.endswith("vbaproject.bin") or n.startswith("xl/macrosheets/") for n in names):
        raise refuse(path, say("工作簿带有宏。"),
                     say("请在 Excel 中另存为“Excel 工作簿（.xlsx）”（不带宏）后再导入。"))  # fmt: skip
    if "xl/workbook.bin" in names:
        raise refuse(path, say("这是二进制工作簿（.xlsb）。"), _RESAVE)
    if "xl/workbook.xml" not in names:
        raise refuse(path, say("压缩包里没有 Excel 工作簿。"),
                     say("请先解压，再导入其中的 .xlsx 或 .csv 文件；其他格式请用 Excel 另存为 .xlsx。"))  # fmt: skip


def _check_sizes(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(m.file_size for m in members)
    if total > limits.unpacked_bytes:
        raise refuse(path, say("解压后有 {mib} MiB，超过 {most} MiB。", mib=total // MIB,
                               most=limits.unpacked_bytes // MIB),
                     say("请删除无关的工作表和图片，或按乡镇拆成几个文件分别导入。"))  # fmt: skip
    swollen = [
        m for m in members
        if m.file_size >= limits.ratio_from and m.file_size > limits.ratio * max(1, m.compress_size)
    ]  # fmt: skip
    if swollen or len(members) > limits.members:
        raise refuse(path, say("文件的压缩方式异常，像是压缩炸弹。"),
                     say("请不要打开来历不明的文件；若确是正常表格，请用 Excel 打开并另存为新的 .xlsx。"))  # fmt: skip


def _check_content(path: Path, package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise refuse(path, say("文件有密码保护。"), say("请去掉密码后再导入。"))
    markup = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    for n, piece in enumerate(chunks(package, member)):
        if markup and n == 0 and b"<!DOCTYPE" in piece:
            raise refuse(path, say("文件内部含有不安全的定义。"), _RESAVE)
