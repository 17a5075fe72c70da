"""One execution under test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from temporalio.client import (
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowHistory,
)

from process_runtime.testing.histories import chain
from process_runtime.testing.rest import at_rest, cause_of, reason, stuck
from process_runtime.testing.waiting import eventually
from process_runtime.workflow import ProcessStatus

if TYPE_CHECKING:
    from process_runtime.client import ProcessClient
    from process_runtime.testing.harness import ProcessHarness

__all__ = ["Run"]

StateT = TypeVar("StateT")
ResultT = TypeVar("ResultT")


class Run(Generic[StateT, ResultT]):
    """One process of a test, through all its Continue-As-New. Made by the harness."""

    def __init__(
        self, client: ProcessClient[Any], workflow_id: str, harness: ProcessHarness[Any, Any, Any]
    ) -> None:
        self._client = client
        self._harness = harness
        self.id = workflow_id
        self.reply: Any = None
        """What the update that the harness sent was replied with."""

    @property
    def handle(self) -> WorkflowHandle[Any, ResultT]:
        """Temporal's own handle."""
        return self._client._handle(self.id)

    async def phase(self) -> str:
        """The phase that the process is in."""
        return await self._client._phase(self.id)

    async def state(self) -> StateT:
        """The durable state.

        Raises:
            TypeError: The contract has none.
        """
        state_type = self._harness.state_type
        if state_type is None:
            raise TypeError(f"{self._client.contract.name} has no state")
        state: Any = await self._client._state(self.id, state_type)
        return state  # type: ignore[no-any-return]

    async def status(self) -> ProcessStatus:
        """What became of the events so far."""
        status: ProcessStatus = await self.handle.query("process_status", result_type=ProcessStatus)
        return status

    async def until(
        self,
        condition: Callable[[StateT], bool] | None = None,
        *,
        phase: str | None = None,
    ) -> None:
        """Wait until the process is in a phase, or its state is as wanted, or both.

        Args:
            condition: Of the state.
            phase: Exactly.

        Raises:
            AssertionError: It never was; or the process has ended otherwise.
        """

        async def holds() -> bool:
            if phase is not None and await self.phase() != phase:
                return False
            return condition is None or condition(await self.state())

        async def holds_or_never_will() -> bool:
            if await holds():
                return True
            if not await self._closed() or await holds():
                return False
            raise AssertionError(
                f"{self.id} has ended {await self._end()}, in the phase {await self.phase()!r}"
            )

        wanted = "its state is not as wanted" if phase is None else f"is not in the phase {phase!r}"

        async def problem() -> str:
            return f"{self.id}: {wanted} but in {await self.phase()!r}; {await stuck(self.handle)}"

        await eventually(holds_or_never_will, problem, patience=self._harness.patience)

    async def rest(self) -> None:
        """Wait until the process has nothing left to do but wait, so that what did not happen can be seen.

        Raises:
            AssertionError: It goes on, or fails again and again.
        """
        await at_rest(self.handle, self._harness.record.hanging, patience=self._harness.patience)

    async def cancel(self) -> None:
        """Ask the process to cancel itself."""
        await self.handle.cancel()

    async def result(self) -> ResultT:
        """Wait for the end and return the result. On a server that skips time, time passes until then.

        Raises:
            temporalio.client.WorkflowFailureError: It failed, was cancelled or timed out.
            AssertionError: It does not end.
        """
        result: ResultT = await self._ended(self.handle.result())
        return result

    async def failure(self) -> BaseException:
        """Wait for the end and return why the process failed.

        That is the first ``ApplicationError`` on the way from the failure to its causes: the process's own,
        or that of an activity.

        Raises:
            AssertionError: It did not fail.
        """
        try:
            result = await self.result()
        except WorkflowFailureError as error:
            return cause_of(error.cause)
        raise AssertionError(f"{self.id} did not fail, but returned {result}")

    async def histories(self) -> list[WorkflowHistory]:
        """The history of every run of this process that the test started, first run first."""
        return [
            history
            for workflow_id, run_id in list(self._harness._started.runs)
            if workflow_id == self.id
            for history in await chain(self._harness.temporal, self.id, run_id)
        ]

    async def _ended(self, ending: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self._harness.patience), self._harness._skipping():
                return await ending
        except TimeoutError:
            phase = await self.phase()
            raise AssertionError(
                f"{self.id} does not end; it is in the phase {phase!r}, and {await stuck(self.handle)}"
            ) from None

    async def _closed(self) -> bool:
        return (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING

    async def _end(self) -> str:
        try:
            return f"with {await self.handle.result()}"
        except WorkflowFailureError as error:
            return reason(error.cause)
