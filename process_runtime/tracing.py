"""W3C trace context as text: what ties a message, the process that handles it and its facts to one trace.

https://www.w3.org/TR/trace-context/ and, as attributes of a CloudEvent,
https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["TraceContext", "trace_context"]

_TRACEPARENT: Final = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?P<rest>-.*)?"
)
_TRACESTATE: Final = re.compile(r"[\x20-\x7e\t]{0,512}")


class TraceContext(NamedTuple):
    """A ``traceparent`` that is valid, and the ``tracestate`` beside it."""

    traceparent: str
    tracestate: str = ""


def trace_context(traceparent: object, tracestate: object = "") -> TraceContext | None:
    """Return the context in these values; None when `traceparent` is not valid, which voids both.

    A `tracestate` that is not printable ASCII of at most 512 characters is left out, as a receiver may.
    """
    match = _TRACEPARENT.fullmatch(traceparent) if isinstance(traceparent, str) else None
    # Version 00 has nothing after the flags; later ones may.
    if match is None or (match["version"] == "00" and match["rest"]):
        return None
    valid = isinstance(tracestate, str) and _TRACESTATE.fullmatch(tracestate)
    return TraceContext(match[0], str(tracestate).strip() if valid else "")
