"""Namespaces of their own, because a namespace holds few search attributes of each type."""

import uuid
from datetime import timedelta

import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from process_runtime.converter import data_converter
from tests.runtime.workflow.conftest import eventually


@pytest_asyncio.fixture(loop_scope="session")
async def empty_namespace(temporal_env: WorkflowEnvironment) -> Client:
    """A client of a new namespace, once every part of the server knows it."""
    retention = Duration()
    retention.FromTimedelta(timedelta(days=1))
    name = f"empty-{uuid.uuid4()}"
    await temporal_env.client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    address = temporal_env.client.service_client.config.target_host
    client = await Client.connect(address, namespace=name, data_converter=data_converter())

    async def known() -> bool:
        try:
            handle = await client.start_workflow("nobody", id=str(uuid.uuid4()), task_queue=str(uuid.uuid4()))
            await handle.terminate()
            await client.count_workflows("")
        except RPCError:
            return False
        return True

    await eventually(known)
    return client
