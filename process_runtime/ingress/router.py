"""What a generated router tells the ingress about one process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from google.protobuf.message import Message

from process_runtime.contract import Delivery, EventMeta, ProcessContract

__all__ = ["EventRoute", "Router", "Subscription"]

EnvelopeT = TypeVar("EnvelopeT", bound=Message)


@dataclass(frozen=True, slots=True)
class EventRoute:
    """How events of one payload case reach the process."""

    event_type: str
    """Stable external type, which is the name of the signal or update too."""
    delivery: Delivery
    response: type[Message] | None = None
    """What an update replies with."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A logical source of events, as the contract names it; deployment binds it to a real one."""

    name: str
    kind: str
    """Name of the adapter, e.g. ``http``; a binding may override it."""
    binding_ref: str
    """The entry of ``INGRESS_BINDINGS_FILE`` that says where the events come from."""


class Router(ABC, Generic[EnvelopeT]):
    """Routes envelopes of one process. Its methods are pure functions of the envelope."""

    contract: ClassVar[ProcessContract]
    """The process it routes to."""
    envelope_type: type[EnvelopeT]
    """What carries every event of the process."""
    routes: ClassVar[Mapping[str, EventRoute]]
    """By case of the payload oneof."""
    payload_oneof: ClassVar[str]
    """Name of the oneof that carries the payload."""
    traceparent_field: ClassVar[str] = ""
    """Dotted path of the W3C trace context in the envelope; empty when the contract has no such field."""
    tracestate_field: ClassVar[str] = ""
    """The same for the vendors' part of it."""
    correlation_id_field: ClassVar[str] = ""
    """The same for what groups the messages of one conversation."""
    causation_id_field: ClassVar[str] = ""
    """The same for the message that led to this one."""
    tenant_field: ClassVar[str] = ""
    """The same for the text in the business key that is named ``tenant_id`` or ``tenant``."""
    sensitive_fields: ClassVar[tuple[str, ...] | None] = None
    """Dotted paths of what is shown to nobody; None when nobody said, so that everything might be."""

    @abstractmethod
    def meta_of(self, envelope: EnvelopeT) -> EventMeta | None:
        """Return the metadata of `envelope`; None when its payload is missing or of an unknown type."""

    @abstractmethod
    def missing(self, envelope: EnvelopeT) -> list[str]:
        """Return the paths of required fields that are empty, e.g. ``meta.key.tenant_id``."""

    @abstractmethod
    def workflow_id(self, envelope: EnvelopeT) -> str:
        """Return the workflow ID of the process that `envelope` is for.

        Raises:
            process_runtime.workflow_id.WorkflowIdError: The key gives no workflow ID.
        """

    @abstractmethod
    def start_message(self, envelope: EnvelopeT) -> Message:
        """Return the newest start message, filled from `envelope`."""

    def route_of(self, envelope: EnvelopeT) -> EventRoute | None:
        """Return the route of the payload that `envelope` carries, if it is one this contract knows."""
        case = envelope.WhichOneof(self.payload_oneof)
        return None if case is None else self.routes.get(case)
