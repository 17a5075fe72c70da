"""Signals reach a process as they were sent, whether or not anybody can decode them."""

from __future__ import annotations

from collections.abc import Iterable

from temporalio import workflow
from temporalio.worker import (
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from process_runtime.contract import ProcessContract

__all__ = ["SignalsAsSent"]


class SignalsAsSent(Interceptor):
    """Takes the events of a contract to the dynamic signal handler, which gets them undecoded.

    For a handler of its own the SDK decodes a signal, and drops one that it cannot decode with a log line
    that may quote it: the event would be lost, and a sensitive value in the log. The generated dynamic
    handler hands everything to :meth:`process_runtime.workflow.ProcessExecution.receive_unknown`.
    """

    def __init__(self, contracts: Iterable[ProcessContract]) -> None:
        """Do so for the processes of `contracts`."""
        self._events = {contract.workflow_type: contract.event_types for contract in contracts}

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        """Return the interceptor of one workflow."""
        events = self._events

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                # Before the first activation: the signals in it are decoded before the process is made.
                super().init(outbound)
                for event_type in events.get(outbound.info().workflow_type, ()):
                    workflow.set_signal_handler(event_type, None)

        return Inbound
