"""The edge between the pipeline and the outside: what an adapter is, and how one is found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from starlette.applications import Starlette

from process_runtime.bindings import BindingOptions
from process_runtime.health import Condition
from process_runtime.ingress.pipeline import Pipeline
from process_runtime.ingress.router import Subscription
from process_runtime.metrics import Metrics
from process_runtime.telemetry import Telemetry

__all__ = [
    "ENTRY_POINT_GROUP",
    "Adapter",
    "AdapterContext",
    "AdapterOptions",
]

ENTRY_POINT_GROUP: Final = "process_runtime.ingress_adapters"
"""Entry points of this group name a `process_runtime.bindings.Factory` of adapters; their name is the
``kind`` of a binding."""


class AdapterOptions(BindingOptions):
    """What a binding says to its adapter."""


@dataclass(frozen=True, kw_only=True)
class AdapterContext:
    """What an adapter works with."""

    subscription: Subscription
    pipeline: Pipeline
    condition: Condition
    """To be ready while events can come in."""
    metrics: Metrics
    app: Starlette
    """The application on ``PORT_HTTP``."""
    stopping: asyncio.Event
    """Set when the ingress is to stop."""
    telemetry: Telemetry = field(default_factory=Telemetry)
    """What is told for traces, beside what the pipeline tells."""
    processes: Sequence[str] = ()
    """The processes that the events are for."""


class Adapter(Protocol):
    """Feeds the events of one subscription into its pipeline."""

    async def run(self, context: AdapterContext) -> None:
        """Feed events until ``context.stopping`` is set or there are no more.

        When stopping: take nothing new, wait for what is in flight, settle it, return. A position may move
        only past messages that the pipeline has settled.

        Raises:
            process_runtime.service.ServiceError: The subscription cannot go on.
        """
