"""Takes what a sender printed through the stages of an ingress, up to the call of Temporal."""

from __future__ import annotations

import json
import sys

from google.protobuf import json_format
from order_fulfillment.router import OrderFulfillmentRouter

from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import RawMessage
from process_runtime.ingress.route import route
from process_runtime.ingress.validate import validate

routed = {}
for content_type, body in json.load(sys.stdin).items():
    message = RawMessage(
        subscription="orders-facts",
        adapter="test",
        position="1",
        body=bytes.fromhex(body),
        content_type=content_type,
        headers={},
    )
    decoded = decode(message, [OrderFulfillmentRouter()])
    event = route(decoded, validate(decoded))
    routed[content_type] = {
        "workflow_id": event.workflow_id,
        "event_type": event.meta.event_type,
        "envelope": json_format.MessageToDict(event.envelope),
    }
json.dump(routed, sys.stdout)
