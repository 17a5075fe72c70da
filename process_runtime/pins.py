"""What a process may never change while executions run, as it once was: files among people's tests.

`processctl scaffold` writes them once, and generated tests compare the contract at hand with them. They stand
in people's tree, where generation does not reach them and a review sees them change.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

__all__ = ["CONTRACT", "WORKFLOW_IDS", "start_pin", "workflow_id_pin"]

WORKFLOW_IDS: Final = "workflow_ids.json"
"""Sample keys and the workflow IDs that they give."""
CONTRACT: Final = "contract.json"
"""Workflow type, version of the contract, and a start message of each version."""


def workflow_id_pin(
    key: Mapping[str, str | int] | None, idempotency_key: str | None, workflow_id: str
) -> dict[str, Any]:
    """Return one entry of `WORKFLOW_IDS`.

    Args:
        key: The business key; None where the ID does not depend on it.
        idempotency_key: The same.
        workflow_id: What they give.
    """
    pin: dict[str, Any] = {} if key is None else {"key": dict(key)}
    if idempotency_key is not None:
        pin["idempotency_key"] = idempotency_key
    return pin | {"workflow_id": workflow_id}


def start_pin(message: Message) -> dict[str, Any]:
    """Return a start message as `CONTRACT` has it: in both encodings that a history may have it in."""
    return {
        "message": message.DESCRIPTOR.full_name,
        "json": MessageToDict(message),
        "binary": b64encode(message.SerializeToString(deterministic=True)).decode(),
    }
