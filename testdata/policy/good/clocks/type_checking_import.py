"""Imports for types alone."""

# replay: holds
# sandbox: passes

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import workflow

if TYPE_CHECKING:
    import socket
    import threading
    from pathlib import Path

    from temporalio.client import Client


@workflow.defn
class Typed:
    lock: threading.Lock | None = None

    def _send(self, connection: socket.socket | None, path: Path | None) -> Client | None:
        return None

    @workflow.run
    async def run(self) -> None:
        found: Client | None = self._send(None, None)
        await workflow.execute_activity(f"found_{found}", start_to_close_timeout=timedelta(seconds=10))
