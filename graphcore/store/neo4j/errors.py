"""Every failure of the Neo4j driver and server as one of ours.

The server's text may quote values, so it stays in ``__cause__`` and out of our message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from neo4j import exceptions as driver

from graphcore.domain.errors import (
    ConstraintViolated,
    DoudiError,
    QueryError,
    SettingsError,
    StoreBusy,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from graphcore.domain.text import say

DRIVER_ERRORS = (driver.GqlError, ValueError, TypeError, OverflowError, OSError)
"""What the driver raises: its own tree, and built-in errors for values that it cannot send."""


def _constraint() -> DoudiError:
    return ConstraintViolated(say("主键重复或缺失。"), say("请检查要写入的编号是否已存在。"))


def _busy() -> DoudiError:
    return StoreBusy(say("Neo4j 正忙：另一个写入占用着所需的数据。"), say("请稍后重试。"))


def _timeout() -> DoudiError:
    return StoreTimeout(say("查询超过了时限。"), say("请缩小范围或稍后重试。"))


def _unreachable() -> DoudiError:
    return StoreUnavailable(
        say("连接不上 Neo4j 服务器。"), say("请检查服务器是否运行、地址与网络是否正确，再重试。")
    )


def _uncertain() -> DoudiError:
    return StoreUnavailable(
        say("提交时连接中断，不知道写入是否生效。"), say("请用同一个幂等键重试。")
    )


def _memory() -> DoudiError:
    return StoreUnavailable(say("数据库内存不足。"), say("请减少一次处理的数据量，或增加内存。"))


def _credentials() -> DoudiError:
    return SettingsError(say("Neo4j 拒绝了用户名或密码。"), say("请检查连接设置中的用户名与密码。"))


def _permission() -> DoudiError:
    return SettingsError(
        say("Neo4j 用户没有所需的权限。"), say("请为该用户授予读写与建约束的权限。")
    )


def _no_database() -> DoudiError:
    return SettingsError(say("Neo4j 服务器上没有所设的数据库。"), say("请检查设置中的数据库名。"))


def _settings() -> DoudiError:
    return SettingsError(say("Neo4j 的连接设置不对。"), say("请检查地址、证书与认证方式。"))


def _query() -> DoudiError:
    return QueryError(say("数据库拒绝了一条语句。"), say("这是程序的缺陷，请报告。"))


def _server() -> DoudiError:
    return StoreError(say("Neo4j 服务器内部出错。"), say("请查看 Neo4j 服务器的日志。"))


Make = Callable[[], DoudiError]

_CODES: tuple[tuple[str, Make], ...] = (
    ("Transaction.TransactionTimedOut", _timeout),
    ("Transaction.Terminated", _timeout),
    ("Transaction.LockClientStopped", _timeout),
    ("General.OutOfMemoryError", _memory),
    ("General.MemoryPoolOutOfMemoryError", _memory),
    ("General.TransactionOutOfMemoryError", _memory),
    ("Database.DatabaseNotFound", _no_database),
    ("Security.AuthenticationRateLimit", _credentials),
    ("Security.CredentialsExpired", _credentials),
)
"""Parts of the server's status codes that say more than the exception's class."""

_CLASSES: tuple[tuple[type[driver.GqlError], Make], ...] = (
    (driver.ConstraintError, _constraint),
    (driver.AuthError, _credentials),
    (driver.Forbidden, _permission),
    (driver.DatabaseUnavailable, _unreachable),
    (driver.NotALeader, _unreachable),
    (driver.ForbiddenOnReadOnlyDatabase, _unreachable),
    (driver.TransientError, _busy),
    (driver.ClientError, _query),
    (driver.IncompleteCommit, _uncertain),
    (driver.ServiceUnavailable, _unreachable),
    (driver.SessionExpired, _unreachable),
    (driver.ConnectionPoolError, _busy),
    (driver.ConfigurationError, _settings),
    (driver.Neo4jError, _server),
    (driver.DriverError, _query),
)
"""By class, the narrower before the wider."""


def translate(error: BaseException, *, opening: bool = False) -> DoudiError:
    """Return our error for the driver's; ``opening`` says that the connection is being set up."""
    if isinstance(error, driver.Neo4jError):
        code = error.code or ""
        for part, make in _CODES:
            if part in code:
                return make()
    for kind, make in _CLASSES:
        if isinstance(error, kind):
            return make()
    if isinstance(error, OSError):
        return _unreachable()
    if isinstance(error, driver.GqlError):
        return _server()
    return _settings() if opening else _query()


def worth_another_try(error: BaseException | None) -> bool:
    """Whether the driver's managed transaction would run again after this error."""
    return isinstance(error, driver.DriverError | driver.Neo4jError) and error.is_retryable()


@contextmanager
def translated(*kinds: type[Exception], opening: bool = False) -> Iterator[None]:
    """Raise errors of the driver's ``kinds`` inside as ours; all others pass through."""
    try:
        yield
    except kinds as error:
        first = _hidden_by(error)
        if first is not None:
            raise first from first.__cause__
        raise translate(error, opening=opening) from error


def _hidden_by(error: BaseException) -> DoudiError | None:
    """Return our error that was on its way when the driver failed to tidy up after it.

    Rolling back after a statement that failed, the driver now and then trips over that very
    statement's result; what matters is why the unit failed.
    """
    if not isinstance(error, driver.ResultError | driver.TransactionError):
        return None
    before = error.__context__
    while before is not None and not isinstance(before, DoudiError):
        before = before.__context__
    return before
