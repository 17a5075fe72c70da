"""A person is onboarded, whichever version the wrapper of the start message holds."""

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from hiring.v1.onboarding_process_pb2 import (
    HiringEvent,
    OnboardingStart,
    PersonKey,
    PersonStartV1,
    PersonStartV2,
)
from onboarding.client import OnboardingClient
from onboarding.contract import WORKFLOW_TYPE, OnboardingKey, workflow_id
from process_runtime.testing import load_registration
from temporalio.testing import WorkflowEnvironment

pytestmark = pytest.mark.asyncio(loop_scope="session")

ProcessWorker = Callable[..., AbstractAsyncContextManager[str]]


def hired(person_number: int) -> HiringEvent:
    """The person was hired."""
    envelope = HiringEvent()
    envelope.meta.key.person_number = person_number
    envelope.meta.idempotency_key = f"hired-{person_number}"
    envelope.meta.schema_version = 1
    envelope.person_hired.SetInParent()
    return envelope


def started_as(version: int, person_number: int) -> OnboardingStart:
    """The wrapper with a version in it, as its clients sent it."""
    if version == 1:
        return OnboardingStart(v1=PersonStartV1(person_number=person_number))
    return OnboardingStart(v2=PersonStartV2(key=PersonKey(person_number=person_number)))


@pytest.mark.parametrize("version", [1, 2])
async def test_a_person_is_welcomed_whichever_version_the_wrapper_holds(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker, version: int
) -> None:
    """Started as clients of that version did."""
    number = random.randrange(2**62)
    async with process_worker(load_registration("onboarding")) as queue:
        client = OnboardingClient(temporal_env.client, task_queue=queue)
        await temporal_env.client.start_workflow(
            WORKFLOW_TYPE,
            started_as(version, number),
            id=workflow_id(OnboardingKey(number)),
            task_queue=queue,
        )
        await client.person_hired(hired(number))
        await client.result(OnboardingKey(number))
        assert await client.phase(OnboardingKey(number)) == f"welcome, {number}"


async def test_the_newest_version_is_sent_in_the_wrapper(
    temporal_env: WorkflowEnvironment, process_worker: ProcessWorker
) -> None:
    """By an event that starts the process."""
    number = random.randrange(2**62)
    async with process_worker(load_registration("onboarding")) as queue:
        client = OnboardingClient(temporal_env.client, task_queue=queue)
        await client.person_hired(hired(number))
        handle = client.handle(OnboardingKey(number))
        await handle.result()
        [begun, *_] = (await handle.fetch_history()).events
        payloads = begun.workflow_execution_started_event_attributes.input.payloads
        [start] = await temporal_env.client.data_converter.decode(payloads, [OnboardingStart])
        assert start == started_as(2, number)
