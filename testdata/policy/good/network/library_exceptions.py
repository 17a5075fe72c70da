"""A library's exceptions and types are named, not called."""

# replay: holds
# sandbox: stops

import socket
import sqlite3
import subprocess
from datetime import timedelta

import requests
from temporalio import workflow


@workflow.defn
class NamesErrors:
    @workflow.run
    async def run(self) -> None:
        kinds = (requests.HTTPError, sqlite3.OperationalError, subprocess.CalledProcessError)
        try:
            await workflow.execute_activity("work", start_to_close_timeout=timedelta(seconds=10))
        except (socket.timeout, subprocess.TimeoutExpired):
            return
        known = isinstance(None, kinds)
        await workflow.execute_activity(f"known_{known}", start_to_close_timeout=timedelta(seconds=10))
