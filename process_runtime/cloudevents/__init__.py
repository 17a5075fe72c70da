"""CloudEvents 1.0 on the wire, with the ``cloudevents`` library.

Binary content mode as HTTP, NATS (headers ``ce-``) and Kafka (headers ``ce_``) have it; structured and
batched content mode in JSON. The data of an event is an envelope.
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from process_runtime.cloudevents.errors import CloudEventError, TooManyEventsError
from process_runtime.cloudevents.media_types import (
    BATCH_MEDIA_TYPE,
    STRUCTURED_MEDIA_TYPE,
    is_binary,
    media_type,
)
from process_runtime.cloudevents.read import read_binary, read_event, read_structured, split_batch
from process_runtime.cloudevents.write import Binding, EventMessage, write_binary, write_structured

__all__ = [
    "BATCH_MEDIA_TYPE",
    "STRUCTURED_MEDIA_TYPE",
    "Binding",
    "CloudEventError",
    "EventMessage",
    "TooManyEventsError",
    "is_binary",
    "media_type",
    "read_binary",
    "read_event",
    "read_structured",
    "split_batch",
    "write_binary",
    "write_structured",
]
