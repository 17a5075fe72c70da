"""Takes what the attributes of a CloudEvent say into the envelope, which carries it on to the process.

https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.message import Message

from process_runtime.contract import EventMeta
from process_runtime.ingress.router import Router

__all__ = ["contradiction", "field_at", "fill_attributes"]

_TENANT: Final = ("tenant", "tenantid")
# ``.../orders/v2``, ``urn:schema:orders.v2``, ``.../order-v2.1.json``: what tells incompatible schemas apart.
_MAJOR: Final = re.compile(r"(?:^|[^a-z0-9])v(\d{1,9})(?:\.\d+)*(?:\.(?:json|proto|avsc))?/?$", re.IGNORECASE)


def fill_attributes(router: Router[Any], envelope: Message, attributes: Mapping[str, Any]) -> None:
    """Fill those fields of `envelope` that the contract has for `attributes` and the producer left empty.

    Args:
        router: Of the envelope.
        envelope: Changed in place.
        attributes: Of the CloudEvent whose data it was.
    """
    for path, value in (
        (router.correlation_id_field, attributes.get("correlationid")),
        (router.causation_id_field, attributes.get("causationid")),
        (router.tenant_field, _tenant(attributes)),
    ):
        if path and isinstance(value, str) and value:
            parent, name = field_at(envelope, path)
            if not getattr(parent, name):
                # Half a surrogate pair is no text.
                with contextlib.suppress(UnicodeEncodeError):
                    setattr(parent, name, value)


def contradiction(
    router: Router[Any], envelope: Message, meta: EventMeta, attributes: Mapping[str, Any]
) -> str:
    """Return in which way `attributes` and their data contradict each other; empty if they do not."""
    if attributes.get("type", meta.event_type) != meta.event_type:
        return f"the CloudEvents type contradicts the payload, which is {meta.event_type}"
    if tenant := _tenant(attributes) if router.tenant_field else None:
        parent, name = field_at(envelope, router.tenant_field)
        if getattr(parent, name) != tenant:
            return f"the CloudEvents attribute tenant contradicts {router.tenant_field}"
    schema = attributes.get("dataschema")
    if schema and (named := _MAJOR.search(schema)):
        own = _MAJOR.search(meta.event_type)
        versions = {meta.schema_version, int(own[1])} if own else {int(named[1])}
        if int(named[1]) not in versions:
            return (
                f"the version in dataschema is neither that of {meta.event_type} "
                "nor the schema version of the event"
            )
    return ""


def field_at(message: Message, path: str) -> tuple[Message, str]:
    """Return the message that holds the field at the dotted `path`, and the field's name."""
    *parents, name = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    return message, name


def _tenant(attributes: Mapping[str, Any]) -> str | None:
    for name in _TENANT:
        value = attributes.get(name)
        if value is not None:
            return value if isinstance(value, str) else str(value)
    return None
