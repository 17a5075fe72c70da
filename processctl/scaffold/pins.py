"""What of a contract may never change, written down among people's tests: added to, and never changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest

from process_runtime.pins import start_pin, workflow_id_pin
from processctl.errors import ProjectError
from protoc_gen_process.view import ProcessView

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from protoc_gen_process.model import MessageType, Process, StartVersion

__all__ = ["with_contract_pins", "workflow_id_pins"]

_STARTS = "start_versions"


def workflow_id_pins(process: Process) -> str:
    """Return a new file of sample keys and the workflow IDs that they give."""
    view = ProcessView(process)
    samples = [
        workflow_id_pin(
            {str(name): value for name, value in sample.key} if view.id_uses_key else None,
            sample.idempotency_key if view.id_uses_idempotency_key else None,
            sample.workflow_id,
        )
        for sample in view.samples
    ]
    return _text({"samples": samples})


def with_contract_pins(
    path: Path, before: bytes | None, process: Process, request: CodeGeneratorRequest
) -> tuple[bytes, tuple[str, ...]]:
    """Return the file of the contract's pins with each start version in it, and what was added.

    Args:
        path: Of the file, for messages.
        before: Its content; None if it is new.
        process: Whose contract it is.
        request: With the descriptors of its messages.

    Raises:
        ProjectError: The file is not as it was written.
    """
    pins = _new(process) if before is None else _parsed(path, before)
    starts = pins[_STARTS]
    missing = [version for version in process.start.versions if str(version.version) not in starts]
    if not missing and before is not None:
        return before, ()
    messages = _Messages(request)
    for version in missing:
        starts[str(version.version)] = start_pin(messages.start(process, version))
    return _text(pins).encode(), tuple(f"start version {version.version}" for version in missing)


def _new(process: Process) -> dict[str, Any]:
    return {
        "workflow_type": process.workflow_type,
        "api_version": f"{process.api_major}.{process.api_minor}",
        _STARTS: {},
    }


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        pins = json.loads(content)
    except ValueError as error:
        raise ProjectError(f"{path}: not JSON: {error}: restore it from version control") from error
    if not isinstance(pins, dict) or not isinstance(pins.get(_STARTS), dict):
        raise ProjectError(f"{path}: no object {_STARTS!r}: restore it from version control")
    return pins


class _Messages:
    """Sample messages of protos that need not be generated."""

    def __init__(self, request: CodeGeneratorRequest) -> None:
        self._pool = descriptor_pool.DescriptorPool()
        for file in request.proto_file:
            self._pool.Add(file)

    def start(self, process: Process, version: StartVersion) -> Message:
        """Return a start message of this version, every field set, as it is sent."""
        # Takes a second, which is spent only when there is something to pin.
        from process_runtime.testing.samples import sample_message  # noqa: PLC0415

        start: Message = sample_message(self._class(version.message))
        if version.version_field is not None:
            setattr(start, version.version_field, version.version)
        if process.start.wrapper is None or version.wrapper_case is None:
            return start
        wrapper = self._class(process.start.wrapper)()
        getattr(wrapper, version.wrapper_case).CopyFrom(start)
        return wrapper

    def _class(self, message: MessageType) -> type[Message]:
        descriptor = self._pool.FindMessageTypeByName(message.full_name)
        return message_factory.GetMessageClass(descriptor)


def _text(pins: dict[str, Any]) -> str:
    return json.dumps(pins, indent=2, ensure_ascii=False) + "\n"
