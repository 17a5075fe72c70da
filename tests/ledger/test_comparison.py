"""The ledger finds every sort of fault, and none where there is none."""

from __future__ import annotations

import pytest

from tests.ledger.comparison import Letter, faults
from tests.ledger.events import Malformed, Sending, divided, sendings

A1, A2, A3 = (Sending("a", number) for number in (1, 2, 3))
B1 = Sending("b", 1)
BAD = Sending("b", 0, Malformed.INVALID)
SENT = [A1, A2, A3, B1, BAD]
HELD = [sending.body for sending in (A1, B1, A2, A1, BAD, A3)]
APPLIED = {"a": [1, 2, 3], "b": [1]}
LETTERS = [Letter("x", "invalid", BAD.body)]


def test_what_was_applied_once_and_in_order_is_no_fault() -> None:
    assert faults(SENT, HELD, APPLIED, LETTERS) == []
    # The same letter again, by a replica that took over.
    assert faults(SENT, HELD, APPLIED, LETTERS * 2) == []
    # A producer that was not answered sent it again: the broker holds it twice, and so do the dead letters.
    again = [*LETTERS, Letter("y", "invalid", BAD.body)]
    assert faults(SENT, [*HELD, BAD.body], APPLIED, again) == []


def test_the_order_is_the_brokers() -> None:
    held = [A2.body, A1.body, *HELD]
    assert faults(SENT, held, {"a": [2, 1, 3], "b": [1]}, LETTERS) == []
    assert faults(SENT, held, APPLIED, LETTERS) == ["a/1: applied before 2"]


@pytest.mark.parametrize(
    ("applied", "fault"),
    [
        ({"a": [1, 3], "b": [1]}, "a/2: never applied"),
        ({"a": [1, 2, 3]}, "b/1: never applied"),
        ({"a": [1, 2, 2, 3], "b": [1]}, "a/2: applied 2 times"),
        ({"a": [1, 3, 2], "b": [1]}, "a/3: applied before 2"),
        ({"a": [1, 2, 3, 4], "b": [1]}, "a/4: applied, but never sent"),
        ({"a": [1, 2, 3], "b": [1], "c": [1]}, "c/1: applied, but never sent"),
    ],
)
def test_what_is_missing_doubled_or_out_of_order_is_named(applied: dict[str, list[int]], fault: str) -> None:
    assert faults(SENT, HELD, applied, LETTERS) == [fault]


def test_what_the_broker_lost_is_named_as_such() -> None:
    held = [body for body in HELD if body != A3.body]
    assert faults(SENT, held, {"a": [1, 2], "b": [1]}, LETTERS) == [
        "a/3: acknowledged, but not in the broker"
    ]


def test_dead_letters_hold_all_that_is_malformed_and_nothing_else() -> None:
    missing = "b/0 (invalid): 1 times in the broker, and in the dead letters as []"
    assert faults(SENT, HELD, APPLIED, []) == [missing]
    other = [Letter("x", "undecodable", BAD.body)]
    assert faults(SENT, HELD, APPLIED, other) == [missing.replace("[]", "['undecodable']")]
    valid = [*LETTERS, Letter("y", "late", A1.body)]
    assert faults(SENT, HELD, APPLIED, valid) == [
        "a/1: 2 times in the broker, and in the dead letters as ['late']"
    ]
    strange = [*LETTERS, Letter("y", "late", b"?")]
    assert faults(SENT, HELD, APPLIED, strange) == [
        "b'?': not in the broker, but in the dead letters as ['late']"
    ]


def test_what_is_sent_holds_each_event_in_its_order_and_some_of_them_again() -> None:
    sent = sendings(2000, 50, seed=1)
    assert sent == sendings(2000, 50, seed=1) != sendings(2000, 50, seed=2)
    valid = [sending for sending in sent if sending.malformed is None]
    first = dict.fromkeys(valid)
    for key in {sending.key for sending in valid}:
        assert [sending.number for sending in first if sending.key == key] == [*range(1, 41)]
    assert 60 <= len(valid) - len(first) <= 140
    malformed = [sending for sending in sent if sending.malformed]
    assert {sending.malformed for sending in malformed} == {*Malformed}
    assert len({sending.body for sending in sent}) == len({*sent})


def test_all_of_a_key_is_sent_by_one_producer() -> None:
    sent = sendings(200, 10, seed=1)
    parts = divided(sent, 3)
    assert sum(map(len, parts)) == len(sent)
    keys = [{sending.key for sending in part} for part in parts]
    assert sum(map(len, keys)) == len(set.union(*keys)) == 10
    assert parts[0] == [sending for sending in sent if sending.key in keys[0]]
