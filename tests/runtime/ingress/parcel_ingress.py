"""The parcel ingress as a process of its own: `python -m tests.runtime.ingress.parcel_ingress [kind...]`."""

from __future__ import annotations

import sys

from process_runtime.config import IngressSettings
from process_runtime.ingress import Subscription, run_ingress
from process_runtime.service import exit_process
from tests.runtime.ingress.parcels import ParcelRouter, ReceiptRouter

if __name__ == "__main__":
    kinds = sys.argv[1:] or ["http"]
    # The first has the binding of the test, any other its kind's defaults.
    subscriptions = [Subscription("parcels", kinds[0], "parcels")]
    subscriptions += [Subscription(kind, kind, kind) for kind in kinds[1:]]
    exit_process(run_ingress(IngressSettings, [ParcelRouter(), ReceiptRouter()], subscriptions))
