"""Events of types that nobody here knows: kept, waited for, or passed over, as UNKNOWN_EVENTS says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from google.protobuf import json_format

from process_runtime.config import IngressSettings
from process_runtime.ingress.events import Outcome, RawMessage, Reason, Rejection
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import PATIENCE, MemoryDeadLetters, Rig, ScriptedDeliverer, message


def newer(key: str, number: int) -> RawMessage:
    """Return an event with a payload that a later version of the contract has."""
    tree: dict[str, Any] = json_format.MessageToDict(event("posted", key, number))
    tree["teleported"] = tree.pop("posted", {})
    return message(body=json.dumps(tree).encode())


def unknown_at_first(attempts: int) -> ScriptedDeliverer:
    """A process's worker that does not know the type until it is replaced."""
    unknown = Rejection(Reason.UNKNOWN_TYPE, "the process does not know it", process="parcel")
    return ScriptedDeliverer(lambda _key, attempt: unknown if attempt <= attempts else Outcome.DELIVERED)


@pytest.mark.parametrize("policy", ["dead-letter", "ignore"])
async def test_what_is_behind_an_event_that_is_given_up_goes_on(policy: str) -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters, unknown_events=policy)
    taken = [await rig.pipeline.take(each) for each in (newer("a", 1), message(event("posted", "a", 2)))]
    assert await asyncio.gather(*taken) == [True, True]
    assert rig.deliverer.attempts == ["a-2"]
    kept = policy == "dead-letter"
    assert [letter.reason for letter in letters.letters] == ["unknown_type"] * kept
    assert (rig.count("unknown_type"), rig.count("ignored")) == (kept, not kept)


async def test_one_to_be_ignored_needs_no_dead_letter_stream() -> None:
    rig = Rig(ScriptedDeliverer(), unknown_events="ignore")
    assert await (await rig.pipeline.take(newer("a", 1)))
    [result] = await rig.pipeline.answer(newer("a", 2), PATIENCE)
    assert (result.outcome, result.rejection) == (Outcome.IGNORED, None)


async def test_a_command_is_not_ignored_because_somebody_waits_for_the_reply() -> None:
    rig = Rig(unknown_at_first(1), MemoryDeadLetters(), unknown_events="ignore")
    [result] = await rig.pipeline.answer(message(event("weigh", "a", 1)), PATIENCE)
    assert result.outcome is Outcome.REJECTED
    assert result.rejection is not None
    assert result.rejection.reason is Reason.UNKNOWN_TYPE


async def test_a_stream_waits_at_an_event_that_a_newer_ingress_may_know() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters, unknown_events="retry")
    before = await rig.pipeline.take(message(event("posted", "a", 1)))
    waiting = [await rig.pipeline.take(each) for each in (newer("a", 2), message(event("posted", "a", 3)))]
    assert await before
    await eventually(lambda: not rig.condition.is_ready)
    assert rig.condition.as_dict()["reason"] == "UnknownType"
    assert rig.deliverer.attempts == ["a-1"]
    assert not any(future.done() for future in waiting)
    rig.stopping.set()
    assert await asyncio.gather(*waiting) == [False, False]
    assert (rig.deliverer.attempts, letters.letters) == (["a-1"], [])
    await rig.pipeline.close()


async def test_whoever_waits_for_an_answer_is_told_to_come_again() -> None:
    rig = Rig(ScriptedDeliverer(), unknown_events="retry")
    [result] = await rig.pipeline.answer(newer("a", 1), PATIENCE)
    assert result.outcome is Outcome.RETRY
    # It held up nobody else.
    assert await (await rig.pipeline.take(message(event("posted", "a", 2))))


async def test_what_the_process_does_not_know_is_tried_until_its_worker_does() -> None:
    letters = MemoryDeadLetters()
    rig = Rig(unknown_at_first(3), letters, unknown_events="retry")
    async with asyncio.timeout(60):
        assert await (await rig.pipeline.take(message(event("weigh", "a", 1))))
    assert (rig.deliverer.attempts, letters.letters) == (["a-1"] * 4, [])
    assert rig.count("retry") == 3


def test_another_policy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNKNOWN_EVENTS", "drop")
    with pytest.raises(ValueError, match="'dead-letter', 'retry' or 'ignore'"):
        IngressSettings()
