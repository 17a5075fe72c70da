"""The deterministic side of a process: what generated workflows and people's implementations stand on.

Imports no clients, brokers or HTTP, and is passed through the workflow sandbox.
"""

from process_runtime.contract import EventMeta
from process_runtime.workflow.activity_stub import (
    ActivityOptions,
    Cancellation,
    RetryOptions,
    call_activity,
)
from process_runtime.workflow.carried import CarriedState, ProcessStatus
from process_runtime.workflow.dedupe import DedupeLimits
from process_runtime.workflow.execution import ProcessExecution
from process_runtime.workflow.patches import Patch
from process_runtime.workflow.process import Process
from process_runtime.workflow.rejection import Rejected
from process_runtime.workflow.scheduled import ScheduledProcess, ScheduledStart, start_scheduled
from process_runtime.workflow.timers import Step, after, before_end

__all__ = [
    "ActivityOptions",
    "Cancellation",
    "CarriedState",
    "DedupeLimits",
    "EventMeta",
    "Patch",
    "Process",
    "ProcessExecution",
    "ProcessStatus",
    "Rejected",
    "RetryOptions",
    "ScheduledProcess",
    "ScheduledStart",
    "Step",
    "after",
    "before_end",
    "call_activity",
    "start_scheduled",
]
