"""The data converter of every client, worker and replayer of a process."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    BinaryProtoPayloadConverter,
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    ExternalStorage,
    JSONPlainPayloadConverter,
    JSONProtoPayloadConverter,
)

from process_runtime.message_json import tree_of
from process_runtime.payloads.errors import REFUSED, PayloadKeyError, PayloadTooLarge
from process_runtime.payloads.failures import EncryptedFailureConverter
from process_runtime.payloads.settings import DEFAULT_MAX_BYTES, PayloadSettings
from process_runtime.setting_types import ConfigError

__all__ = ["ProcessPayloadConverter", "data_converter", "payload_problems"]

_TO_JSON: Final = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


class _EncryptedPayloadConverter(EncodingPayloadConverter):
    """Says what is missing when a payload is encrypted and no codec has keys."""

    encoding = "binary/encrypted"

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ARG002
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ARG002
        raise PayloadKeyError("a payload is encrypted, and PAYLOAD_KEYS_FILE is not set here: mount the keys")


class _RefusedPayloadConverter(EncodingPayloadConverter):
    """Reads what :meth:`PayloadTooLarge.as_payload` wrote."""

    encoding = REFUSED

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ARG002
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ARG002
        raise PayloadTooLarge(payload.data.decode())


class _MessageConverter(JSONProtoPayloadConverter):
    """Writes what the SDK's own writes."""

    def __init__(self) -> None:
        super().__init__(ignore_unknown_fields=True)

    def to_payload(self, value: Any) -> Payload | None:
        if not isinstance(value, Message):
            return None
        return Payload(
            metadata={"encoding": b"json/protobuf", "messageType": value.DESCRIPTOR.full_name.encode()},
            data=_TO_JSON(tree_of(value)).encode(),
        )


class _PlainConverter(JSONPlainPayloadConverter):
    """Writes what the SDK's own writes; the short values that come with each start, sooner."""

    def to_payload(self, value: Any) -> Payload | None:
        if type(value) is str or type(value) is bool:
            return Payload(metadata={"encoding": b"json/plain"}, data=_TO_JSON(value).encode())
        return super().to_payload(value)


_OWN: Final = {converter.encoding: converter for converter in (_MessageConverter(), _PlainConverter())}
_JSON: Final = tuple(
    _OWN.get(converter.encoding, converter)
    for converter in (
        *DefaultPayloadConverter.default_encoding_payload_converters,
        _EncryptedPayloadConverter(),
        _RefusedPayloadConverter(),
    )
)
# The first one that can write a value does; reading goes by the payload's own word.
_BINARY: Final = tuple(
    sorted(_JSON, key=lambda converter: not isinstance(converter, BinaryProtoPayloadConverter))
)


class ProcessPayloadConverter(CompositePayloadConverter):
    """Protobuf messages as protobuf JSON, which people can read in the Temporal UI, or as binary protobuf.

    A field or enum value that this process does not know yet is skipped. Temporal's default refuses the
    payload, and a signal whose payload is refused is dropped with only a log line: an event lost to a newer
    producer.
    """

    writes_binary: ClassVar[bool] = False
    max_bytes: ClassVar[int] = DEFAULT_MAX_BYTES
    """Of all values of one call that are not kept outside the history."""
    offload_bytes: ClassVar[int | None] = None
    """From this size a payload is kept outside."""

    def __init__(self) -> None:
        super().__init__(*(_BINARY if self.writes_binary else _JSON))

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """Encode the values of one call.

        Raises:
            PayloadTooLarge: Together they have more bytes than the history may hold.
        """
        payloads = super().to_payloads(values)
        size = sum([payload.ByteSize() for payload in payloads])
        if size > self.max_bytes:
            self._require_room(values, payloads)
        return payloads

    def _require_room(self, values: Sequence[Any], payloads: Sequence[Payload]) -> None:
        sizes = [payload.ByteSize() for payload in payloads]
        outside = self.offload_bytes
        inside = sum(size for size in sizes if outside is None or size < outside)
        if inside <= self.max_bytes:
            return
        largest = sizes.index(max(sizes))
        beside = f", {inside:,} with what is sent beside it" if inside > sizes[largest] else ""
        raise PayloadTooLarge(
            f"{_type_name(values[largest], payloads[largest])} has {sizes[largest]:,} bytes{beside}, and "
            f"PAYLOAD_MAX_BYTES allows {self.max_bytes:,}: send less, or a "
            "reference to what is kept elsewhere, or let large payloads be kept outside the history "
            "(PAYLOAD_OFFLOAD_BYTES)",
            size=sum(sizes),
        )


def data_converter(settings: PayloadSettings | None = None) -> DataConverter:
    """Return the converter for payloads. Whatever the settings, it reads what any of them wrote.

    Args:
        settings: How payloads are written; `PayloadSettings()` reads the environment. Without them: protobuf
            JSON, neither encrypted nor kept outside the history.

    Raises:
        ConfigError: The keys or the store cannot be used.
    """
    converter = replace(DataConverter.default, payload_converter_class=ProcessPayloadConverter)
    if settings is None:
        return converter
    converter = replace(
        converter,
        payload_converter_class=_converter_class(
            settings.payload_encoding == "binary", settings.payload_max_bytes, settings.payload_offload_bytes
        ),
    )
    # Imported when used: what they need, most processes do not.
    if settings.payload_keys_file is not None:
        from process_runtime.payloads.encryption import EncryptionCodec  # noqa: PLC0415
        from process_runtime.payloads.keys import KeyRing  # noqa: PLC0415

        converter = replace(
            converter,
            payload_codec=EncryptionCodec(KeyRing(settings.payload_keys_file)),
            failure_converter_class=EncryptedFailureConverter,
        )
    if settings.payload_store:
        from process_runtime.payloads.store import open_store  # noqa: PLC0415

        converter = replace(
            converter, external_storage=_external_storage(open_store(settings.payload_store), settings)
        )
    return converter


def payload_problems(settings: PayloadSettings) -> list[str]:
    """What keeps payloads from being written and read with these settings, one line each."""
    problems: list[str] = []
    for part in ({"payload_keys_file": None}, {"payload_store": "", "payload_offload_bytes": None}):
        try:
            data_converter(settings.model_copy(update=part))
        except ConfigError as error:
            problems += error.problems
    return problems


@functools.cache
def _converter_class(
    writes_binary: bool, max_bytes: int, offload_bytes: int | None
) -> type[ProcessPayloadConverter]:
    """A class, because Temporal makes an instance for each execution."""
    attributes = {"writes_binary": writes_binary, "max_bytes": max_bytes, "offload_bytes": offload_bytes}
    return type("ProcessPayloadConverter", (ProcessPayloadConverter,), attributes)


def _external_storage(store: Any, settings: PayloadSettings) -> ExternalStorage:
    if settings.payload_offload_bytes is None:
        # What was kept outside before is still read.
        return ExternalStorage(drivers=[store], driver_selector=lambda _context, _payload: None)
    return ExternalStorage(drivers=[store], payload_size_threshold=settings.payload_offload_bytes)


def _type_name(value: object, payload: Payload) -> str:
    if isinstance(value, Message):
        return str(value.DESCRIPTOR.full_name)
    return payload.metadata.get("messageType", b"").decode() or type(value).__name__
