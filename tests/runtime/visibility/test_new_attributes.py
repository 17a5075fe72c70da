"""A search attribute comes into the contract while executions run."""

import uuid
from dataclasses import replace

import pytest
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.workflow import NondeterminismError

from process_runtime.testing import replay, serve_process
from process_runtime.workflow import Patch
from tests.runtime.visibility.gauge import contract
from tests.runtime.visibility.gauge import gauge_pb2 as pb
from tests.runtime.visibility.gauge.registration import GAUGES

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATCH = Patch("index-sites", reason="sites are searched for")


async def history_of_a_gauge(env: WorkflowEnvironment) -> WorkflowHistory:
    async with serve_process(env.client, GAUGES, replays=False) as queue:
        handle = await env.client.start_workflow(
            contract.GAUGE.workflow_type,
            pb.GaugeStart(start_version=1),
            start_signal=contract.CLOSED,
            start_signal_args=[
                pb.GaugeEvent(
                    meta=pb.Meta(idempotency_key="1"), closed=pb.Closed(state=pb.GaugeState(site="south"))
                )
            ],
            **contract.GAUGE.start_arguments(f"gauge-{uuid.uuid4()}", queue),
        )
        await handle.result()
        return await handle.fetch_history()


@pytest.mark.changes_code("a search attribute is new")
async def test_a_new_attribute_with_its_patch_leaves_running_executions_whole(
    temporal_env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = contract.GAUGE
    monkeypatch.setattr(contract, "GAUGE", replace(newest, search_attributes=()))
    old = await history_of_a_gauge(temporal_env)
    monkeypatch.setattr(contract, "GAUGE", replace(newest, search_attributes=newest.search_attributes[:1]))
    with pytest.raises(NondeterminismError):
        await replay(GAUGES, old)
    monkeypatch.setitem(contract.PATCHES, "GaugeSite", PATCH)
    await replay(GAUGES, old)
    # What begins now publishes it, and replays too.
    new = await history_of_a_gauge(temporal_env)
    upserts = [
        event.upsert_workflow_search_attributes_event_attributes
        for event in new.events
        if event.HasField("upsert_workflow_search_attributes_event_attributes")
    ]
    assert "GaugeSite" in {name for upsert in upserts for name in upsert.search_attributes.indexed_fields}
    await replay(GAUGES, new)
