"""Asks Temporal how many executions began with a patch, and how many without."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from processctl.errors import ProjectError
from processctl.patches.source import FoundPatch, PatchState
from processctl.temporal import connect

_SECONDS = 30
_OPEN, _CLOSED = "ExecutionStatus = 'Running'", "ExecutionStatus != 'Running'"


@dataclass(frozen=True, slots=True)
class Executions:
    """Runs of the patch's process that Temporal keeps; of the open ones only those before the deployment."""

    open_with: int
    """Running, and past the patch with it on."""
    open_without: int
    """Running, and past the patch the old way, or not there yet."""
    closed_with: int
    closed_without: int
    before: datetime | None = None
    """When the code as it is was deployed: open runs that began later are not counted."""


async def count(
    patches: Sequence[FoundPatch],
    address: str,
    namespace: str | None,
    deployed: Mapping[str, datetime],
) -> list[Executions]:
    """Return the executions of each patch.

    Args:
        patches: Of any processes.
        address: ``host:port`` of Temporal; how else it is reached, the environment says.
        namespace: None takes the environment's.
        deployed: By patch ID, when the code as it is was deployed.

    Raises:
        ProjectError: Temporal cannot be reached, or refuses.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            client = await connect(address, namespace)
            return [await _count(client, patch, deployed.get(patch.id)) for patch in patches]
    except TimeoutError:
        raise ProjectError(f"{address}: Temporal did not answer within {_SECONDS} s") from None
    except RPCError as error:
        raise ProjectError(
            f"{address}: Temporal answered {error.status.name}: {error.message}; mend the connection, or do "
            "without --temporal"
        ) from None


async def _count(client: Client, patch: FoundPatch, before: datetime | None) -> Executions:
    # Both are safe inside quotes: the contract language and `Patch` see to it.
    process, marked = f"WorkflowType = '{patch.workflow_type}'", f"TemporalChangeVersion = '{patch.id}'"
    earlier = [] if before is None else [f"StartTime < '{before.astimezone(UTC).isoformat()}'"]

    async def number(*conditions: str) -> int:
        return (await client.count_workflows(" AND ".join([process, *conditions]))).count

    open_with = await number(_OPEN, marked, *earlier)
    open_all = await number(_OPEN, *earlier)
    closed_with, closed_all = await number(_CLOSED, marked), await number(_CLOSED)
    # Not one question: what starts or ends in between must not make a number negative.
    return Executions(
        open_with, max(open_all - open_with, 0), closed_with, max(closed_all - closed_with, 0), before
    )


def advice(patch: FoundPatch, executions: Executions | None) -> str:
    """What can be done about a patch now."""
    if patch.state is PatchState.UNUSED:
        return "nothing uses it: delete it"
    if executions is None:
        return ""
    kept = executions.closed_without
    if patch.state is PatchState.ACTIVE:
        if executions.open_without:
            return f"keep it: {executions.open_without} open without it"
        return "can be deprecated" + (
            f"; {kept} closed without it can then not be reset or queried" if kept else ""
        )
    waiting = executions.open_with + (executions.open_without if executions.before else 0)
    if waiting:
        return f"keep the call: {waiting} open that may have begun before the deprecation"
    return "can be removed"
