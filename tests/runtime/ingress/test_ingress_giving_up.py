"""An event that is given up while the ingress stops takes along all that follow it: nothing overtakes it."""

from __future__ import annotations

import asyncio

import pytest

from process_runtime.ingress.events import Outcome, Transient
from process_runtime.testing import eventually
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.scripted import Rig, ScriptedDeliverer, message


@pytest.mark.parametrize("together", [1, 32])
async def test_what_follows_an_event_that_has_to_come_again_comes_again_too(together: int) -> None:
    # Temporal is back in the very moment in which the ingress has given the first event up.
    rig = Rig(
        ScriptedDeliverer(lambda key, _n: Transient("away") if key == "a-1" else Outcome.DELIVERED),
        together=together,
    )
    first = await rig.pipeline.take(message(event("posted", "a", 1)))
    await eventually(lambda: bool(rig.deliverer.attempts))
    second = await rig.pipeline.take(message(event("posted", "a", 2)))
    rig.stopping.set()
    assert list(await asyncio.gather(first, second)) == [False, False]
    third = await rig.pipeline.take(message(event("posted", "a", 3)))
    other = await rig.pipeline.take(message(event("posted", "b", 1)))
    assert list(await asyncio.gather(third, other)) == [False, True]
    assert {*rig.deliverer.attempts} - {"b-1"} <= ({"a-1"} if together == 1 else {"a-1", "a-2"})
    assert ["a-2"] not in rig.deliverer.calls
