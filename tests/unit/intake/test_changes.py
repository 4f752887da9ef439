from __future__ import annotations

from graphcore.casework.intake.changes import ChangeSet


def changes() -> ChangeSet:
    return ChangeSet({"Township": {"1": {"code": "1", "name": "清河镇", "population": 10}}})


def test_a_new_node_is_created_without_what_is_not_said() -> None:
    made = changes()
    made.put("Township", "2", {"code": "2", "name": "新镇", "population": None})
    assert made.created == {"Township": {"2": {"code": "2", "name": "新镇"}}}


def test_the_same_facts_change_nothing() -> None:
    made = changes()
    made.put("Township", "1", {"code": "1", "name": "清河镇", "population": None})
    assert made.counts == (0, 0)


def test_only_what_differs_is_written() -> None:
    made = changes()
    made.put("Township", "1", {"code": "1", "name": "清河镇", "population": 11})
    assert made.updated == {"Township": {"1": {"population": 11}}}


def test_a_later_row_of_the_file_wins_and_is_seen() -> None:
    made = changes()
    made.put("Township", "1", {"population": 11})
    made.put("Township", "1", {"population": 12})
    assert made.current("Township", "1") == {"code": "1", "name": "清河镇", "population": 12}
    made.put("Township", "2", {"code": "2", "population": 1})
    made.put("Township", "2", {"population": 2})
    assert made.created["Township"]["2"]["population"] == 2
    assert made.counts == (1, 1)


def test_an_unknown_node_is_none() -> None:
    assert changes().current("Township", "9") is None


def test_a_link_asked_for_twice_is_one() -> None:
    made = changes()
    for _ in range(2):
        made.link("PART_OF", ("Township", "1"), ("District", "d"))
    assert len(made.links) == 1


def test_personal_facts_add_up_and_silence_says_nothing() -> None:
    made = changes()
    made.tell("H-1", {"name": "甲", "phone": ""})
    made.tell("H-1", {"name": "", "phone": "1"})
    assert made.personal == {"H-1": {"name": "甲", "phone": "1"}}
