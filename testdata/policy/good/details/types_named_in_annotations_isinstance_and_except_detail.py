"""Types named in annotations, isinstance and except."""

# replay: not-run because it is about how lines are judged, and starts nothing

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import requests
from temporalio import workflow

if TYPE_CHECKING:
    from temporalio.client import Client


@workflow.defn
class Flow:
    lock: threading.Lock | None = None

    @workflow.run
    async def run(self, connection: socket.socket) -> Client | None:
        path: Path | None = None
        try:
            return None if isinstance(path, Path) else None
        except requests.HTTPError:
            return None
