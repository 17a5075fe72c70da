"""What a worker looks for in its namespace, and brings along: search attributes and schedules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError

from process_runtime.backoff import Backoff
from process_runtime.contract import ProcessContract
from process_runtime.health import Health
from process_runtime.schedules import ScheduleError, Schedules, apply
from process_runtime.search_attributes import SearchAttributeError, check, register
from process_runtime.service import Service

__all__ = ["ScheduleComponent", "SearchAttributeGate"]

logger = logging.getLogger(__name__)

_RETRY: Final = timedelta(seconds=5)
_CONDITION_CHARACTERS: Final = 2000


class SearchAttributeGate:
    """Whether the search attributes of some contracts are there; the condition ``SearchAttributesReady``.

    Args:
        contracts: The processes to be served.
        register_missing: Register what is missing rather than wait for somebody to.
        health: Where the condition stands; processes without search attributes have none.
    """

    def __init__(
        self, contracts: Sequence[ProcessContract], *, register_missing: bool, health: Health
    ) -> None:
        self._contracts = contracts
        self._register = register_missing
        asked_for = any(contract.search_attributes for contract in contracts)
        self._condition = health.condition("SearchAttributesReady") if asked_for else None
        self._reported = ""

    async def is_open(self, client: Client) -> bool:
        """Look, and tell of it by the condition."""
        condition = self._condition
        if condition is None:
            return True
        try:
            look = register if self._register else check
            found = await look(client, self._contracts)
        except SearchAttributeError as error:
            condition.not_ready("NotRegistered", self._report(str(error)))
        except RPCError as error:
            condition.not_ready("CheckFailed", self._report(f"{error.status.name}: {error.message}"))
        else:
            if found.unchecked:
                condition.ready("NotChecked", self._report(f"search attributes {found.unchecked}"))
            elif found.mistyped:
                condition.not_ready("WrongType", self._report("; ".join(found.problems)))
            elif found.missing and not self._register:
                condition.not_ready("Missing", self._report("; ".join(found.problems)))
            else:
                self._reported = ""
                condition.ready()
        return condition.is_ready

    def _report(self, message: str) -> str:
        """Log what is new, and return it as a condition tells it."""
        if message != self._reported:
            logger.warning("%s", message)
        self._reported = message
        return message[:_CONDITION_CHARACTERS]


class ScheduleComponent:
    """Makes the schedules as the contracts have them, once, as soon as Temporal can be used.

    The condition ``SchedulesReady``. Until then the worker works on.
    """

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    async def run(self, service: Service) -> None:
        """Apply the schedules, however often it takes, unless `service.stopping` is set first."""
        work = asyncio.create_task(self._apply(service))
        stopping = asyncio.create_task(service.stopping.wait())
        try:
            await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            work.cancel()
            stopping.cancel()

    async def _apply(self, service: Service) -> None:
        condition = service.health.condition("SchedulesReady")
        backoff = Backoff(maximum=_RETRY)
        reported = ""
        while True:
            client = await service.connection.usable()
            try:
                changes = await apply(client, self._schedules)
            except ScheduleError as error:
                message = "; ".join(error.problems)
                condition.not_ready("Refused", message[:_CONDITION_CHARACTERS])
            except RPCError as error:
                message = f"{error.status.name}: {error.message}"
                condition.not_ready("ApplyFailed", message[:_CONDITION_CHARACTERS])
            else:
                for change in changes:
                    logger.info("schedule %s: %s", change.schedule_id, change.action.value)
                condition.ready()
                return
            if message != reported:
                logger.warning("schedules: %s", message)
            reported = message
            await asyncio.sleep(backoff.next_delay())
