"""The stages before delivery: a message that breaks them is a verdict on that message alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from process_runtime.ingress import prepare as prepare_module
from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import NO_SPAN, Outcome, Reason, Rejection
from process_runtime.ingress.prepare import events_in, prepare
from tests.runtime.ingress.parcels import ParcelRouter, event, workflow_id
from tests.runtime.ingress.scripted import PATIENCE, MemoryDeadLetters, Rig, ScriptedDeliverer, message

BREAKS = [RecursionError(), MemoryError(), ZeroDivisionError("hunter2"), UnicodeError(), KeyError("x")]


class BrokenRouter(ParcelRouter):
    """Raises what a bug in people's code, or in ours, could raise."""

    def __init__(self, method: str, error: Exception) -> None:
        def broken(_envelope: Any) -> Any:
            raise error

        setattr(self, method, broken)


def test_an_event_comes_out_with_its_process_and_its_start() -> None:
    found = prepare(message(event("posted", "a", 1)), [ParcelRouter()], NO_SPAN, max_bytes=10_000)
    assert found.workflow_id == workflow_id("a")
    assert found.meta.idempotency_key == "a-1"
    assert found.start is not None


def test_too_large_an_event_is_not_even_looked_at() -> None:
    with pytest.raises(Rejection) as caught:
        prepare(message(event("posted", "a", 1)), [], NO_SPAN, max_bytes=3)
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("stage", ["decode", "fill_trace", "validate", "route", "split"])
def test_whatever_breaks_a_stage_is_a_rejection_that_quotes_nothing(
    stage: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(prepare_module, stage, broken)
    posted = message(event("posted", "a", 1))
    with pytest.raises(Rejection) as caught:
        prepare(events_in(posted)[0], [ParcelRouter()], NO_SPAN, max_bytes=10_000)
    assert caught.value.reason is Reason.UNDECODABLE
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("method", ["meta_of", "missing", "workflow_id", "start_message"])
def test_so_is_whatever_breaks_a_router(method: str) -> None:
    router = BrokenRouter(method, RecursionError("hunter2"))
    with pytest.raises(Rejection) as caught:
        prepare(message(event("posted", "a", 1)), [router], NO_SPAN, max_bytes=10_000)
    assert caught.value.reason in (Reason.UNDECODABLE, Reason.INVALID)
    assert "hunter2" not in str(caught.value)


async def test_poison_is_a_dead_letter_and_what_is_around_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(raw: Any, routers: Any) -> Any:
        if b"poison" in raw.body:
            raise MemoryError
        return decode(raw, routers)

    monkeypatch.setattr(prepare_module, "decode", poisoned)
    letters = MemoryDeadLetters()
    rig = Rig(ScriptedDeliverer(), letters)
    keys = ["a", "poison", "a", "poison", "b"]
    events = [event("posted", key, number) for number, key in enumerate(keys)]
    assert all(await asyncio.gather(*[await rig.pipeline.take(message(found)) for found in events]))
    assert sorted(rig.deliverer.attempts) == ["a-0", "a-2", "b-4"]
    assert [letter.reason for letter in letters.letters] == ["undecodable"] * 2


async def test_of_a_batch_only_the_poison_is_rejected() -> None:
    rig = Rig(ScriptedDeliverer(), MemoryDeadLetters())
    batch = message(event("posted", "a", 1), event("posted", "b", 1))
    body = batch.body.replace(b'"b-1"', b'{"deep": 1}')
    results = await rig.pipeline.answer(message(body=body, content_type=batch.content_type), PATIENCE)
    assert [result.outcome for result in results] == [Outcome.DELIVERED, Outcome.REJECTED]
