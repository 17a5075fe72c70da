"""Sends the messages of dead letters again: through the stages of the ingress, beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client

from process_runtime.config import IngressSettings
from process_runtime.dead_letters import DeadLetter
from process_runtime.health import Condition
from process_runtime.ingress.dead_letters import message_of
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.events import EventResult
from process_runtime.ingress.pipeline import Patience, Pipeline, PipelineLimits
from process_runtime.ingress.router import Router
from process_runtime.metrics import Metrics

__all__ = ["Resender"]


class Resender:
    """Delivers the message of a letter as its ingress would have, and writes no dead letters itself.

    The bytes are the same, and with them the idempotency key: what was applied before is not applied again.
    """

    def __init__(
        self,
        settings: IngressSettings,
        routers: Sequence[Router[Any]],
        client: Client,
        *,
        timeout: timedelta,
    ) -> None:
        """Deliver through `client`.

        Args:
            settings: Of the ingress whose letters these are.
            routers: One for each process served.
            client: Connected.
            timeout: How long to try for one letter, and how long to wait for the reply of an update.
        """
        metrics = Metrics()
        self._patience = Patience(delivery=timeout, reply=timeout)
        self._pipeline = Pipeline(
            routers=routers,
            deliverer=Deliverer(
                lambda: client,
                task_queue=settings.temporal_task_queue,
                timeout=settings.delivery_timeout,
                metrics=metrics,
                priorities=settings.task_priorities,
            ),
            dead_letters=None,
            limits=PipelineLimits(
                max_in_flight=1,
                max_event_bytes=settings.max_event_bytes,
                no_process_wait=settings.no_process_wait,
            ),
            metrics=metrics,
            condition=Condition("Resending"),
            stopping=asyncio.Event(),
        )

    async def send(self, letter: DeadLetter) -> list[EventResult]:
        """Deliver the message of `letter`, and return what became of each event in it."""
        return await self._pipeline.answer(message_of(letter), self._patience)

    async def close(self) -> None:
        """Abandon what is still in flight."""
        await self._pipeline.close()
