"""Worker and ingress of the dispatch process as one program."""

import sys

from process_runtime.combined import run_process
from process_runtime.config import IngressSettings, WorkerSettings
from process_runtime.ingress import Subscription
from tests.runtime.facts.dispatch.registration import REGISTRATION
from tests.runtime.facts.dispatch.router import DispatchRouter

if __name__ == "__main__":
    subscriptions = [Subscription("scans", "http", "scans")]
    sys.exit(run_process(WorkerSettings, IngressSettings, [REGISTRATION], [DispatchRouter()], subscriptions))
