"""Tracing with OpenTelemetry: one trace from a message through Temporal to activities and facts.

Off unless the standard ``OTEL_*`` variables configure it; while it is off nothing of OpenTelemetry is
imported, and the hooks of `Telemetry` do nothing. What the spans are is in ``docs/tracing.md``.
"""

from process_runtime.telemetry.configured import open_telemetry, telemetry_problems
from process_runtime.telemetry.hooks import EventSpan, Telemetry

__all__ = ["EventSpan", "Telemetry", "open_telemetry", "telemetry_problems"]
