"""Strikes the programs of a run, and brings back what ends by itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from process_runtime.testing.servers import RunningServer
from tests.ledger.chaos import Action, Strike

_CLEAN: Final = (0, 128 + signal.SIGTERM)
"""What is told to stop ends with; the second is a JVM's."""
_LOOK_SECONDS: Final = 0.25
_AGAIN_SECONDS: Final = 1.0
"""Before what has ended by itself is started again."""


class Programs:
    """Programs by name, of which each is struck, or brought back, by one at a time."""

    def __init__(self, servers: Mapping[str, RunningServer], tell: Callable[[str], object]) -> None:
        self._servers = servers
        self._tell = tell
        self._locks = {name: asyncio.Lock() for name in servers}
        self.faults: list[str] = []
        """Programs that have ended when nobody had told them to, or not as they should."""

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Bring back whatever ends by itself as long as this lasts; then kill all."""
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait([watch])
            for server in self._servers.values():
                server.kill()

    async def start(self, *names: str) -> None:
        """Start these, at the same time."""
        async with asyncio.TaskGroup() as starting:
            for name in names:
                starting.create_task(self._start(name))

    async def _start(self, name: str) -> None:
        async with self._locks[name]:
            await asyncio.to_thread(self._servers[name].start)

    async def again(self, name: str, why: str) -> None:
        """Kill a program that is up and of no use, and start it again, as whoever probes it would."""
        if self._locks[name].locked():
            return
        async with self._locks[name]:
            self._tell(f"{name}: {why}")
            await asyncio.to_thread(self._servers[name].kill)
            await asyncio.to_thread(self._servers[name].start)

    async def struck(self, strikes: Sequence[Strike]) -> None:
        """Strike at the times of `strikes`, from now on; all are back when this returns."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as away:
            for strike in strikes:
                await asyncio.sleep(began + strike.at - asyncio.get_running_loop().time())
                self._tell(str(strike))
                away.create_task(self._strike(strike))

    async def _strike(self, strike: Strike) -> None:
        server = self._servers[strike.target]
        async with self._locks[strike.target]:
            match strike.action:
                case Action.KILL:
                    await asyncio.to_thread(server.kill)
                case Action.PAUSE:
                    server.pause()
                case Action.RESTART:
                    await asyncio.to_thread(server.stop)
                    if server.exit_code not in _CLEAN:
                        self._note(f"{strike.target}: told to stop, it ended with {server.exit_code}")
            await asyncio.sleep(strike.away)
            if strike.action is Action.PAUSE:
                server.resume()
            else:
                await asyncio.to_thread(server.start)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for name, server in self._servers.items():
                # One that is struck is the business of its strike.
                if self._locks[name].locked() or not server.has_ended:
                    continue
                async with self._locks[name]:
                    if server.has_ended:
                        await asyncio.to_thread(server.kill)
                        self._note(f"{name}: ended by itself, with {server.exit_code}")
                        await asyncio.sleep(_AGAIN_SECONDS)
                        await asyncio.to_thread(server.start)

    def _note(self, fault: str) -> None:
        self._tell(fault)
        self.faults.append(fault)
