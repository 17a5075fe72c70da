"""What the tally processes say that they have applied."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowQueryRejectedError
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

_AT_ONCE: Final = 4
_ANSWER: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Tally:
    """One process."""

    applied: list[int]
    """The numbers of the events that its handlers have seen, in order."""
    runs: int
    """How often it went on as a new run."""
    duplicates: int
    waiting: int


async def read_tallies(client: Client, keys: Iterable[str]) -> dict[str, Tally]:
    """Ask the processes of `keys`; those that are not there, or do not answer now, are left out."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(key: str) -> tuple[str, Tally | None]:
        async with gate:
            return key, await _read(client, key)

    return {key: tally for key, tally in await asyncio.gather(*map(read, keys)) if tally is not None}


async def _read(client: Client, key: str) -> Tally | None:
    handle = client.get_workflow_handle(f"proc/tally/{key}")
    try:
        state, status = [
            _decoded(await handle.query(query, result_type=RawValue, rpc_timeout=_ANSWER))
            for query in ("state", "process_status")
        ]
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
            return None
        if error.status in (
            RPCStatusCode.DEADLINE_EXCEEDED,
            RPCStatusCode.CANCELLED,
            RPCStatusCode.UNAVAILABLE,
        ):
            return None
        raise
    except WorkflowQueryRejectedError:
        return None
    applied = state.get("applied", [])
    return Tally(applied, status["run_epoch"], status["duplicates"], status["waiting"])


def _decoded(value: RawValue) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(value.payload.data)
    return decoded
