"""Processes that a Temporal schedule starts.

A schedule puts the time behind the workflow ID of what it starts, and gives every start the same arguments;
a process has the ID that its contract derives, and its start message says when it began. So a schedule runs a
workflow of its own, generated for each process, which starts the process as its child and lives as long:
what the schedule does while a run is still going holds for the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.common import RawValue, SearchAttributeKey
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from process_runtime.contract import ProcessContract, Schedule
from process_runtime.workflow_id import join_workflow_id

_NOMINAL_TIME: Final = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
_DIGEST_CHARACTERS: Final = 16


@dataclass(frozen=True, kw_only=True)
class ScheduledStart:
    """What a Temporal schedule hands to the workflow that it runs."""

    schedule: str
    """Its name in the contract."""
    key: dict[str, str | int] | None = None
    """The business key it runs for."""
    fingerprint: str = ""
    """Of everything the schedule was made from; how a change is seen."""


@dataclass(frozen=True, kw_only=True)
class ScheduledProcess:
    """A process with schedules, and how one of its events is made. Generated."""

    contract: ProcessContract
    schedules: tuple[Schedule, ...]
    envelope_type: type[Message]
    idempotency_key: tuple[str, ...]
    """Field names from the envelope down."""
    id_uses_key: bool
    """Whether the workflow ID depends on the business key."""
    workflow_id_of: Callable[[Any], str]
    start_of_event: Callable[[Any], Message]
    observed_at: tuple[str, ...] | None = None
    wrap_start: Callable[[Any], Message] | None = None

    @property
    def workflow_type(self) -> str:
        """Temporal workflow type of what the schedules run."""
        return f"{self.contract.workflow_type}.scheduled"

    def event(self, scheduled: ScheduledStart, nominal_time: datetime) -> Message:
        """Return the envelope, without a payload, of the event that a schedule stands for.

        Args:
            scheduled: Which schedule, and for which key.
            nominal_time: When it was due.

        Raises:
            KeyError: The key has a field that the contract does not know, or an enum has no such name.
            TypeError: A key field is of another type.
        """
        envelope = self.envelope_type()
        paths = {field.name: field.path for field in self.contract.key_fields}
        for name, value in (scheduled.key or {}).items():
            _assign(envelope, paths[name], value)
        _assign(envelope, self.idempotency_key, self._idempotency_key(scheduled, nominal_time))
        if self.observed_at is not None:
            *parents, name = self.observed_at
            getattr(_parent(envelope, parents), name).FromDatetime(nominal_time)
        return envelope

    def start_message(self, envelope: Message) -> Message:
        """Return the start message as it is sent."""
        start = self.start_of_event(envelope)
        return start if self.wrap_start is None else self.wrap_start(start)

    def key_text(self, key: Mapping[str, str | int]) -> str:
        """Return `key` as text that tells it from others; a digest stands for a sensitive value.

        Raises:
            process_runtime.workflow_id.WorkflowIdError: A value is empty.
            KeyError: A field is missing.
        """
        values = [
            sha256(str(key[field.name]).encode()).hexdigest()[:_DIGEST_CHARACTERS]
            if field.sensitive
            else key[field.name]
            for field in self.contract.key_fields
        ]
        return join_workflow_id(["", *["/"] * (len(values) - 1), ""], values)

    def _idempotency_key(self, scheduled: ScheduledStart, nominal_time: datetime) -> str:
        due = nominal_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        key = f"schedule:{scheduled.schedule}:{due}"
        if scheduled.key and not self.id_uses_key:
            # The key alone tells runs of one time apart, and nothing else brings it into the workflow ID.
            key += f":{self.key_text(scheduled.key)}"
        return key


async def start_scheduled(process: ScheduledProcess, scheduled: ScheduledStart) -> str:
    """Start `process` as a child of this workflow and wait for its end.

    Returns:
        What became of it: ``completed``, or ``not started`` where the contract allows no second execution.

    Raises:
        temporalio.exceptions.ChildWorkflowError: The process failed or was cancelled.
        temporalio.exceptions.ApplicationError: The contract gives no workflow ID for this key.
    """
    contract = process.contract
    due = workflow.info().typed_search_attributes.get(_NOMINAL_TIME) or workflow.info().workflow_start_time
    try:
        envelope = process.event(scheduled, due)
        workflow_id = process.workflow_id_of(envelope)
    except (KeyError, TypeError, ValueError) as error:
        # Not the text: it may quote a sensitive field.
        raise ApplicationError(
            f"schedule {scheduled.schedule}: its key gives no {contract.name} process "
            f"({type(error).__name__}); mend SCHEDULE_KEYS_FILE and apply the schedules again",
            type="BadScheduleKey",
            non_retryable=True,
        ) from None
    overlap = {schedule.name: schedule.overlap for schedule in process.schedules}.get(scheduled.schedule)
    try:
        child = await workflow.start_child_workflow(
            contract.workflow_type,
            process.start_message(envelope),
            result_type=RawValue,
            cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
            # Whoever else ends this workflow does not mean the process.
            parent_close_policy=workflow.ParentClosePolicy.TERMINATE
            if overlap == "TERMINATE_OTHER"
            else workflow.ParentClosePolicy.ABANDON,
            **contract.start_arguments(workflow_id, workflow.info().task_queue, contract.shown_key(envelope)),
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.warning("%s runs or ran already and is not started again", workflow_id)
        return "not started"
    await child
    return "completed"


def _parent(message: Any, names: list[str]) -> Any:
    for name in names:
        message = getattr(message, name)
    return message


def _assign(message: Any, path: tuple[str, ...], value: str | int) -> None:
    *parents, name = path
    message = _parent(message, parents)
    enum = message.DESCRIPTOR.fields_by_name[name].enum_type
    setattr(message, name, value if enum is None else enum.values_by_name[value].number)
