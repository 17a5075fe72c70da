"""What is taken out of a history, and what stands in its place."""

from __future__ import annotations

import gzip
import json
import random
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

import pytest
from google.protobuf import any_pb2, duration_pb2, json_format, struct_pb2, type_pb2, wrappers_pb2
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import Message
from process.v1 import process_options_pb2
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowHistory

from process_runtime.converter import data_converter
from process_runtime.testing.recorded import history_bytes
from process_runtime.workflow.carried import (
    CarriedCompensation,
    CarriedState,
    encode_payload,
    message_payload,
)
from processctl.replay.blanking import Blanked, Blanking, sensitive_fields
from processctl.replay.keep import file_name

TEXT = "google.protobuf.StringValue.value"
SECRET = "4111-1111"


def started(*values: Any, workflow_id: str = "orders/1") -> WorkflowHistory:
    """A history that begins with these arguments."""
    event = HistoryEvent(event_id=1)
    attributes = event.workflow_execution_started_event_attributes
    attributes.workflow_id, attributes.workflow_type.name = workflow_id, "orders.Order"
    attributes.original_execution_run_id, attributes.identity = "run-1", "77@host-of-ours"
    attributes.input.payloads.extend(data_converter().payload_converter.to_payloads(values))
    return WorkflowHistory(workflow_id, [event])


async def blanked(
    history: WorkflowHistory, *sensitive: str, state_type: type[Message] | None = None, hides_id: bool = False
) -> Blanked:
    return await Blanking(data_converter(), frozenset(sensitive), state_type, hides_id).blank(history)


def arguments(found: Blanked) -> list[Any]:
    """What the history begins with now."""
    inputs = found.history.events[0].workflow_execution_started_event_attributes.input
    return list(data_converter().payload_converter.from_payloads(inputs.payloads))


def text(value: str) -> wrappers_pb2.StringValue:
    return wrappers_pb2.StringValue(value=value)


