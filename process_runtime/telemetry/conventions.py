"""Names of attributes: OpenTelemetry's semantic conventions for messaging and HTTP, and a few of our own.

https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
"""

from __future__ import annotations

from typing import Final

MESSAGING_SYSTEM: Final = "messaging.system"
MESSAGING_OPERATION_NAME: Final = "messaging.operation.name"
MESSAGING_OPERATION_TYPE: Final = "messaging.operation.type"
MESSAGING_DESTINATION_NAME: Final = "messaging.destination.name"
MESSAGING_MESSAGE_ID: Final = "messaging.message.id"
MESSAGING_CONVERSATION_ID: Final = "messaging.message.conversation_id"
MESSAGING_BODY_SIZE: Final = "messaging.message.body.size"
MESSAGING_BATCH_COUNT: Final = "messaging.batch.message_count"
CLOUDEVENTS_EVENT_ID: Final = "cloudevents.event_id"
CLOUDEVENTS_EVENT_SOURCE: Final = "cloudevents.event_source"
CLOUDEVENTS_EVENT_TYPE: Final = "cloudevents.event_type"
ERROR_TYPE: Final = "error.type"
EXCEPTION_TYPE: Final = "exception.type"
HTTP_METHOD: Final = "http.request.method"
HTTP_ROUTE: Final = "http.route"
HTTP_STATUS: Final = "http.response.status_code"

# The ``process.`` of the conventions is the operating system's.
PROCESS_NAME: Final = "durable_process.name"
SUBSCRIPTION: Final = "durable_process.subscription"
POSITION: Final = "durable_process.position"
EVENT_TYPE: Final = "durable_process.event_type"
OUTCOME: Final = "durable_process.outcome"
REASON: Final = "durable_process.reason"
DELIVERY: Final = "durable_process.delivery"

# As Temporal's own spans have it.
WORKFLOW_ID: Final = "temporalWorkflowID"
RUN_ID: Final = "temporalRunID"
