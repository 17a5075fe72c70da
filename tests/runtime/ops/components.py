"""A process with one scripted component: `python -m tests.runtime.ops.components <what it does>`."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from process_runtime.config import RuntimeSettings, load_settings
from process_runtime.contract import ProcessContract, VersioningBehavior, WorkflowIDReusePolicy
from process_runtime.service import Service, ServiceError, exit_code, exit_process, serve

CONTRACT = ProcessContract(
    name="scripted",
    api_version=(2, 3),
    workflow_type="scripted",
    task_queue="scripted",
    reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    versioning_behavior=VersioningBehavior.PINNED,
    checksum="0123456789abcdef",
    impl_module="scripted",
    event_types=(),
)


class Scripted:
    """Does what the command line says."""

    def __init__(self, script: str) -> None:
        self.script = script

    async def run(self, service: Service) -> None:
        service.health.condition("Scripted").ready()
        match self.script:
            case "finish":
                return
            case "fail":
                raise ServiceError("the input is gone")
            case "crash":
                raise ZeroDivisionError("unforeseen")
            case "stubborn":
                await asyncio.Event().wait()
            case "drain":
                await service.stopping.wait()
                await asyncio.sleep(timedelta(milliseconds=300).total_seconds())
                sys.stderr.write("drained\n")
            case "loop":
                sys.stderr.write(f"runs on {type(asyncio.get_running_loop()).__module__}\n")
            case "connect":
                client = await service.connection.usable()
                sys.stderr.write(f"connected as {client.identity}\n")
                await service.stopping.wait()


def main() -> None:
    settings = load_settings(RuntimeSettings)
    components = [Scripted(script) for script in sys.argv[1:]]
    serve(settings, role="test", contracts=[CONTRACT], components=components)


if __name__ == "__main__":
    exit_process(exit_code(main))
