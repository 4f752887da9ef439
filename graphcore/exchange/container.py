"""What a file really is, whatever its name says, and whether it may be opened."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from graphcore.domain.errors import FileRefused
from graphcore.domain.text import Text, say
from graphcore.exchange.limits import MIB, Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_HEAD = 4096
_EXCEL = frozenset({".xlsx", ".xlsm", ".xltx", ".xls", ".et"})
_TEXTS = frozenset({".csv", ".txt", ".tsv"})
_SAVE_AS = say("请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再导入。")


class Kind(StrEnum):
    """The two kinds of file that are read."""

    WORKBOOK = "workbook"
    TEXT = "text"


def refuse(path: Path, what: Text, advice: Text) -> FileRefused:
    """Return the refusal of a file, its name in front."""
    return FileRefused(say("{name}：{what}", name=path.name, what=what), advice, field=path.name)


def kind_of(path: Path, limits: Limits) -> Kind:
    """Return what the file is by its first bytes.

    Raises:
        FileRefused: missing, empty, too large, of another kind, or named as what it is not.
    """
    head, size = _head(path)
    if size == 0 or not head.strip(b"\x00 \t\r\n"):
        raise refuse(path, say("文件是空的。"), say("请检查是否导出完整，重新导出后再导入。"))
    if size > limits.file_bytes:
        raise refuse(path, say("文件有 {mib} MiB，超过 {most} MiB。", mib=size // MIB,
                               most=limits.file_bytes // MIB),
                     say("请按乡镇拆成几个文件分别导入。"))  # fmt: skip
    if head.startswith(_OLE):
        raise _ole(path)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _zipped(path)
    return _plain(path, head)


def _head(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD), path.stat().st_size
    except OSError as error:
        raise refuse(
            path, say("文件打不开。"), say("请检查路径和读取权限，并先关闭正在编辑它的程序。")
        ) from error


def _ole(path: Path) -> FileRefused:
    if _encrypted(path):
        return refuse(path, say("文件有密码保护。"),
                      say("请在 Excel 中打开，在“文件→信息→保护工作簿”里清空密码，保存后再导入。"))  # fmt: skip
    return refuse(path, say("这是旧格式（.xls）的工作簿。"), _SAVE_AS)


def _encrypted(path: Path) -> bool:
    import msoffcrypto  # noqa: PLC0415 -- only for the rare file, half a second

    try:
        with path.open("rb") as file:
            return bool(msoffcrypto.OfficeFile(file).is_encrypted())
    except Exception:  # noqa: BLE001 -- a damaged OLE file may raise anything; it is refused anyway
        return False


def _zipped(path: Path) -> Kind:
    suffix = path.suffix.lower()
    if suffix in _TEXTS:
        raise refuse(path, say("名称是 {suffix}，内容却是 Excel 工作簿或压缩包。", suffix=suffix),
                     say("如果是 Excel 工作簿，请把扩展名改回 .xlsx；如果是压缩包，请先解压。"))  # fmt: skip
    return Kind.WORKBOOK


def _plain(path: Path, head: bytes) -> Kind:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise refuse(path, say("内容是网页或 XML，不是表格文件。"), _SAVE_AS)
    suffix = path.suffix.lower()
    if suffix in _EXCEL:
        raise refuse(path, say("名称是 {suffix}，内容却不是 Excel 工作簿。", suffix=suffix),
                     say("如果是文本表格，请把扩展名改为 .csv；否则请用 Excel 重新另存为 .xlsx。"))  # fmt: skip
    if suffix not in _TEXTS:
        raise refuse(path, say("不认识的文件类型 {suffix}。", suffix=suffix or path.name),
                     say("请导入 .xlsx 或 .csv 文件。"))  # fmt: skip
    return Kind.TEXT
