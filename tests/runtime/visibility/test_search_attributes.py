"""A namespace that lacks what the contracts ask for: said, waited for, and mended."""

import asyncio
import shlex
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from process_runtime.config import WorkerSettings
from process_runtime.connection import TemporalConnection
from process_runtime.contract import ProcessContract, SearchAttributeKey, StateAttribute
from process_runtime.health import Health, create_app
from process_runtime.metrics import Metrics
from process_runtime.namespace import SearchAttributeGate
from process_runtime.search_attributes import SearchAttributeError, check, register
from process_runtime.service import Service
from process_runtime.testing.servers import temporal_cli
from process_runtime.worker import worker_components
from tests.runtime.visibility.gauge import contract
from tests.runtime.visibility.gauge import gauge_pb2 as pb
from tests.runtime.visibility.gauge.registration import GAUGES
from tests.runtime.workflow.conftest import eventually

Serve = Callable[..., AbstractAsyncContextManager[Health]]

pytestmark = pytest.mark.asyncio(loop_scope="session")


def asking_for(*keys: SearchAttributeKey[Any]) -> ProcessContract:
    return replace(contract.GAUGE, search_attributes=tuple(StateAttribute(key, ("site",)) for key in keys))


async def add(client: Client, name: str, kind: IndexedValueType.ValueType) -> None:
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes={name: kind})
    )


async def test_what_is_missing_is_named_with_the_command_that_mends_it(empty_namespace: Client) -> None:
    found = await check(empty_namespace, [contract.GAUGE])
    assert found.missing["GaugeSite"] == "Keyword"
    assert found.missing["GaugeTags"] == "KeywordList"
    assert len(found.missing) == 9
    (problem,) = found.problems
    assert "GaugeValue (Double)" in problem
    assert "processctl search-attributes apply" in problem
    # The command is one that the server's own command line takes.
    address = empty_namespace.service_client.config.target_host
    words = shlex.split(found.command)[1:]
    command = [str(temporal_cli()), *words, "--address", address]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    assert (await check(empty_namespace, [contract.GAUGE])).problems == []


async def test_several_register_at_once_and_again_and_all_find_it_done(empty_namespace: Client) -> None:
    await asyncio.gather(*(register(empty_namespace, [contract.GAUGE]) for _ in range(4)))
    again = await register(empty_namespace, [contract.GAUGE])
    assert len(again.present) == 9
    assert not again.missing
    # Usable at once, not merely there.
    assert (await empty_namespace.count_workflows("GaugeCity = 'Graz'")).count == 0


async def test_an_attribute_of_another_type_is_never_changed(empty_namespace: Client) -> None:
    await add(empty_namespace, "GaugeSite", IndexedValueType.INDEXED_VALUE_TYPE_INT)
    found = await check(empty_namespace, [contract.GAUGE])
    assert found.mistyped == {"GaugeSite": ("Int", "Keyword")}
    with pytest.raises(SearchAttributeError, match="GaugeSite as Int, and the contract says Keyword"):
        await register(empty_namespace, [contract.GAUGE])
    assert (await check(empty_namespace, [contract.GAUGE])).missing.keys() == found.missing.keys()


async def test_a_namespace_that_takes_no_more_says_so(empty_namespace: Client) -> None:
    many = asking_for(*(SearchAttributeKey.for_int(f"Many{number}") for number in range(4)))
    with pytest.raises(SearchAttributeError, match="does not take the search attributes Many0"):
        await register(empty_namespace, [many])


async def test_two_contracts_that_disagree_are_refused(empty_namespace: Client) -> None:
    other = replace(asking_for(SearchAttributeKey.for_int("GaugeSite")), name="other")
    with pytest.raises(SearchAttributeError, match="Keyword in one contract and Int in other"):
        await check(empty_namespace, [contract.GAUGE, other])


async def test_where_nobody_may_look_the_worker_says_so_and_goes_on(
    time_skipping_env: WorkflowEnvironment,
) -> None:
    # The time-skipping server has no such call, as Temporal Cloud has none for a namespace's own users.
    health = Health()
    gate = SearchAttributeGate([contract.GAUGE], register_missing=False, health=health)
    assert await gate.is_open(time_skipping_env.client)
    said = health.condition("SearchAttributesReady").as_dict()
    assert (said["status"], said["reason"]) == ("True", "NotChecked")
    assert "could not be checked" in said["message"]
    assert "GaugeSite (Keyword)" in said["message"]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, empty_namespace: Client) -> Serve:
    """Runs a worker for gauges in the empty namespace, and yields what it says of itself."""

    @asynccontextmanager
    async def run(**environment: str) -> AsyncIterator[Health]:
        monkeypatch.setenv("TEMPORAL_ADDRESS", empty_namespace.service_client.config.target_host)
        monkeypatch.setenv("TEMPORAL_NAMESPACE", empty_namespace.namespace)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings, health, metrics = WorkerSettings(), Health(), Metrics()
        connection = TemporalConnection(settings, identity="test", health=health, metrics=metrics)
        service = Service(
            health=health,
            metrics=metrics,
            connection=connection,
            app=create_app(health, metrics),
            identity="test",
            stopping=asyncio.Event(),
        )
        tasks = [asyncio.create_task(part.run(service)) for part in worker_components(settings, [GAUGES])]
        connecting = asyncio.create_task(connection.run())
        try:
            yield health
        finally:
            service.stopping.set()
            await asyncio.wait_for(asyncio.gather(*tasks), 60)
            connecting.cancel()
            metrics.close()

    return run


async def gauge_runs(client: Client) -> None:
    """A gauge with every attribute set comes to its end."""
    handle = await client.start_workflow(
        contract.GAUGE.workflow_type,
        pb.GaugeStart(start_version=1),
        start_signal=contract.CLOSED,
        start_signal_args=[
            pb.GaugeEvent(
                meta=pb.Meta(idempotency_key="1"), closed=pb.Closed(state=pb.GaugeState(site="south"))
            )
        ],
        **contract.GAUGE.start_arguments("gauge", "gauge"),
    )
    await asyncio.wait_for(handle.result(), 90)
    assert (await handle.describe()).typed_search_attributes[SearchAttributeKey.for_keyword("GaugeSite")] == (
        "south"
    )


async def test_a_worker_polls_nothing_until_the_attributes_are_there(
    served: Serve, empty_namespace: Client
) -> None:
    async with served() as health:
        attributes, polling = health.condition("SearchAttributesReady"), health.condition("WorkerPolling")

        async def waits() -> bool:
            return polling.as_dict()["reason"] == "WaitingForSearchAttributes"

        await eventually(waits)
        said = attributes.as_dict()
        assert (said["status"], said["reason"]) == ("False", "Missing")
        assert "GaugeSince (Datetime)" in said["message"]
        assert not health.is_ready
        await register(empty_namespace, [contract.GAUGE])

        async def polls() -> bool:
            return health.is_ready

        await eventually(polls)
        await gauge_runs(empty_namespace)


async def test_a_worker_registers_them_itself_if_told_to(served: Serve, empty_namespace: Client) -> None:
    async with served(REGISTER_SEARCH_ATTRIBUTES="true") as health:

        async def polls() -> bool:
            return health.is_ready

        await eventually(polls)
        await gauge_runs(empty_namespace)
