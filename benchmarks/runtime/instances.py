"""What it costs to create a workflow instance in the sandbox."""

from __future__ import annotations

import statistics
import time
from typing import Any

from handwritten.workflow import OrderWorkflow
from order_fulfillment.registration import REGISTRATION
from temporalio import workflow
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from benchmarks.harness import Figure, median_ratio
from process_runtime.worker import workflow_options

_BOUND = 0.5  # times a hand-written workflow in the sandbox as it is by default
_ROUNDS = 21
_INSTANCES = 10


async def measure(*, quick: bool) -> list[Figure]:  # an instance needs a running event loop
    """Time both in turns.

    They share a process, so that the hand-written one finds its modules through our finder as well: the ratio
    is on the safe side.
    """
    naive: list[float] = []
    ours: list[float] = []
    runner = workflow_options([REGISTRATION])["workflow_runner"]
    for attempt in range(-1, 1 if quick else _ROUNDS):
        theirs, mine = _one(SandboxedWorkflowRunner(), OrderWorkflow), _one(runner, REGISTRATION.workflow)
        if attempt >= 0:
            naive.append(theirs)
            ours.append(mine)
    return [
        Figure(figure="runtime.instance_in_sandbox", value=median_ratio(ours, naive), unit="x", bound=_BOUND),
        Figure(figure="runtime.instance_in_sandbox.generated", value=statistics.median(ours), unit="ms"),
        Figure(figure="runtime.instance_in_sandbox.handwritten", value=statistics.median(naive), unit="ms"),
    ]


def _one(runner: WorkflowRunner, workflow_class: type) -> float:
    """Milliseconds of CPU time for an instance: what a worker does for each execution it begins."""
    definition: Any = workflow._Definition.must_from_class(workflow_class)
    began = time.process_time()
    for _ in range(_INSTANCES):
        runner.prepare_workflow(definition)
    return (time.process_time() - began) / _INSTANCES * 1000
