"""What each change of a contract is taken for, with small contracts that are compiled in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from processctl.breaking.catalogue import RULES
from processctl.breaking.compare.processes import Pair, compare_pair, pair
from processctl.breaking.contract import Contract
from processctl.breaking.read import read
from processctl.breaking.rule import Change, Class
from processctl.breaking.versions import OTHER_CHANGE, Acknowledgement, accept, judge, other_change
from processctl.errors import ProjectError
from tests.plugin.plugin_contracts import FILE, START, image, request, shop
from tests.processctl.breaking.breaking_cases import BASE, CASES, Case


@cache
def _read(files: tuple[tuple[str, str], ...]) -> tuple[Contract, ...]:
    return read(image(dict(files))).contracts


def contracts(files: str | Mapping[str, str]) -> tuple[Contract, ...]:
    return _read(tuple(({FILE: files} if isinstance(files, str) else files).items()))


def pairs(old: str | Mapping[str, str], new: str | Mapping[str, str]) -> list[Pair]:
    return pair(contracts(old), contracts(new))


def changes(old: str | Mapping[str, str], new: str | Mapping[str, str]) -> list[Change]:
    return [change for both in pairs(old, new) for change in compare_pair(both)]


def rules(found: list[Change]) -> tuple[str, ...]:
    return tuple(sorted(change.rule for change in found))


@pytest.mark.requirement("R044", "R046")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_change_is_found_there_and_back_by_its_own_rules_and_no_other(case: Case) -> None:
    assert rules(changes(BASE, case.edited())) == case.there
    assert rules(changes(case.edited(), BASE)) == case.back


def test_every_rule_has_a_case() -> None:
    shown = {rule for case in CASES.values() for rule in (*case.there, *case.back)}
    of_processes = {"PROCESS_ADDED", "PROCESS_REMOVED", "PROCESS_RENAMED", OTHER_CHANGE.name}
    assert shown | of_processes == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message Paid", "// A comment.\nmessage Paid"),
        ("Paid paid = 11; Ask ask = 12;", "Ask ask = 12; Paid paid = 11;"),
        ("string a = 1; string b = 2;", "string b = 2; string a = 1;"),
        ("message Other {}", "message Other {} message Unused { string x = 1; }"),
        ("import", 'option go_package = "x"; import'),
        ("api_minor: 0", "api_minor: 1"),
    ],
)
def test_what_nobody_can_see_is_no_change(old: str, new: str) -> None:
    assert old in BASE
    assert changes(BASE, BASE.replace(old, new, 1)) == []


def test_a_file_may_move() -> None:
    assert changes({"shop/v1/shop.proto": BASE}, {"elsewhere/order.proto": BASE}) == []


def test_a_key_field_of_another_name_is_the_same_key() -> None:
    """That its name is in JSON is buf's to say; the workflow ID holds values."""
    assert changes(BASE, BASE.replace("string id = 1", "string oid = 1").replace('"id"', '"oid"')) == []


def test_a_request_that_no_longer_is_its_start_breaks() -> None:
    start = START.replace("Key key = 2;", "Key key = 2; Placed placed = 3;")
    request = shop("kind: TRANSACTION", start=start)
    assert rules(changes(request, shop("kind: TRANSACTION", start=START))) == (
        "EVENT_DELIVERY_CHANGED",
        "START_FILL_CHANGED",
    )
    assert "EVENT_DELIVERY_CHANGED" in rules(changes(shop("kind: TRANSACTION", start=START), request))


def test_the_worst_comes_first() -> None:
    found = changes(BASE, CASES["search attribute"].edited().replace("kind: ENTITY", 'workflow_type: "W"'))
    kinds = [change.kind for change in found]
    assert kinds == [Class.BREAKS_EXECUTIONS, Class.NEEDS_PATCHING]


# Several processes.

OTHER = shop(name='name: "bill"', package="package other.v1;").replace("OrderStartV1", "BillStartV1")
OTHER = OTHER.replace("shop.", "other.")
TWO = {FILE: shop(), "other/v1/other.proto": OTHER}


def test_a_process_that_is_new_is_safe_and_one_that_is_gone_is_not() -> None:
    (added,) = changes(shop(), TWO)
    assert (added.rule, added.process, added.kind) == ("PROCESS_ADDED", "bill", Class.SAFE)
    (removed,) = changes(TWO, shop())
    assert (removed.rule, removed.process, removed.kind) == (
        "PROCESS_REMOVED",
        "bill",
        Class.BREAKS_EXECUTIONS,
    )


def test_changes_are_of_the_process_that_changed() -> None:
    changed = TWO | {FILE: shop('default_task_queue: "q"')}
    assert [(change.process, change.rule) for change in changes(TWO, changed)] == [
        ("order", "TASK_QUEUE_CHANGED")
    ]


def test_a_process_of_another_name_is_known_by_its_workflow_type() -> None:
    old = shop('workflow_type: "W" default_task_queue: "q"')
    new = shop('workflow_type: "W" default_task_queue: "q"', name='name: "purchase"')
    moved = {"moved.proto": new.replace("OrderStartV1", "PurchaseStartV1")}
    found = changes(old, moved)
    assert {"PROCESS_RENAMED", "WORKFLOW_ID_CHANGED"} <= set(rules(found))
    assert not {"PROCESS_ADDED", "PROCESS_REMOVED", "WORKFLOW_TYPE_CHANGED"} & set(rules(found))
    assert {change.process for change in found} == {"purchase"}


