"""Proves labels: runs the corpus on a real server in one place, and replays its histories in others.

A place is a process: hash seed, time zone, environment, arguments, working folder and what is in it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.policy.corpus import Snippet

_NONDETERMINISM = "[TMPRL1100]"
ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True)
class Proof:
    """What became of a snippet.

    Attributes:
        replay: `breaks`, `holds`, `stuck` or `refused`.
        sandbox: `stops`, `passes`; None if it was refused.
        why: The difference, or why it got stuck.
    """

    replay: str
    sandbox: str | None
    why: str | None


async def prove(snippets: Sequence[Snippet], address: str, folder: Path) -> dict[str, Proof]:
    """Run and replay them.

    Args:
        snippets: Those that can be run.
        address: Of a Temporal server.
        folder: To work in.
    """
    with _answers() as server:
        plan = folder / "plan.json"
        plan.write_text(json.dumps(_plan(snippets, server)))
        histories = folder / "histories"
        histories.mkdir()
        await _python(_place(folder, 1), "first_run", address, str(plan), str(histories))
        for seed in (2, 3):
            await _python(_place(folder, seed), "replay", str(plan), str(histories))
    results = json.loads((histories / "results.json").read_text())
    replayed = [json.loads(path.read_text()) for path in sorted(histories.glob("replayed-*.json"))]
    return {name: _proof(name, result, replayed) for name, result in results.items()}


def _proof(name: str, result: Mapping[str, str], replayed: Sequence[Mapping[str, str | None]]) -> Proof:
    if "refused" in result:
        return Proof("refused", None, result["refused"])
    if _NONDETERMINISM in result["result"]:
        # The server had a task done again, and the code broke by that alone.
        return Proof("breaks", result["sandbox"], result["result"])
    if result["result"] != "closed":
        return Proof("stuck", result["sandbox"], result["result"])
    difference = next((found[name] for found in replayed if found[name]), None)
    return Proof("breaks" if difference else "holds", result["sandbox"], difference)


def _plan(snippets: Sequence[Snippet], server: ThreadingHTTPServer) -> list[dict[str, Any]]:
    host, port = "127.0.0.1", server.server_address[1]
    plan = []
    for snippet in snippets:
        drive = snippet.drive()
        values = {"${url}": f"http://{host}:{port}/", "${host}": host, "${port}": port}
        drive["start"] = [
            values.get(value, value) if isinstance(value, str) else value for value in drive["start"]
        ]
        plan.append(
            {"name": snippet.name, "module": snippet.module, "root": str(snippet.root), "drive": drive}
        )
    return plan


@dataclass(frozen=True)
class _Place:
    folder: Path
    environment: dict[str, str]
    arguments: tuple[str, ...]


def _place(folder: Path, seed: int) -> _Place:
    """A place that has nothing in common with one of another seed."""
    work = folder / f"place-{seed}"
    (work / "data").mkdir(parents=True)
    (work / "orders.csv").write_text(f"order-{seed}\n" * seed)
    (work / "settings.json").write_text(json.dumps({"mode": f"mode-{seed}", "steps": ["pack"] * seed}))
    (work / "data" / f"price-list-{seed}.txt").write_text("")
    if seed == 1:
        (work / "maintenance.flag").write_text("")
    with sqlite3.connect(work / "shop.db") as base:
        base.execute("create table orders (name text)")
        base.executemany("insert into orders values (?)", [(f"order-{seed}",)] * seed)
    base.close()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(seed),
        "HOME": str(work),
        "USER": f"user-{seed}",
        "LOGNAME": f"user-{seed}",
        "REGION": f"region-{seed}",
        # 26 hours apart: it is never the same date in both.
        "TZ": "UTC+12" if seed == 1 else "UTC-14",
    }
    if seed == 3:
        environment["PYTHONMALLOC"] = "malloc"
    return _Place(work, environment, (f"--shard={seed}",) * seed)


async def _python(place: _Place, program: str, *arguments: str) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.policy.proof.{program}",
        *arguments,
        *place.arguments,
        cwd=place.folder,
        env=place.environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await child.communicate()
    if child.returncode:
        raise AssertionError(f"{program}: exit code {child.returncode}\n{output.decode()[-4000:]}")


@contextmanager
def _answers() -> Iterator[ThreadingHTTPServer]:
    """A service on the network that never answers the same twice."""
    count = itertools.count(1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"answer-{next(count)}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the base class's names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
