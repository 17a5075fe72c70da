"""Worker and ingress of `examples/order_fulfillment` in one program, with activities that answer at once."""

from __future__ import annotations

from dataclasses import replace

from order_fulfillment.ingress.__main__ import ROUTERS
from order_fulfillment.ingress.config import IngressConfig
from order_fulfillment.registration import REGISTRATION
from order_fulfillment.subscriptions import SUBSCRIPTIONS
from order_fulfillment.worker.config import WorkerConfig

from benchmarks.runtime.generated_worker import create_activities
from process_runtime.combined import run_process
from process_runtime.service import exit_process

if __name__ == "__main__":
    registrations = [replace(REGISTRATION, create_activities=create_activities)]
    exit_process(run_process(WorkerConfig, IngressConfig, registrations, ROUTERS, SUBSCRIPTIONS))
