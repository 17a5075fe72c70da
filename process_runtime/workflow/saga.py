"""Undoing what was done when a process fails or is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from process_runtime.workflow.activity_stub import (
    ActivityOptions,
    RetryOptions,
    options_of,
    start,
)
from process_runtime.workflow.carried import (
    CarriedCompensation,
    CarriedRetry,
    CarriedState,
    decode_payloads,
    encode_payload,
    message_payload,
)
from process_runtime.workflow.scope import Compensation, ProcessScope
from process_runtime.workflow.shielded import wait_shielded

RequestT = TypeVar("RequestT", bound=Message)

COMPENSATION_FAILED: Final = "CompensationFailed"
"""Type of the failure of a process that could not undo all it had done."""


class Saga:
    """What a process has to undo if it does not come to its regular end, last in first out."""

    def __init__(self) -> None:
        self.scope = ProcessScope()
        self.uncompensated: list[str] = []
        """Temporal types of the compensating activities that failed for good, in the order they failed."""
        self._process = ""

    def add(
        self,
        activity: Callable[[RequestT], Coroutine[Any, Any, Message]],
        request: RequestT,
        *,
        retry: RetryOptions | None = None,
    ) -> None:
        """Owe a compensation: `activity` is to run if the process fails or is cancelled.

        Added before the activity that it undoes, it covers an attempt of that whose outcome is lost, and has
        to bear that there is nothing to undo.

        Args:
            activity: Method of ``self.activities``; not called now.
            request: Its request.
            retry: How a failed attempt is repeated, instead of what the contract says of the activity.

        Raises:
            TypeError: `activity` is no activity of the contract.
        """
        copy = type(request)()
        copy.CopyFrom(request)
        self.scope.compensations.append(Compensation(options_of(activity), copy, retry))

    def clear(self) -> None:
        """Owe nothing any more, neither what was not undone yet nor what could not be."""
        self.scope.compensations.clear()
        self.uncompensated.clear()

    async def compensate(self) -> None:
        """Run each owed compensation once, last in first out, one at a time.

        A cancellation does not interrupt it: it is raised when all have run. When one fails for good, the
        others still run: undoing the rest is better than undoing nothing.

        Raises:
            asyncio.CancelledError: A cancellation came meanwhile.
            temporalio.exceptions.ApplicationError: One failed, now: type `CompensationFailed`, the details
                naming the activities.
        """
        failures: dict[str, BaseException] = {}
        cancelled = False
        owed = self.scope.compensations
        with self.scope.activity():
            while owed:
                compensation = owed.pop()
                activity, name = compensation.activity, compensation.activity.name
                call: asyncio.Task[Message] = start(
                    activity, compensation.request, None, activity.cancellation, retry=compensation.retry
                )
                cancelled = await wait_shielded(call, _say_that_it_waits) or cancelled
                error = call.exception()
                self._count("done" if error is None else "failed")
                if error is not None:
                    workflow.logger.error("compensation %s failed; its effect stays: %s", name, error)
                    self.uncompensated.append(name)
                    failures.setdefault(name, error)
        if cancelled:
            raise asyncio.CancelledError
        if failures:
            raise compensation_failed(list(failures)) from next(iter(failures.values()))

    def count_for(self, process: str) -> None:
        """Name the process under which compensations are counted."""
        self._process = process

    def carried(self) -> dict[str, Any]:
        """What is owed, as keyword arguments of :class:`CarriedState`."""
        return {
            "compensations": [
                CarriedCompensation(
                    activity=owed.activity.name,
                    request=encode_payload(message_payload(owed.request)),
                    retry=None if owed.retry is None else _carried_retry(owed.retry),
                )
                for owed in self.scope.compensations
            ],
            "uncompensated": list(self.uncompensated),
        }

    def restore(self, carried: CarriedState, known: Mapping[str, ActivityOptions]) -> None:
        """Take over what the last run owed.

        Args:
            carried: What it handed over.
            known: The contract's activities by Temporal type.
        """
        requests = decode_payloads([owed.request for owed in carried.compensations])
        self.scope.compensations[:] = [
            Compensation(
                known.get(owed.activity, ActivityOptions(name=owed.activity)),
                request,
                None if owed.retry is None else _retry(owed.retry),
            )
            for owed, request in zip(carried.compensations, requests, strict=True)
        ]
        self.uncompensated[:] = carried.uncompensated

    def _count(self, outcome: str) -> None:
        workflow.metric_meter().create_counter(
            "process_compensations", "Compensations by what became of them."
        ).add(1, {"process": self._process, "outcome": outcome})


def compensation_failed(activities: list[str]) -> ApplicationError:
    """The failure of a process that could not undo all it had done."""
    return ApplicationError(
        f"compensations failed for good, and what they were to undo stays: {', '.join(activities)}",
        *activities,
        type=COMPENSATION_FAILED,
        non_retryable=True,
    )


def _say_that_it_waits() -> None:
    workflow.logger.info("cancellation waits until the compensations have run")


def _carried_retry(retry: RetryOptions) -> CarriedRetry:
    return CarriedRetry(
        initial_interval=retry.initial_interval.total_seconds(),
        backoff_coefficient=retry.backoff_coefficient,
        maximum_interval=None if retry.maximum_interval is None else retry.maximum_interval.total_seconds(),
        maximum_attempts=retry.maximum_attempts,
        non_retryable_error_types=list(retry.non_retryable_error_types),
    )


def _retry(carried: CarriedRetry) -> RetryOptions:
    longest = carried.maximum_interval
    return RetryOptions(
        initial_interval=timedelta(seconds=carried.initial_interval),
        backoff_coefficient=carried.backoff_coefficient,
        maximum_interval=None if longest is None else timedelta(seconds=longest),
        maximum_attempts=carried.maximum_attempts,
        non_retryable_error_types=tuple(carried.non_retryable_error_types),
    )
