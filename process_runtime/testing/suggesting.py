"""Temporal's suggestion to continue as new, as soon as the first event has come."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from temporalio import workflow
from temporalio.worker import (
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

__all__ = ["SuggestsContinueAsNew"]


class SuggestsContinueAsNew(Interceptor):
    """Suggests it to first runs, once an event has come, where Temporal would wait for a long history.

    The process notes in its history what it makes of that, so that the history replays without this.
    """

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        """Return the interceptor of one workflow."""
        return _Inbound


class _LongRun(workflow.Info):
    """Of a run whose history is taken for long."""

    def is_continue_as_new_suggested(self) -> bool:
        return True


class _Outbound(WorkflowOutboundInterceptor):
    event_has_come = False

    def info(self) -> workflow.Info:
        info = super().info()
        if not self.event_has_come or info.continued_run_id is not None:
            return info
        return _LongRun(**{field.name: getattr(info, field.name) for field in fields(info)})


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        self._outbound = _Outbound(outbound)
        super().init(self._outbound)

    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002 - the SDK's name
        self._outbound.event_has_come = True
        await super().handle_signal(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002 - the SDK's name
        self._outbound.event_has_come = True
        return await super().handle_update_handler(input)
