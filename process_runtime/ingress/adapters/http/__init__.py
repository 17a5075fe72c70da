"""HTTP: events posted to ``/events`` or ``/events/{subscription}``, on ``PORT_HTTP`` or elsewhere.

The answer says what became of the events: 202 when Temporal has them, 200 with the reply of an update, 4xx
with a problem document (RFC 9457) for what can never succeed, 503 with ``Retry-After`` while Temporal is
away, and 207 with one result for each event of a batch of which only a part was taken.
"""

from process_runtime.ingress.adapters.http.adapter import HttpAdapter
from process_runtime.ingress.adapters.http.options import HttpOptions, TlsOptions

__all__ = ["HttpAdapter", "HttpOptions", "TlsOptions"]
