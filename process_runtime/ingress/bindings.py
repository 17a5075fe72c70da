"""Which adapter serves each of the contract's logical subscriptions: ``INGRESS_BINDINGS_FILE``."""

from __future__ import annotations

from typing import Final

from process_runtime.bindings import Binder, Bound
from process_runtime.ingress.adapter import ENTRY_POINT_GROUP, Adapter
from process_runtime.ingress.router import Subscription

__all__ = ["SUBSCRIPTIONS", "BoundSubscription"]

BoundSubscription = Bound[Subscription, Adapter]

SUBSCRIPTIONS: Final = Binder[Subscription, Adapter](
    variable="INGRESS_BINDINGS_FILE",
    logical="subscription",
    server="adapter",
    entry_points=ENTRY_POINT_GROUP,
)
"""Binds subscriptions to adapters."""
