"""The ledger's worker as a program, with effects in files; the argument `combined` adds its ingress."""

import sys
from dataclasses import replace

from process_runtime.combined import run_process
from process_runtime.config import IngressSettings, WorkerSettings
from process_runtime.ingress import Subscription
from process_runtime.service import exit_process
from process_runtime.worker import run_worker
from tests.runtime.workflow.ledger.bank import open_file_bank
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.router import LedgerRouter

SUBSCRIPTIONS = (Subscription(name="ledger-http", kind="http", binding_ref="ledger-http"),)


def main() -> int:
    registrations = [replace(REGISTRATION, create_activities=open_file_bank)]
    if sys.argv[1:] == ["combined"]:
        return run_process(WorkerSettings, IngressSettings, registrations, [LedgerRouter()], SUBSCRIPTIONS)
    return run_worker(WorkerSettings, registrations)


if __name__ == "__main__":
    exit_process(main())
