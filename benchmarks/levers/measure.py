"""The program that measures; `benchmarks.levers.run` starts it."""

from __future__ import annotations

import argparse
import statistics
from itertools import pairwise
from pathlib import Path

from benchmarks.example import hand_over, run_program, with_local_activities
from benchmarks.harness import Figure, median_ratio
from benchmarks.ingress.completed import Side, take_turns
from benchmarks.ingress.programs import Ingress, Scene
from benchmarks.servers import dev_server
from process_runtime.testing.servers import KafkaBroker

_ROUNDS = 5
_WORKER = "benchmarks.runtime.generated_worker"
_ONE_PROCESS = "benchmarks.ingress.one_process"
_TOGETHER = ("one_process", "eager_start")


async def main() -> None:
    """Let them complete orders in turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="to work in")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    folder: Path = options.folder
    with KafkaBroker(folder / "kafka") as broker:
        async with await dev_server() as server:
            address = server.client.service_client.config.target_host
            scene = Scene(folder=folder, broker=broker, temporal=address)
            sides = _sides(scene, _TOGETHER if options.quick else None)
            await take_turns(scene, sides, rounds=1 if options.quick else _ROUNDS, quick=options.quick)
    hand_over(_figures(sides))


def _sides(scene: Scene, only: tuple[str, ...] | None) -> dict[str, Side]:
    """Each with the levers of the one before, and one more; all of them, or some."""
    levers = {
        "none": {"COALESCE_MAX_EVENTS": "1", "EVENT_LOOP": "asyncio", "EAGER_START": "false"},
        "coalescing": {"COALESCE_MAX_EVENTS": "32"},
        "uvloop": {"EVENT_LOOP": "uvloop"},
        "binary_payloads": {"PAYLOAD_ENCODING": "binary"},
        "local_activities": {"PYTHONPATH": with_local_activities(scene.folder)},
        "local_facts": {"LOCAL_FACTS": "true"},
        "one_process": {},
        "eager_start": {"EAGER_START": "true"},
    }
    environment: dict[str, str] = {}
    sides = {}
    for name, lever in levers.items():
        environment = environment | lever
        if only is not None and name not in only:
            continue
        module = _ONE_PROCESS if name in _TOGETHER else "order_fulfillment.ingress"
        ingress = Ingress(scene, f"levers-{name}", name, module, environment)
        sides[name] = Side(ingress, "" if name in _TOGETHER else _WORKER, environment)
    return sides


def _figures(sides: dict[str, Side]) -> list[Figure]:
    names = list(sides)
    return [
        *(
            Figure(
                figure=f"levers.{name}",
                value=median_ratio(sides[name].rates, sides[before].rates),
                unit="x",
            )
            for before, name in pairwise(names)
        ),
        *(
            Figure(figure=f"levers.orders.{name}", value=statistics.median(side.rates), unit="/s")
            for name, side in sides.items()
        ),
    ]


if __name__ == "__main__":
    run_program(main())
