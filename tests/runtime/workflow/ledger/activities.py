"""The ledger's activities: stubs for workflow code, and functions for the worker."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, Protocol

from temporalio import activity

from process_runtime.workflow import ActivityOptions, RetryOptions, call_activity
from tests.runtime.workflow.ledger import ledger_pb2

_RETRY = RetryOptions(initial_interval=timedelta(milliseconds=50), maximum_attempts=3)

REFUND: Final = ActivityOptions(
    name="ledger.Refund", start_to_close_timeout=timedelta(seconds=10), retry=_RETRY
)
CHARGE: Final = ActivityOptions(
    name="ledger.Charge",
    start_to_close_timeout=timedelta(seconds=3),
    retry=_RETRY,
    compensated_by=REFUND,
)
ACTIVITIES: Final = {options.name: options for options in (CHARGE, REFUND)}


class LedgerActivities(Protocol):
    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse: ...

    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse: ...


class LedgerActivityStubs:
    @CHARGE.stub
    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await call_activity(CHARGE, request, ledger_pb2.ChargeResponse)

    @REFUND.stub
    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await call_activity(REFUND, request, ledger_pb2.ChargeResponse)


def activity_functions(implementation: LedgerActivities) -> list[Callable[..., Any]]:
    @activity.defn(name=CHARGE.name)
    async def charge(request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await implementation.charge(request)

    @activity.defn(name=REFUND.name)
    async def refund(request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        return await implementation.refund(request)

    return [charge, refund]


class NoActivities:
    """Implements nothing: for tests in which no activity is to run."""

    async def charge(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        raise NotImplementedError

    async def refund(self, request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
        raise NotImplementedError


@asynccontextmanager
async def create_activities() -> AsyncIterator[LedgerActivities]:
    yield NoActivities()
