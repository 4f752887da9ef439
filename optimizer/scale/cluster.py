"""Ray as the engine: each worker is an actor in a process of its own, here or on other machines.

The only module that knows Ray. It is told to be quiet: no usage statistics, no dashboard, no log of
workers on the terminal, a bounded object store. Actors hold one thread each, so that sums of
matrices come out the same in whatever number of workers.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphcore.domain.errors import SettingsError
from graphcore.domain.text import say
from optimizer.scale.workers import Worker, WorkerLost

if TYPE_CHECKING:
    from types import ModuleType

STORE_BYTES = 512 << 20
STARTS = 3  # Ray gives a node 30 s, which a busy machine may miss
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is reported to anybody
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else every start warns of a coming default
    "RAY_AUTH_MODE": "token",  # other users of the machine cannot run code in the cluster
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the workers run.

    ``address`` of a running Ray cluster, else one is started on this machine and ended afterwards.
    """

    workers: int
    address: str = ""
    folder: str = ""  # for Ray's sockets and logs; "" = the system's own temporary folder
    store_bytes: int = STORE_BYTES


@contextmanager
def cluster(place: Place) -> Iterator[RayEngine]:
    """Connect to the cluster (or start one), and leave (or end) it afterwards.

    Raises:
        SettingsError: Ray is not installed, or the cluster does not answer.
    """
    ray = _ray()
    began = not ray.is_initialized()
    if began:
        _begin(ray, place)
    engine = RayEngine(ray, place.workers)
    try:
        yield engine
    finally:
        engine.close()
        if began:
            ray.shutdown()


def _begin(ray: ModuleType, place: Place) -> None:
    if not place.address and "RAY_AUTH_TOKEN_PATH" not in os.environ:
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # else written to the home
    quiet = {"log_to_driver": False, "logging_level": "error", "configure_logging": False}
    own = {
        "num_cpus": place.workers, "include_dashboard": False,
        "object_store_memory": place.store_bytes, **({"_temp_dir": place.folder} if place.folder else {}),
    }  # fmt: skip
    for left in reversed(range(1 if place.address else STARTS)):
        try:
            if place.address:
                ray.init(address=place.address, **quiet)
            else:
                ray.init("local", **own, **quiet)
        except Exception as error:  # Ray raises the bare class where a node does not start
            ray.shutdown()
            if not left:
                raise _absent(place) from error
        else:
            return


def _absent(place: Place) -> SettingsError:
    return SettingsError(
        say("无法连接或启动计算集群（{address}）。", address=place.address or "local"),
        say("请核对集群地址、临时目录和可用内存，或不用 --workers 重试。"),
    )


def _ray() -> ModuleType:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 - an extra that most users do not have
    except ImportError as error:
        raise SettingsError(
            say("没有安装多机计算组件，不能使用 --workers。"),
            say("请运行 pip install 'doudi[cluster]'，或不用 --workers 重试。"),
        ) from error
    return ray


class RayEngine:
    """Actors as workers."""

    def __init__(self, ray: ModuleType, workers: int) -> None:
        """Start the actors; ``ray`` is the module, connected."""
        self._ray = ray
        self._kind = ray.remote(num_cpus=1, max_restarts=0)(Worker)
        self._all = [self._kind.remote() for _ in range(workers)]

    @property
    def workers(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def keep(self, value: object) -> object:
        """Put the value into this machine's object store."""
        return self._ray.put(value)

    def send(self, worker: int, method: str, *given: object) -> object:
        """Call the actor; the ticket is a reference to the answer."""
        return getattr(self._all[worker], method).remote(*given)

    def first(self, tickets: Sequence[object]) -> int:
        """Return which call has ended."""
        done, _ = self._ray.wait(list(tickets), num_returns=1)
        return list(tickets).index(done[0])

    def wait(self, ticket: object) -> Any:
        """Return the answer; what a task raised is raised here as it was."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(ticket)
        except (errors.RayActorError, errors.ObjectLostError) as error:
            raise WorkerLost from error
        except errors.RayTaskError as error:
            raise error.cause from None

    def renew(self, worker: int) -> None:
        """Start an actor in the place of a lost one."""
        self._ray.kill(self._all[worker])
        self._all[worker] = self._kind.remote()

    def close(self) -> None:
        """End the actors."""
        for actor in self._all:
            self._ray.kill(actor)
