"""Builds valid events of a contract; the generated subclasses have a method for each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from google.protobuf.message import Message

__all__ = ["EventBuilder"]

EnvelopeT = TypeVar("EnvelopeT", bound=Message)


class EventBuilder(Generic[EnvelopeT]):
    """Puts payloads into envelopes that ingress would accept."""

    _envelope_type: type[EnvelopeT]
    """Set by the generated subclass, as are the paths: dotted, from the envelope."""
    _key_paths: ClassVar[Mapping[str, str]]
    """By attribute of the business key."""
    _idempotency_key_path: ClassVar[str]
    _schema_version_path: ClassVar[str]
    _aggregate_version_path: ClassVar[str | None] = None
    _observed_at_path: ClassVar[str | None] = None

    def __init__(self) -> None:
        self._ahead = timedelta()
        """How far durable time is ahead of the machine's, on a server that skips time."""

    def _build(
        self,
        case: str,
        payload: Message,
        key: Any,
        *,
        idempotency_key: str | None,
        schema_version: int,
        aggregate_version: int | None = None,
        observed_at: datetime | None = None,
    ) -> EnvelopeT:
        """Return an envelope with `payload`; what is not said is filled in.

        Args:
            case: The payload's field.
            payload: What happened, or is asked for.
            key: The generated business key.
            idempotency_key: A fresh one if None.
            schema_version: Of the envelope and its payload.
            aggregate_version: None says none.
            observed_at: Now if None.
        """
        envelope = self._envelope_type()
        getattr(envelope, case).CopyFrom(payload)
        getattr(envelope, case).SetInParent()
        for attribute, path in self._key_paths.items():
            _set(envelope, path, getattr(key, attribute))
        _set(envelope, self._idempotency_key_path, idempotency_key or f"{case}-{uuid.uuid4()}")
        _set(envelope, self._schema_version_path, schema_version)
        if self._aggregate_version_path is not None and aggregate_version is not None:
            _set(envelope, self._aggregate_version_path, aggregate_version)
        if self._observed_at_path is not None:
            parent, name = _parent(envelope, self._observed_at_path)
            getattr(parent, name).FromDatetime(observed_at or datetime.now(UTC) + self._ahead)
        return envelope


def _parent(message: Message, path: str) -> tuple[Any, str]:
    *parents, name = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    return message, name


def _set(message: Message, path: str, value: Any) -> None:
    parent, name = _parent(message, path)
    enum = parent.DESCRIPTOR.fields_by_name[name].enum_type
    setattr(parent, name, value if enum is None else enum.values_by_name[value].number)
