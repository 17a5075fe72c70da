"""The ingress: takes events from outside and hands them to processes on Temporal, losing none.

A message goes through five stages, each in a module of its own: `decode`, `validate`, `route`, `deliver`, and
settling, which is the adapter's (see `settle`) or a dead letter (see `dead_letters`). Adapters stand at the
edge and are found by entry points of the group ``process_runtime.ingress_adapters``.
"""

from process_runtime.ingress.app import Ingress, ingress_problems, run_ingress
from process_runtime.ingress.router import EventRoute, Router, Subscription

__all__ = ["EventRoute", "Ingress", "Router", "Subscription", "ingress_problems", "run_ingress"]
