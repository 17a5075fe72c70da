"""The data converter of every client, worker and replayer of a process."""

from __future__ import annotations

from dataclasses import replace

from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONProtoPayloadConverter,
)


class ProcessPayloadConverter(CompositePayloadConverter):
    """Protobuf messages as protobuf JSON, which people can read in the Temporal UI.

    A field or enum value that this process does not know yet is skipped. Temporal's default refuses the
    payload, and a signal whose payload is refused is dropped with only a log line: an event lost to a newer
    producer.
    """

    def __init__(self) -> None:
        defaults = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(
            *(
                JSONProtoPayloadConverter(ignore_unknown_fields=True)
                if isinstance(converter, JSONProtoPayloadConverter)
                else converter
                for converter in defaults
            )
        )


def data_converter() -> DataConverter:
    """Return the converter for payloads: protobuf JSON that tolerates fields it does not know."""
    return replace(DataConverter.default, payload_converter_class=ProcessPayloadConverter)
