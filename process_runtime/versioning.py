"""Worker deployment versioning of a worker whose processes differ in ``versioning_behavior``.

The behaviour belongs to the workflow type, and ``@workflow.defn(versioning_behavior=...)`` would say it; but
then Temporal refuses workers without a deployment. So it is said where a worker has one: most processes take
the deployment's default, and the pinned ones of a mixed group run in a runner that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from temporalio.common import VersioningBehavior
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from process_runtime.contract import ProcessContract

__all__ = ["MixedBehaviorRunner", "default_behavior"]


class PinnedRunner(UnsandboxedWorkflowRunner):
    """What runs a pinned workflow inside its sandbox."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create an instance that tells Temporal with every task that it stays on its build."""
        pinned = replace(det.defn, versioning_behavior=VersioningBehavior.PINNED)
        return super().create_instance(replace(det, defn=pinned))


class MixedBehaviorRunner(WorkflowRunner):
    """Runs the workflows of some types as pinned, and all others as the deployment's default says.

    Args:
        runner: Of all of them, without versioning.
        pinned: Workflow types.
    """

    def __init__(self, runner: SandboxedWorkflowRunner, pinned: Iterable[str]) -> None:
        self._default = runner
        self._pinned = replace(runner, runner_class=PinnedRunner)
        self._pinned_types = frozenset(pinned)

    def prepare_workflow(self, defn: Any) -> None:
        """Validate a workflow in its sandbox."""
        self._runner(defn.name).prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create an instance in its sandbox."""
        return self._runner(det.defn.name).create_instance(det)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        """Hand the worker's failure exceptions to both runners."""
        for runner in (self._default, self._pinned):
            runner.set_worker_level_failure_exception_types(types)

    def _runner(self, workflow_type: str | None) -> SandboxedWorkflowRunner:
        return self._pinned if workflow_type in self._pinned_types else self._default


def default_behavior(contracts: Iterable[ProcessContract]) -> VersioningBehavior:
    """What the deployment says of processes that say nothing: AUTO_UPGRADE unless all are pinned."""
    behaviors = {contract.versioning_behavior for contract in contracts}
    return behaviors.pop() if len(behaviors) == 1 else VersioningBehavior.AUTO_UPGRADE
