"""Temporal as workers and ingresses reach it: by TEMPORAL_* and the settings of payloads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from temporalio.client import Client
from temporalio.service import RPCError

from process_runtime.config import ConfigError, RuntimeSettings, load_settings
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
