"""A sender whose messages are betterproto's: prints one event in each encoding, as hexadecimal text."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from senders.example.processes.order.v1 import EventMeta, OrderFulfillmentEvent, OrderKey, PaymentAuthorized

event = OrderFulfillmentEvent(
    meta=EventMeta(
        idempotency_key="payment-7",
        observed_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        source="betterproto",
        key=OrderKey(tenant_id="acme", order_id="A-1"),
        schema_version=1,
    ),
    payment_authorized=PaymentAuthorized(order_id="A-1", payment_id="P-1"),
)
encodings = {
    "application/protobuf": bytes(event),
    "application/json": event.to_json().encode(),
}
json.dump({content_type: body.hex() for content_type, body in encodings.items()}, sys.stdout)
