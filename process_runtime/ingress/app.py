"""The ingress as a whole: every subscription with its adapter and pipeline, from settings to exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from process_runtime.config import IngressSettings, load_settings, priority_problems
from process_runtime.dead_letters import DeadLetterError, DeadLetters, bind_dead_letters
from process_runtime.ingress.adapter import AdapterContext
from process_runtime.ingress.bindings import SUBSCRIPTIONS, BoundSubscription
from process_runtime.ingress.calls import CallLimits, Calls
from process_runtime.ingress.deliver import Deliverer
from process_runtime.ingress.eager import EagerStarts
from process_runtime.ingress.pipeline import Pipeline, PipelineLimits
from process_runtime.ingress.router import Router, Subscription
from process_runtime.service import Service, ServiceError, exit_code, serve

__all__ = ["Ingress", "ingress_problems", "run_ingress"]


def run_ingress(
    settings_type: type[IngressSettings],
    routers: Sequence[Router[Any]],
    subscriptions: Sequence[Subscription],
) -> int:
    """Run an ingress until SIGTERM or SIGINT, and return the exit code of the process.

    Args:
        settings_type: Which settings to read from the environment.
        routers: One for each process served.
        subscriptions: Where events come from, by the contracts of those processes.

    Returns:
        0 after a clean stop, 2 for a configuration that cannot work, 1 for anything else.
    """

    def main() -> None:
        contracts = [router.contract for router in routers]
        settings = load_settings(
            settings_type,
            check=lambda found: [
                *ingress_problems(found, subscriptions),
                *priority_problems(found, contracts),
            ],
        )
        serve(
            settings,
            role="ingress",
            contracts=contracts,
            components=[Ingress(settings, routers, subscriptions)],
        )

    return exit_code(main)


def ingress_problems(settings: IngressSettings, subscriptions: Sequence[Subscription]) -> list[str]:
    """What keeps an ingress with these settings from working, one line each."""
    _, problems = SUBSCRIPTIONS.bind(subscriptions, settings.ingress_bindings_file)
    _, found = bind_dead_letters(settings.dead_letter_file, settings.dead_letter_binding_file)
    return problems + found


class Ingress:
    """The ingress as a component of a process, beside a worker for instance."""

    def __init__(
        self,
        settings: IngressSettings,
        routers: Sequence[Router[Any]],
        subscriptions: Sequence[Subscription],
        *,
        beside_worker: bool = False,
    ) -> None:
        """Prepare an ingress.

        Args:
            settings: Those that `ingress_problems` finds nothing wrong with.
            routers: One for each process served.
            subscriptions: Where events come from.
            beside_worker: Whether this process has the worker of the same processes.
        """
        self._settings = settings
        self._eager = EagerStarts() if beside_worker and settings.eager_start else None
        self._routers = routers
        self._bound, _ = SUBSCRIPTIONS.bind(subscriptions, settings.ingress_bindings_file)
        self._dead_letters, _ = bind_dead_letters(
            settings.dead_letter_file, settings.dead_letter_binding_file
        )

    async def run(self, service: Service) -> None:
        """Serve all subscriptions until stopped, or until none of them has more to come."""
        async with AsyncExitStack() as stack:
            if self._dead_letters is not None:
                await stack.enter_async_context(self._dead_letters)
                try:
                    await self._dead_letters.claim()
                except DeadLetterError as error:
                    raise ServiceError(f"dead letters: {error}") from None
            settings = self._settings
            calls = Calls(
                CallLimits(at_once=settings.max_temporal_calls, per_second=settings.temporal_calls_per_second)
            )
            ended = await asyncio.gather(
                *(self._serve(bound, self._dead_letters, calls, service) for bound in self._bound),
                return_exceptions=True,
            )
            for result in ended:
                if isinstance(result, BaseException):
                    raise result

    async def _serve(
        self, bound: BoundSubscription, dead_letters: DeadLetters | None, calls: Calls, service: Service
    ) -> None:
        settings, connection = self._settings, service.connection
        condition = service.health.condition(f"SubscriptionReady/{bound.logical.name}")
        pipeline = Pipeline(
            routers=self._routers,
            deliverer=Deliverer(
                lambda: connection.client,
                task_queue=settings.temporal_task_queue,
                timeout=settings.delivery_timeout,
                metrics=service.metrics,
                priorities=settings.task_priorities,
                telemetry=service.telemetry,
                eager=self._eager,
                publishes_locally=settings.local_facts,
            ),
            dead_letters=dead_letters,
            unknown_events=settings.unknown_events,
            limits=PipelineLimits(
                max_in_flight=settings.max_in_flight,
                max_in_flight_bytes=settings.max_in_flight_bytes,
                max_event_bytes=settings.max_event_bytes,
                no_process_wait=settings.no_process_wait,
                coalesce_max_events=settings.coalesce_max_events,
            ),
            metrics=service.metrics,
            condition=condition,
            stopping=service.stopping,
            calls=calls,
            priorities=settings.task_priorities,
            telemetry=service.telemetry,
        )
        context = AdapterContext(
            subscription=bound.logical,
            processes=[router.contract.name for router in self._routers],
            pipeline=pipeline,
            condition=condition,
            metrics=service.metrics,
            app=service.app,
            telemetry=service.telemetry,
            stopping=service.stopping,
        )
        try:
            await bound.server.run(context)
        except BaseException:
            # The other subscriptions drain rather than break off.
            service.stopping.set()
            raise
        finally:
            await pipeline.close()