VALUES = {
    "text": (text(SECRET), TEXT, text("redacted1")),
    "no text": (text(""), TEXT, text("")),
    "bytes": (
        wrappers_pb2.BytesValue(value=b"key"),
        "google.protobuf.BytesValue.value",
        wrappers_pb2.BytesValue(value=b"redacted1"),
    ),
    "number": (
        wrappers_pb2.Int32Value(value=-4711),
        "google.protobuf.Int32Value.value",
        wrappers_pb2.Int32Value(value=1),
    ),
    "fraction": (
        wrappers_pb2.DoubleValue(value=47.11),
        "google.protobuf.DoubleValue.value",
        wrappers_pb2.DoubleValue(value=1.0),
    ),
    "zero": (
        wrappers_pb2.Int64Value(value=0),
        "google.protobuf.Int64Value.value",
        wrappers_pb2.Int64Value(value=0),
    ),
    "boolean": (
        wrappers_pb2.BoolValue(value=True),
        "google.protobuf.BoolValue.value",
        wrappers_pb2.BoolValue(value=False),
    ),
    "enum": (
        type_pb2.Field(kind=type_pb2.Field.TYPE_STRING),
        "google.protobuf.Field.kind",
        type_pb2.Field(kind=type_pb2.Field.TYPE_DOUBLE),
    ),
    "repeated texts": (
        type_pb2.Type(oneofs=["pin", "name", "pin"]),
        "google.protobuf.Type.oneofs",
        type_pb2.Type(oneofs=["redacted1", "redacted2", "redacted1"]),
    ),
    "message": (
        type_pb2.Option(name="a", value=any_pb2.Any(type_url="x/google.protobuf.Empty")),
        "google.protobuf.Option.value",
        type_pb2.Option(name="a", value=any_pb2.Any()),
    ),
    "messages in a list": (
        type_pb2.Type(fields=[type_pb2.Field(name="a", number=7), type_pb2.Field(name="b", number=8)]),
        "google.protobuf.Type.fields",
        type_pb2.Type(
            fields=[type_pb2.Field(name="redacted1", number=1), type_pb2.Field(name="redacted2", number=2)]
        ),
    ),
    "map": (
        json_format.ParseDict({"pin": "1234", "n": {"deep": True}}, struct_pb2.Struct()),
        "google.protobuf.Struct.fields",
        json_format.ParseDict(
            {"redacted3": "redacted4", "redacted1": {"redacted2": False}}, struct_pb2.Struct()
        ),
    ),
    "below what is not sensitive": (
        type_pb2.Type(fields=[type_pb2.Field(name="a", json_name="b")]),
        "google.protobuf.Field.json_name",
        type_pb2.Type(fields=[type_pb2.Field(name="a", json_name="redacted1")]),
    ),
    "in a map": (
        json_format.ParseDict({"pin": "1234"}, struct_pb2.Struct()),
        "google.protobuf.Value.string_value",
        json_format.ParseDict({"pin": "redacted1"}, struct_pb2.Struct()),
    ),
    "nothing sensitive": (duration_pb2.Duration(seconds=5), TEXT, duration_pb2.Duration(seconds=5)),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("writes", ["json", "binary"])
@pytest.mark.parametrize(("before", "field", "after"), VALUES.values(), ids=VALUES)
async def test_a_sensitive_value_gives_way_to_one_of_its_type(
    before: Message, field: str, after: Message, writes: str
) -> None:
    history = started(before)
    if writes == "binary":
        payload = history.events[0].workflow_execution_started_event_attributes.input.payloads[0]
        payload.CopyFrom(message_payload(before))
    assert arguments(await blanked(history, field)) == [after]


@pytest.mark.asyncio(loop_scope="session")
async def test_equal_values_stay_equal_and_what_repeats_them_changes_with_them() -> None:
    found = await blanked(
        started(text(SECRET), text("other"), {"note": f"card {SECRET} declined"}, text(SECRET)), TEXT
    )
    assert arguments(found) == [
        text("redacted1"),
        text("redacted2"),
        {"note": "card redacted1 declined"},
        text("redacted1"),
    ]
    assert found.values == 3


@pytest.mark.asyncio(loop_scope="session")
async def test_a_short_value_is_replaced_elsewhere_where_it_stands_alone() -> None:
    found = await blanked(started(text("7"), {"seats": "7", "order": "A-7", "year": "1977"}), TEXT)
    assert arguments(found)[1] == {"seats": "redacted1", "order": "A-redacted1", "year": "1977"}


@pytest.mark.asyncio(loop_scope="session")
async def test_failures_and_ids_are_without_it_and_hosts_are_dropped() -> None:
    history = started(text(SECRET), workflow_id=f"orders/{SECRET}")
    failed = HistoryEvent(event_id=2)
    failure = failed.activity_task_failed_event_attributes.failure
    failure.message, failure.cause.stack_trace = f"no card {SECRET}", f"File x: {SECRET}"
    failed.activity_task_failed_event_attributes.identity = "77@host-of-ours"
    history = WorkflowHistory(history.workflow_id, [*history.events, failed])

    found = await blanked(history, TEXT)
    content = gzip.decompress(history_bytes(found.history)).decode()
    assert found.history.workflow_id == "orders/redacted1"
    assert SECRET not in content
    assert "host-of-ours" not in content
    assert "no card redacted1" in content
    assert history.events[1] == failed, "what was downloaded is another matter"


@pytest.mark.asyncio(loop_scope="session")
async def test_an_id_that_does_not_show_its_sensitive_key_is_hidden_as_a_whole() -> None:
    found = await blanked(started(text("a/b"), workflow_id="orders/a%2Fb"), TEXT, hides_id=True)
    assert found.history.workflow_id == "redacted2"
    attributes = found.history.events[0].workflow_execution_started_event_attributes
    assert attributes.workflow_id == "redacted2"
    assert attributes.workflow_type.name == "orders.Order"


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_run_hands_to_the_next_is_blanked_too() -> None:
    held = encode_payload(message_payload(text(SECRET)))
    carried = CarriedState(
        run_epoch=1,
        seq=4,
        state=b64encode(text(SECRET).SerializeToString()).decode(),
        inbox=[held],
        compensations=[CarriedCompensation(activity="refund", request=held)],
        replies={"key": b64encode(text(SECRET).SerializeToString()).decode()},
    )
    found = await blanked(started(asdict(carried)), TEXT, state_type=wrappers_pb2.StringValue)
    [after] = arguments(found)
    hidden = text("redacted1")
    assert wrappers_pb2.StringValue.FromString(b64decode(after["state"])) == hidden
    for kept in (after["inbox"][0], after["compensations"][0]["request"]):
        assert Payload.FromString(b64decode(kept)) == message_payload(hidden)
    assert after["replies"] == {"key": ""}
    assert {**after, "state": "", "inbox": [], "compensations": [], "replies": {}} == asdict(
        CarriedState(run_epoch=1, seq=4)
    )


UNKNOWN = {
    "an unknown type": Payload(metadata={"encoding": b"json/protobuf", "messageType": b"a.Gone"}, data=b"{}"),
    "another message": Payload(
        metadata={"encoding": b"binary/protobuf", "messageType": b"google.protobuf.StringValue"}, data=b"\xff"
    ),
    "an unknown encoding": Payload(metadata={"encoding": b"binary/plain"}, data=b"anything"),
    "without a key": Payload(metadata={"encoding": b"binary/encrypted"}, data=b"anything"),
    "no JSON": Payload(metadata={"encoding": b"json/plain"}, data=b"{"),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("payload", UNKNOWN.values(), ids=UNKNOWN)
async def test_what_cannot_be_decoded_is_told_with_its_event_and_stays(payload: Payload) -> None:
    history = started(text(SECRET))
    history.events[0].workflow_execution_started_event_attributes.memo.fields["m"].CopyFrom(payload)
    found = await blanked(history, TEXT)
    [problem] = found.undecoded
    assert problem.startswith("event 1: ")
    assert arguments(found) == [text("redacted1")]
    kept = found.history.events[0].workflow_execution_started_event_attributes.memo.fields["m"]
    assert kept == payload


def test_marks_are_the_contracts_own_and_those_of_protobuf_at_any_depth() -> None:
    request = CodeGeneratorRequest()
    compiled, source = request.proto_file.add(), request.source_file_descriptors.add()
    for file in (compiled, source):
        file.name, file.package = "a.proto", "a"
        inner = file.message_type.add(name="Outer").nested_type.add(name="Inner")
        for number, name in enumerate(("open", "marked", "redacted", "unmarked"), start=1):
            inner.field.add(name=name, number=number, type=FieldDescriptorProto.TYPE_STRING)
        inner.field[2].options.debug_redact = True
    fields = source.message_type[0].nested_type[0].field
    marker: Any = process_options_pb2.markers
    # The compiler takes it out of what is compiled.
    fields[1].options.Extensions[marker].sensitive = True
    fields[3].options.Extensions[marker].sensitive = False
    assert sensitive_fields(request) == {"a.Outer.Inner.marked", "a.Outer.Inner.redacted"}


def test_one_history_is_always_the_same_bytes() -> None:
    history = started({"a": 1})
    fields = history.events[0].workflow_execution_started_event_attributes.memo.fields
    names = [f"field-{number}" for number in range(20)]
    variants = set()
    for seed in range(3):
        shuffled = list(names)
        random.Random(seed).shuffle(shuffled)
        fields.clear()
        for name in shuffled:
            fields[name].data = name.encode()
        variants.add(history_bytes(WorkflowHistory("id", [History(events=history.events).events[0]])))
    [content] = variants
    assert content[4:8] == bytes(4), "a time of compression"
    assert json.loads(gzip.decompress(content))["events"][0]["eventId"] == "1"


def test_a_file_is_named_for_type_id_and_run_whatever_they_are() -> None:
    history = started(workflow_id="../../etc/passwd\n")
    attributes = history.events[0].workflow_execution_started_event_attributes
    attributes.workflow_type.name, attributes.original_execution_run_id = f"../{'x' * 300}", "../../run"
    name = file_name(history)
    assert len(name) < 200
    assert name.endswith("-_run.json.gz")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-.")
    assert ".." not in name
    other = started(workflow_id="orders/2")
    other_name = file_name(other)
    assert other_name != file_name(started(workflow_id="orders/3"))
