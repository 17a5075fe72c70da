"""The program that measures; `benchmarks.ingress.run` starts it."""

from __future__ import annotations

import argparse
from pathlib import Path

from temporalio.client import Client

from benchmarks.example import hand_over, run_program
from benchmarks.harness import BenchmarkError, Figure
from benchmarks.ingress import backlog, completed, memory, restart
from benchmarks.ingress.programs import Scene
from benchmarks.servers import dev_server
from process_runtime.testing.servers import KafkaBroker, ServerError

_PARTS = ("backlog", "completed", "memory", "restart")


async def main() -> None:
    """Measure one part after the other, each with a Temporal server of its own, unless it is to be quick."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="to work in")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    try:
        with KafkaBroker(options.folder / "kafka") as broker:
            for parts in [_PARTS] if options.quick else [(part,) for part in _PARTS]:
                async with await dev_server() as server:
                    address = server.client.service_client.config.target_host
                    scene = Scene(folder=options.folder, broker=broker, temporal=address)
                    for part in parts:
                        hand_over(await _measure(part, scene, server.client, quick=options.quick))
    except ServerError as error:
        raise BenchmarkError(str(error)) from None


async def _measure(part: str, scene: Scene, client: Client, *, quick: bool) -> list[Figure]:
    match part:
        case "backlog":
            return await backlog.measure(scene, client, quick=quick)
        case "completed":
            return await completed.measure(scene, quick=quick)
        case "memory":
            return await memory.measure(scene, quick=quick)
        case _:
            return await restart.measure(scene, client, quick=quick)


if __name__ == "__main__":
    run_program(main())
