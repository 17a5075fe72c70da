"""Temporal as workers and ingresses reach it: by TEMPORAL_* and the settings of payloads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from pydantic import ValidationError
from temporalio.client import Client
from temporalio.service import RPCError

from process_runtime.config import ConfigError, RuntimeSettings, load_settings, validation_problems
from process_runtime.converter import data_converter
from processctl.errors import ProjectError

T = TypeVar("T")
SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)

_CONNECT_TIMEOUT: Final = timedelta(seconds=10)


def read_settings(settings_type: type[SettingsT]) -> SettingsT:
    """Return the settings of the environment.

    Raises:
        ProjectError: Some are missing or bad; names all of them.
    """
    try:
        return load_settings(settings_type)
    except ConfigError as error:
        raise ProjectError("\n".join(error.problems)) from error


def with_client(settings: RuntimeSettings, work: Callable[[Client], Awaitable[T]]) -> T:
    """Connect, and return what `work` does.

    Raises:
        ProjectError: Temporal cannot be reached, or refuses.
    """

    async def main() -> T:
        try:
            client = await Client.connect(
                **settings.connect_config(),
                data_converter=data_converter(settings),
                connect_timeout=_CONNECT_TIMEOUT,
            )
        except RuntimeError as error:
            # What the SDK raises for a server that it cannot reach.
            summary = str(error).partition("\n")[0][:300]
            raise ProjectError(f"Temporal at {settings.temporal_address}: {summary}") from error
        return await work(client)

    try:
        return asyncio.run(main())
    except RPCError as error:
        raise ProjectError(f"Temporal at {settings.temporal_address}: {error.message}") from error


async def connect(address: str | None, namespace: str | None) -> Client:
    """Connect for what needs no payloads, such as looking at executions.

    Args:
        address: ``host:port`` of Temporal; how else it is reached, the environment says. None takes the
            environment's.
        namespace: None takes the environment's.

    Raises:
        ProjectError: Temporal cannot be reached, or nobody says where it is.
    """
    try:
        config = RuntimeSettings().connect_config()
    except ValidationError as error:
        raise ProjectError("\n".join(validation_problems(error, RuntimeSettings))) from None
    except ConfigError as error:
        raise ProjectError(str(error)) from None
    except OSError as error:
        raise ProjectError(f"TEMPORAL_TLS_*: a file cannot be read: {error.strerror}") from None
    address = address or config.get("target_host")
    if not address:
        raise ProjectError("where is Temporal? Set TEMPORAL_ADDRESS, or write --temporal host:port")
    config["target_host"] = address
    if namespace:
        config["namespace"] = namespace
    try:
        return await Client.connect(**config)
    except (RuntimeError, ValueError) as error:
        # The SDK's text nests what went wrong; the last quoted part of it is what a person can use.
        reason = re.findall(r'"([^"]+)"', str(error))[-1:] or [str(error).partition("\n")[0]]
        raise ProjectError(
            f"{address}: Temporal cannot be reached there ({reason[0]}): write host:port of one that runs"
        ) from None
