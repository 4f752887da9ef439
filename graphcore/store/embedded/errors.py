"""Every failure of the embedded engine as one of ours.

The driver raises RuntimeError (and a few other built-in errors) whose text is all there is to go
by. The engine's text may quote values, so it stays in ``__cause__`` and out of our message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graphcore.domain.errors import (
    ConstraintViolated,
    QueryError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from graphcore.domain.text import say

DRIVER_ERRORS = (
    RuntimeError, ValueError, TypeError, OverflowError, IndexError, MemoryError, OSError,
)  # fmt: skip
"""What the driver has been seen to raise."""


def _constraint() -> StoreError:
    return ConstraintViolated(say("主键重复或缺失。"), say("请检查要写入的编号是否已存在。"))


def _held() -> StoreError:
    return StoreBusy(
        say("数据库文件正被另一个进程使用。"), say("请先关闭那个进程，或通过它提供的服务操作。")
    )


def _second_writer() -> StoreError:
    return StoreBusy(say("另一个写入正在进行。"), say("请稍后重试。"))


def _timeout() -> StoreError:
    return StoreTimeout(say("查询超过了时限。"), say("请缩小范围或稍后重试。"))


def closed() -> StoreError:
    """Return what a closed store answers."""
    return StoreUnavailable(say("数据库已关闭。"), say("请重新打开后再试。"))


def _memory() -> StoreError:
    return StoreUnavailable(say("数据库内存不足。"), say("请减少一次处理的数据量，或增加内存。"))


def _disk() -> StoreError:
    return StoreUnavailable(say("数据库文件读写失败。"), say("请检查磁盘空间与权限。"))


def _damaged() -> StoreError:
    return StoreDamaged(say("数据库的日志或文件已损坏。"))


def _panic() -> StoreError:
    return StoreUnavailable(
        say("数据库因文件系统出错而停止写入。"), say("请检查磁盘后重新打开；已提交的数据都在。")
    )


def _query() -> StoreError:
    return QueryError(say("数据库拒绝了一条语句。"), say("这是程序的缺陷，请报告。"))


_KINDS: tuple[tuple[str, Callable[[], StoreError]], ...] = (
    (
        r"^runtime exception: (found (duplicated|null)|unable to find primary key|.*primary key)",
        _constraint,
    ),
    (r"^(binder|parser|catalog|conversion|overflow|not implemented|copy|connection) exc", _query),
    (r"could not set lock on file|lock is held by", _held),
    (
        r"only one write transaction|write-write conflict|timeout waiting for active",
        _second_writer,
    ),
    (r"^interrupted", _timeout),
    (r"(database|connection) is closed", closed),
    (r"until restart|panic state|checkpoint is still pending", _panic),
    (r"^buffer manager exception|bad_alloc|out of memory", _memory),
    (
        r"^storage exception|corrupt|checksum|\bwal (file|replay|record)\b|reading past the end"
        r"|^cannot (recover|replay|read checkpoint|safely open)|not a valid lbug|deserializ",
        _damaged,
    ),
    (r"^io exception|no space left|permission denied|cannot open file|wal sync failed", _disk),
)
"""The engine's texts in lower case, the first that fits counts.

What a statement of ours did wrong comes before everything that might be a word in the statement:
its text is quoted in the message.
"""

_ODD_WHEN_OPENING = (_query, _memory, _constraint)


def translate(error: BaseException, *, opening: bool = False) -> StoreError:
    """Return our error for the driver's.

    ``opening`` says that the files are just being opened: whatever is not recognised then is
    damage (damaged logs have been refused with texts as odd as ``vector::reserve``).
    """
    make = _kind(error)
    return _damaged() if opening and make in _ODD_WHEN_OPENING else make()


def _kind(error: BaseException) -> Callable[[], StoreError]:
    if isinstance(error, OSError | MemoryError):
        return _disk if isinstance(error, OSError) else _memory
    text = str(error).casefold()
    return next((make for pattern, make in _KINDS if re.search(pattern, text)), _query)


@contextmanager
def translated(
    kinds: tuple[type[Exception], ...] = DRIVER_ERRORS, *, opening: bool = False
) -> Iterator[None]:
    """Raise the driver's errors inside as ours; with ``kinds`` only those."""
    try:
        yield
    except kinds as error:
        raise translate(error, opening=opening) from let_go(error)


def let_go(error: BaseException) -> BaseException:
    """Return the driver's error without its traceback.

    The driver's frames hold the engine's own objects, which keep a closed database alive; when it
    goes at last, it removes the log of whoever has opened the files since.
    """
    return error.with_traceback(None)
