"""Starting a process beside its worker: Temporal answers the start with the first task of the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from process_runtime.contract import StartArguments
from process_runtime.ingress.events import RoutedEvent
from process_runtime.workflow.carried import first_events

__all__ = ["EagerStarts"]

_REMEMBERED: Final = 10_000
# A start that meets a running process is a call for nothing. Where most do, few are tried.
_WORTHWHILE: Final = 0.5
_WEIGHT_OF_LAST: Final = 0.1
_TRIED_ANYWAY: Final = 20


class EagerStarts:
    """Starts processes with their first events, where ingress and worker share a client.

    Temporal starts eagerly with a plain start alone, not with signal-with-start. So the events go with the
    start, as what a run is given by the one before; it applies them as it applies those of a signal.
    """

    def __init__(self) -> None:
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._share_begun = 1.0
        self._passed_over = 0

    async def start(self, client: Client, events: Sequence[RoutedEvent], arguments: StartArguments) -> bool:
        """Start the process of `events` with them as its first, in this order.

        Args:
            client: The worker's own.
            events: Of one process; each may start it.
            arguments: Of the start.

        Returns:
            Whether it was started, so that the events are delivered. If not, none of them is: the process
            runs, or has ended, or is likely to run.
        """
        first = events[0]
        if first.start is None or not self._is_promising(first.workflow_id):
            return False
        try:
            await client.start_workflow(
                first.router.contract.workflow_type,
                args=[first.start, first_events([event.envelope for event in events])],
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                request_eager_start=True,
                **arguments,
            )
        except WorkflowAlreadyStartedError:
            self._note(first.workflow_id, begun=False)
            return False
        self._note(first.workflow_id, begun=True)
        return True

    def _is_promising(self, workflow_id: str) -> bool:
        if workflow_id in self._begun:
            return False
        if self._share_begun >= _WORTHWHILE:
            return True
        self._passed_over = (self._passed_over + 1) % _TRIED_ANYWAY
        return self._passed_over == 0

    def _note(self, workflow_id: str, *, begun: bool) -> None:
        self._share_begun += (begun - self._share_begun) * _WEIGHT_OF_LAST
        self._begun[workflow_id] = None
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)
