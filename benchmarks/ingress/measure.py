"""The program that measures; `benchmarks.ingress.run` starts it."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.example import hand_over, run_program
from benchmarks.harness import BenchmarkError
from benchmarks.ingress import backlog, completed, memory, restart
from benchmarks.ingress.programs import Scene
from benchmarks.servers import dev_server
from process_runtime.testing.servers import KafkaBroker, ServerError


async def main() -> None:
    """Measure one part after the other, each with a Temporal server of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="to work in")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    quick: bool = options.quick
    try:
        with KafkaBroker(options.folder / "kafka") as broker:
            for part in ("backlog", "completed", "memory", "restart"):
                async with await dev_server() as server:
                    client = server.client
                    scene = Scene(
                        folder=options.folder,
                        broker=broker,
                        temporal=client.service_client.config.target_host,
                    )
                    match part:
                        case "backlog":
                            hand_over(await backlog.measure(scene, client, quick=quick))
                        case "completed":
                            hand_over(await completed.measure(scene, quick=quick))
                        case "memory":
                            hand_over(await memory.measure(scene, quick=quick))
                        case "restart":
                            hand_over(await restart.measure(scene, client, quick=quick))
    except ServerError as error:
        raise BenchmarkError(str(error)) from None


if __name__ == "__main__":
    run_program(main())
