"""The connection to Temporal: dialled with backoff, watched, and told of by readiness."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from process_runtime.backoff import Backoff
from process_runtime.config import RuntimeSettings
from process_runtime.converter import data_converter
from process_runtime.health import Health
from process_runtime.metrics import Metrics
from process_runtime.telemetry import Telemetry

__all__ = ["TemporalConnection"]

logger = logging.getLogger(__name__)

# Together under five seconds: so long may readiness lag behind the truth.
_CHECK_INTERVAL: Final = timedelta(seconds=2)
_CHECK_TIMEOUT: Final = timedelta(seconds=2)
_CONNECT_TIMEOUT: Final = timedelta(seconds=4)
_UNAUTHORIZED: Final = frozenset({RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED})


class TemporalConnection:
    """One client for everything in this process, and whether Temporal can be used through it now.

    Drives the conditions ``TemporalReady`` (the frontend answers) and ``NamespaceReady`` (the namespace
    exists and we may use it). Never gives up: outages, missing namespaces and refused credentials are waited
    out.
    """

    def __init__(
        self,
        settings: RuntimeSettings,
        *,
        identity: str,
        health: Health,
        metrics: Metrics,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._settings = settings
        self._telemetry = telemetry or Telemetry()
        self._identity = identity
        self._metrics = metrics
        self._data_converter = data_converter(settings)
        self._temporal = health.condition("TemporalReady")
        self._namespace = health.condition("NamespaceReady")
        self._client: Client | None = None
        self._reported = ""

    @property
    def is_usable(self) -> bool:
        """Whether the last check found Temporal answering and the namespace open to us."""
        return self._temporal.is_ready and self._namespace.is_ready

    @property
    def client(self) -> Client | None:
        """The client, or None while Temporal cannot be used."""
        return self._client if self.is_usable else None

    async def usable(self) -> Client:
        """Wait until Temporal can be used, and return the client."""
        while self._client is None or not self.is_usable:
            await self._temporal.wait_ready()
            await self._namespace.wait_ready()
        return self._client

    async def run(self) -> None:
        """Connect, then check again and again, until cancelled."""
        self._client = await self._connect()
        while True:
            await self._check(self._client)
            await asyncio.sleep(_CHECK_INTERVAL.total_seconds())

    async def _connect(self) -> Client:
        backoff = Backoff(maximum=_CHECK_INTERVAL)
        while True:
            try:
                return await Client.connect(
                    **self._settings.connect_config(),
                    identity=self._identity,
                    data_converter=self._data_converter,
                    interceptors=self._telemetry.client_interceptors(),
                    runtime=self._metrics.runtime,
                    connect_timeout=_CONNECT_TIMEOUT,
                )
            except RuntimeError as error:
                self._away("DialFailed", _summary(error))
            except OSError as error:
                self._away("CredentialsUnreadable", f"a TLS file cannot be read: {error.strerror}")
            await asyncio.sleep(backoff.next_delay())

    async def _check(self, client: Client) -> None:
        request = DescribeNamespaceRequest(namespace=client.namespace)
        try:
            await client.workflow_service.describe_namespace(request, timeout=_CHECK_TIMEOUT)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                self._refused("NotFound", "it is not registered there; create it, or mend TEMPORAL_NAMESPACE")
            elif error.status in _UNAUTHORIZED:
                self._refused(
                    "Unauthorized", "our credentials may not use it; mend TEMPORAL_API_KEY/TEMPORAL_TLS_*"
                )
            else:
                self._away("Unreachable", f"{error.status.name}: {_summary(error)}")
        else:
            if not self.is_usable:
                logger.info("connected to Temporal", extra={"namespace": client.namespace})
            self._reported = ""
            self._metrics.temporal_up.set(1)
            self._temporal.ready()
            self._namespace.ready()

    def _away(self, reason: str, detail: str) -> None:
        message = f"{self._settings.temporal_address}: {detail}"
        self._temporal.not_ready(reason, message)
        self._report(message)

    def _refused(self, reason: str, detail: str) -> None:
        message = f"namespace {self._settings.temporal_namespace}: {detail}"
        self._temporal.ready()
        self._namespace.not_ready(reason, message)
        self._report(message)

    def _report(self, message: str) -> None:
        """Log what is new; the repetitions of an outage are of no use to anybody."""
        self._metrics.temporal_up.set(0)
        if message != self._reported:
            logger.warning("Temporal cannot be used: %s", message)
        self._reported = message


def _summary(error: Exception) -> str:
    """The innermost cause of the SDK's nested error texts, on one line."""
    text = str(error)
    inner = re.findall(r'message: "([^"]+)"', text)
    return (inner[-1] if inner else text.partition("\n")[0])[:200]
