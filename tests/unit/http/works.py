"""What a queue can do in these tests: small works that really run on its thread."""

from __future__ import annotations

import threading
from typing import Final

from api.usecases.context import Context, Progress
from api.usecases.job_rows import Job
from graphcore.domain.errors import StalePlan
from graphcore.domain.text import say
from tests.support.small_world import NAMES, PLAN
from tests.unit.http.serving import Service

PATIENCE_S: Final = 20.0


def quick(_ctx: Context, _job: Job, _progress: Progress) -> str:
    """Answer with the plan that is there."""
    return PLAN


def stale(_ctx: Context, _job: Job, progress: Progress) -> str:
    """Fail as a plan does whose lots moved."""
    progress("plan.commit", 0.9)
    raise StalePlan(say("计划所依据的情况已经变化，没有提交。"), [say("批次 {lot} 变了。", lot="L-0")],
                    say("请重新运行 doudi plan，按最新情况再作计划。"))  # fmt: skip


def faulty(_ctx: Context, _job: Job, _progress: Progress) -> str:
    """Fail as a fault of ours does, with a name in its message."""
    raise ValueError(NAMES[0])


class Gated:
    """Takes one step each time it is let."""

    def __init__(self) -> None:
        self.let = threading.Semaphore(0)
        self.began = threading.Event()

    def __call__(self, _ctx: Context, _job: Job, progress: Progress) -> str:
        """Take two steps."""
        self.began.set()
        for step in (1, 2):
            assert self.let.acquire(timeout=PATIENCE_S)
            progress(f"plan.step{step}", step / 4)
        return PLAN


def jobs_of(service: Service) -> list[str]:
    """Ids of all jobs."""
    ids: list[str] = service.ctx.store.read(lambda unit: unit.nodes("Job")["id"].to_list())
    return ids
