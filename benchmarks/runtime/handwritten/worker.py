"""The hand-written worker: `python -m handwritten.worker default` or `... tuned`."""

import asyncio
import os
import signal
import sys

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from .activities import ACTIVITIES
from .workflow import OrderWorkflow


def default_worker(client: Client, task_queue: str) -> Worker:
    """What the documentation shows."""
    return Worker(client, task_queue=task_queue, workflows=[OrderWorkflow], activities=ACTIVITIES)


def tuned_worker(client: Client, task_queue: str) -> Worker:
    """What somebody does who has read the documentation on worker performance to its end.

    Everything but the workflow's own module is passed through the sandbox, pollers scale with the load, and
    the cache and the slots are ample.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules("example", "handwritten.activities")
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[OrderWorkflow],
        activities=ACTIVITIES,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        max_cached_workflows=5_000,
        max_concurrent_workflow_tasks=200,
        max_concurrent_activities=500,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )


async def main(kind: str) -> None:
    """Work until SIGTERM."""
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    build = {"default": default_worker, "tuned": tuned_worker}[kind]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with build(client, os.environ["TEMPORAL_TASK_QUEUE"]):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
