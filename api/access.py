"""Who may do what: one table of operation × role × scope, used by the command line and the API.

A role opens operations; the scope (a division-code prefix) says for which places. Nothing is open
by default: an operation that a role is not listed for is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden
from graphcore.domain.text import say


class Operation(StrEnum):
    """What can be asked of the product."""

    READ_PLACES = "read_places"  # townships, villages, disasters, programmes, organisations
    READ_SUPPLY = "read_supply"  # warehouses, lots, donations
    READ_CASES = "read_cases"  # households by meaningless id, needs
    READ_PLAN = "read_plan"
    IMPORT_FILES = "import_files"
    MAKE_PLAN = "make_plan"
    APPROVE_PLAN = "approve_plan"
    ANSWER_REQUEST = "answer_request"  # record the owner's answer on goods we do not command
    PROPOSE_CASES = "propose_cases"  # open cases of who is likely entitled
    DECIDE_CASE = "decide_case"  # a named person decides, hands over, accepts
    ANSWER_LEDGER = "answer_ledger"  # Civil Affairs takes a version of the ledger in and answers it
    RECORD_RESPONSE = "record_response"  # a response starts, changes, is stable, ends
    SEND_UP = "send_up"  # record that the district's summary was sent to the city
    READ_CASUALTIES = "read_casualties"  # the dead and the missing, each look with its purpose
    CARE_FOR_SURVIVORS = "care_for_survivors"  # name a head, approve a guardian
    TAKE_APPLICATION = "take_application"  # at any window or by phone, for any place
    ANSWER_APPLICATION = "answer_application"
    RUN_CAMPAIGN = "run_campaign"  # open a winter–spring campaign, write its forms and notices
    TAKE_STEP = "take_step"  # review, audit, post, return; a township for its own places
    RECORD_VISIT = "record_visit"  # plan and record visits; a township for its own places
    REBUILD = "rebuild"  # record a house's progress; a township for its own places
    RECEIVE_PAPERS = "receive_papers"  # papers that follow aid; a township for its own places
    PAY = "pay"  # draft batches, write the bank's file, answer what it returns
    DISPATCH = "dispatch"  # trips leave, are late, are lost
    SIGN_RECEIPT = "sign_receipt"  # record who received what; a township for its own places
    INSPECT = "inspect"  # say whether declined goods that came back are good
    STATE_CHANGE = "state_change"  # a road, a lot: told on the phone
    EXPLAIN = "explain"
    EXPORT_PLAN = "export_plan"  # figures and ids
    EXPORT_PERSONAL = "export_personal"  # names and phones, for the lists that people sign
    READ_FORCES = "read_forces"  # volunteers by number, equipment, tasks, rosters; never a name
    MAKE_ROSTER = "make_roster"
    APPROVE_ROSTER = "approve_roster"
    REPORT_PROGRESS = "report_progress"  # confirmed, arrived, done, declined, missed
    EXPORT_ROSTER = "export_roster"  # order sheets with names and telephones
    COMPARE = "compare"  # the stored ledger with the stored register
    READ_REVIEW = "read_review"  # pairs that wait for a person, with masks by role
    DECIDE_REVIEW = "decide_review"  # say that two records are the same person, or not
    VERIFY = "verify"
    RUN_AUDIT = "run_audit"
    READ_AUDIT = "read_audit"  # findings and accounts, by meaningless id
    ASSIGN_FINDING = "assign_finding"
    DETERMINE = "determine"  # a named person rules on an absent record, or that nothing is needed
    RECORD_AID = "record_aid"
    PUBLISH = "publish"  # write public notices: masked heads, no minors, merged counts
    READ_PERSON = "read_person"  # a household's people, each field by the masks of the role
    READ_LOOKS = "read_looks"  # who looked at whom, when, for what
    READ_RETENTION = "read_retention"  # which kinds of personal data are due; a dry run
    DESTROY_PERSONAL = "destroy_personal"  # a named officer destroys what is due
    MANAGE_KEYS = "manage_keys"


_R = Role
_BUREAUS = frozenset({_R.DISPATCHER, _R.APPROVER, _R.CIVIL_AFFAIRS, _R.AUDITOR})

TABLE: Final[Mapping[Operation, frozenset[Role]]] = {
    Operation.READ_PLACES: frozenset(Role),
    Operation.READ_SUPPLY: _BUREAUS | {_R.ORGANIZATION, _R.PLATFORM},
    Operation.READ_CASES: _BUREAUS | {_R.TOWNSHIP},
    Operation.READ_PLAN: _BUREAUS | {_R.TOWNSHIP},
    Operation.IMPORT_FILES: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.MAKE_PLAN: frozenset({_R.DISPATCHER}),
    Operation.APPROVE_PLAN: frozenset({_R.APPROVER}),
    Operation.ANSWER_REQUEST: frozenset({_R.DISPATCHER}),
    Operation.PROPOSE_CASES: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.DECIDE_CASE: frozenset({_R.APPROVER, _R.CIVIL_AFFAIRS}),
    Operation.ANSWER_LEDGER: frozenset({_R.CIVIL_AFFAIRS}),
    Operation.RECORD_RESPONSE: frozenset({_R.DISPATCHER, _R.APPROVER}),
    Operation.SEND_UP: frozenset({_R.DISPATCHER, _R.APPROVER}),
    Operation.READ_CASUALTIES: frozenset({_R.APPROVER, _R.CIVIL_AFFAIRS}),
    Operation.CARE_FOR_SURVIVORS: frozenset({_R.APPROVER, _R.CIVIL_AFFAIRS}),
    Operation.TAKE_APPLICATION: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.ANSWER_APPLICATION: frozenset({_R.APPROVER, _R.CIVIL_AFFAIRS}),
    Operation.RUN_CAMPAIGN: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.TAKE_STEP: frozenset({_R.APPROVER, _R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.RECORD_VISIT: frozenset({_R.APPROVER, _R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.REBUILD: frozenset({_R.APPROVER, _R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.RECEIVE_PAPERS: frozenset(
        {_R.APPROVER, _R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}
    ),
    Operation.PAY: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.DISPATCH: frozenset({_R.DISPATCHER}),
    Operation.SIGN_RECEIPT: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.INSPECT: frozenset({_R.DISPATCHER, _R.APPROVER}),
    Operation.STATE_CHANGE: frozenset({_R.DISPATCHER}),
    Operation.EXPLAIN: _BUREAUS | {_R.TOWNSHIP},
    Operation.EXPORT_PLAN: _BUREAUS,
    Operation.EXPORT_PERSONAL: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.READ_FORCES: _BUREAUS | {_R.TOWNSHIP, _R.ORGANIZATION},
    Operation.MAKE_ROSTER: frozenset({_R.DISPATCHER}),
    Operation.APPROVE_ROSTER: frozenset({_R.APPROVER}),
    Operation.REPORT_PROGRESS: frozenset({_R.DISPATCHER, _R.TOWNSHIP, _R.ORGANIZATION}),
    Operation.EXPORT_ROSTER: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.COMPARE: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.READ_REVIEW: _BUREAUS | {_R.TOWNSHIP},
    Operation.DECIDE_REVIEW: frozenset({_R.CIVIL_AFFAIRS}),
    Operation.VERIFY: frozenset({_R.DISPATCHER, _R.AUDITOR, _R.ADMIN}),
    Operation.RUN_AUDIT: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.AUDITOR}),
    Operation.READ_AUDIT: _BUREAUS | {_R.TOWNSHIP},
    Operation.ASSIGN_FINDING: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS, _R.TOWNSHIP}),
    Operation.DETERMINE: frozenset({_R.APPROVER, _R.CIVIL_AFFAIRS}),
    Operation.RECORD_AID: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.PUBLISH: frozenset({_R.DISPATCHER, _R.CIVIL_AFFAIRS}),
    Operation.READ_PERSON: _BUREAUS | {_R.TOWNSHIP},
    Operation.READ_LOOKS: frozenset({_R.CIVIL_AFFAIRS, _R.AUDITOR}),
    Operation.READ_RETENTION: _BUREAUS,
    Operation.DESTROY_PERSONAL: frozenset({_R.APPROVER}),
    Operation.MANAGE_KEYS: frozenset({_R.ADMIN}),
}


def authorise(actor: Actor, operation: Operation, place: str = "") -> None:
    """Let the actor through, or refuse.

    Args:
        actor: Who asks.
        operation: What is asked.
        place: Division code that the operation is about; "" where it is cut to the actor's scope
            anyway.

    Raises:
        Forbidden: no role of the actor opens the operation, or the place is out of scope.
    """
    if not actor.roles & TABLE[operation]:
        raise Forbidden(
            say("您的角色不允许此操作（{operation}）。", operation=operation.value),
            say("请由有此权限的人员办理，或请管理员调整角色。"),
        )
    if place and not actor.covers(place):
        raise Forbidden(
            say("地区 {place} 不在您的管辖范围内。", place=place),
            say("请改查本辖区，或请管理员调整范围。"),
        )
