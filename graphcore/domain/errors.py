"""The one error tree.

::

    DoudiError
    ├── InputError              what the user handed in is wrong
    │   ├── FileRefused         a file that is not opened at all (bomb, password, not Excel)
    │   ├── RowsRefused         a file with bad rows; holds the per-row report
    │   ├── MappingError        a mapping file that does not fit
    │   └── ProblemInvalid      numbers out of range before solving
    ├── NotFound                no such household, plan, line
    ├── Forbidden               the actor's roles or scope do not allow the operation
    ├── Conflict                the world moved on
    │   ├── StalePlan           the plan's base or its stock changed; says what
    │   ├── KeyReused           an idempotency key came back with another body
    │   └── WrongState          the object is not in the state the operation needs
    ├── PolicyError             a policy file that does not load
    │   └── NoRuleInForce       no dated parameter covers that day and place
    ├── SolverError             the solver gave no answer that may be used
    ├── SettingsError           configuration is missing or contradicts itself
    └── StoreError              an engine failed; ``retry`` says whether trying again helps
        ├── StoreBusy           another writer or process holds it (retry)
        ├── StoreUnavailable    no connection (retry)
        ├── StoreTimeout        a query or held read took too long (retry)
        ├── StoreDamaged        log or files damaged; run ``doudi repair``
        ├── ConstraintViolated  a key exists already, or a node is missing
        └── QueryError          a statement the engine refuses: a fault of ours

Every error says what went wrong, where (field, row) and what to do next, as a `Text`, and never
carries personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from graphcore.domain.text import Text, say

if TYPE_CHECKING:
    from graphcore.domain.rows import RowProblem


class DoudiError(Exception):
    """Root of all errors that reach a user."""

    code: ClassVar[str] = "error"
    retry: ClassVar[bool] = False

    def __init__(self, what: Text, advice: Text | None = None, *, field: str = "") -> None:
        super().__init__(str(what))
        self.what = what
        self.advice = advice
        self.field = field


class InputError(DoudiError):
    """What the user handed in is wrong."""

    code = "input"


class FileRefused(InputError):
    """A file that is not opened at all."""

    code = "file_refused"


class RowsRefused(InputError):
    """A file with bad rows; nothing of it was applied."""

    code = "rows_refused"

    def __init__(
        self, what: Text, problems: Sequence[RowProblem], advice: Text | None = None
    ) -> None:
        super().__init__(what, advice)
        self.problems = tuple(problems)


class MappingError(InputError):
    """A mapping file that does not fit its form or table."""

    code = "mapping"


class ProblemInvalid(InputError):
    """Numbers that no plan can be made from (units mixed up, unknown codes)."""

    code = "problem_invalid"


class NotFound(DoudiError):
    """There is no such object, or the actor may not know of it."""

    code = "not_found"


class Forbidden(DoudiError):
    """The actor's roles or scope do not allow the operation."""

    code = "forbidden"


class Conflict(DoudiError):
    """The state changed under the caller."""

    code = "conflict"


class StalePlan(Conflict):
    """The plan was made on a base that is no longer true; ``changes`` says what moved."""

    code = "stale_plan"

    def __init__(self, what: Text, changes: Sequence[Text], advice: Text | None = None) -> None:
        super().__init__(what, advice)
        self.changes = tuple(changes)


class KeyReused(Conflict):
    """An idempotency key came back with a different body."""

    code = "key_reused"


class WrongState(Conflict):
    """The object is not in the state that the operation needs."""

    code = "wrong_state"


class PolicyError(DoudiError):
    """A policy file that does not load."""

    code = "policy"


class NoRuleInForce(PolicyError):
    """No dated parameter covers that day and place."""

    code = "no_rule_in_force"


class SolverError(DoudiError):
    """The solver gave no answer that may be used."""

    code = "solver"


class SettingsError(DoudiError):
    """Configuration is missing or contradicts itself."""

    code = "settings"


class StoreError(DoudiError):
    """An engine failed."""

    code = "store"


class StoreBusy(StoreError):
    """Another writer or process holds the store."""

    code = "store_busy"
    retry = True


class StoreUnavailable(StoreError):
    """The store cannot be reached."""

    code = "store_unavailable"
    retry = True


class StoreTimeout(StoreError):
    """A statement or a held read took longer than it may."""

    code = "store_timeout"
    retry = True


class StoreDamaged(StoreError):
    """The store's files are damaged."""

    code = "store_damaged"

    def __init__(self, what: Text) -> None:
        super().__init__(what, say("请运行 doudi repair 检查并修复。"))


class ConstraintViolated(StoreError):
    """A key exists already, or an end of a relationship does not."""

    code = "constraint"


class QueryError(StoreError):
    """A statement that the engine refuses."""

    code = "query"