def test_a_process_of_another_name_and_type_is_known_by_its_file() -> None:
    new = shop(name='name: "purchase"').replace("OrderStartV1", "PurchaseStartV1")
    assert {"PROCESS_RENAMED", "WORKFLOW_TYPE_CHANGED", "TASK_QUEUE_CHANGED"} <= set(
        rules(changes(shop(), new))
    )


def test_two_processes_that_trade_names_are_compared_by_name() -> None:
    traded = {
        FILE: shop(name='name: "bill"').replace("OrderStartV1", "BillStartV1"),
        "other/v1/other.proto": OTHER.replace('"bill"', '"order"').replace("BillStartV1", "OrderStartV1"),
    }
    found = changes(TWO, traded)
    assert "PROCESS_RENAMED" not in rules(found)
    assert {change.process for change in found} == {"order", "bill"}


# Versions, and what accepts a change.


def versioned(text: str, major: int, minor: int) -> str:
    return text.replace("api_major: 1 api_minor: 0", f"api_major: {major} api_minor: {minor}")


@pytest.mark.requirement("R048")
@pytest.mark.parametrize(
    ("case", "old", "new", "error"),
    [
        (None, (1, 0), (1, 0), None),
        (None, (1, 0), (1, 1), None),
        (None, (1, 0), (2, 0), None),
        (None, (1, 1), (1, 0), "API_LOWERED"),
        (None, (2, 0), (1, 9), "API_LOWERED"),
        ("field", (1, 0), (1, 0), "API_MINOR_NOT_RAISED"),
        ("field", (1, 0), (1, 1), None),
        ("field", (1, 3), (2, 0), None),
        ("field", (1, 3), (1, 2), "API_LOWERED"),
        ("timeout of an activity", (1, 0), (1, 0), None),
        ("local", (1, 0), (1, 0), None),
        ("event type", (1, 0), (1, 0), "API_MAJOR_NOT_RAISED"),
        ("event type", (1, 0), (1, 1), "API_MAJOR_NOT_RAISED"),
        ("event type", (1, 0), (2, 0), None),
        ("event type", (1, 5), (2, 0), None),
        ("result", (1, 0), (1, 1), "API_MAJOR_NOT_RAISED"),
    ],
)
def test_the_version_rises_with_what_changed(
    case: str | None, old: tuple[int, int], new: tuple[int, int], error: str | None
) -> None:
    changed = CASES[case].edited() if case else BASE
    (both,) = pairs(versioned(BASE, *old), versioned(changed, *new))
    assert [found.rule for found in judge(both, compare_pair(both))] == ([error] if error else [])


def accepted(
    old: str | Mapping[str, str], new: str | Mapping[str, str], *acknowledged: Acknowledgement
) -> set[str]:
    """Return the rules of the changes that stop nothing."""
    return {
        change.rule
        for both in pairs(old, new)
        for change in accept(both, compare_pair(both), acknowledged)
        if not change.is_open
    }


def test_a_risen_major_accepts_all_of_its_process() -> None:
    changed = versioned(CASES["event type"].edited(), 2, 0)
    assert accepted(BASE, CASES["event type"].edited()) == set()
    assert accepted(BASE, changed) == {"EVENT_TYPE_CHANGED"}
    assert accepted(BASE, versioned(CASES["local"].edited(), 2, 0)) == {"ACTIVITY_LOCAL_CHANGED"}
    assert accepted(BASE, versioned(CASES["local"].edited(), 1, 1)) == set()


def test_an_acknowledgement_accepts_the_one_change_that_it_is_about() -> None:
    changed = CASES["local"].edited()
    about = Acknowledgement("order", "ACTIVITY_LOCAL_CHANGED", "activity shop.v1.Work.Do", "asked by a Patch")
    assert accepted(BASE, changed, about) == {"ACTIVITY_LOCAL_CHANGED"}
    for other in (
        {"process": "other"},
        {"rule": "ACTIVITY_QUEUE_CHANGED"},
        {"subject": "activity shop.v1.Work.Undo"},
    ):
        assert accepted(BASE, changed, replace(about, **other)) == set()


def test_a_break_shows_in_the_version_and_is_not_acknowledged_unless_the_process_is_gone() -> None:
    seen = Acknowledgement("order", "EVENT_TYPE_CHANGED", "event type", "nobody runs")
    assert accepted(BASE, CASES["event type"].edited(), seen) == set()
    gone = Acknowledgement("bill", "PROCESS_REMOVED", "process bill", "the last one ended")
    assert accepted(TWO, shop(), gone) == {"PROCESS_REMOVED"}


def test_what_no_rule_knows_has_to_be_looked_at() -> None:
    edition = shop(syntax='edition = "2023";')
    (both,) = pairs(edition, edition.replace("sku = 1;", "sku = 1 [features.field_presence = IMPLICIT];"))
    assert compare_pair(both) == ()
    found = other_change(both)
    assert found is not None
    assert found.kind is Class.NEEDS_PATCHING
    (same,) = pairs(edition, edition)
    assert other_change(same) is None


# What is read.


def test_an_image_without_options_is_refused_instead_of_taken_for_one_without_contracts() -> None:
    stripped = FileDescriptorSet(file=request(BASE).proto_file)
    with pytest.raises(ProjectError, match="retain_options"):
        read(stripped)


def test_a_contract_of_an_imported_module_is_not_compared() -> None:
    files = image(TWO)
    for file in files.file:
        if file.name == FILE:
            # What buf writes: field 8042 holds a message whose field 1 is set.
            marked = file.SerializeToString() + b"\xd2\xf6\x03\x02\x08\x01"
            file.MergeFromString(marked[file.ByteSize() :])
    assert [contract.process.name for contract in read(files).contracts] == ["bill"]
