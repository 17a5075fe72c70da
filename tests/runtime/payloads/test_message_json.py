"""Protobuf JSON, written fast: what comes out is what protobuf's own library says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.converter import DataConverter

from process_runtime.converter import data_converter
from process_runtime.message_json import tree_of
from tests.runtime.ingress.parcels import compiled

kinds = compiled("kinds")

WELL_KNOWN: dict[str, Callable[[Any, int], object]] = {
    "at": lambda of, value: of.at.FromSeconds(value % 10**9),
    "lasts": lambda of, value: of.lasts.FromNanoseconds(value),
    "wrapped": lambda of, value: of.wrapped.CopyFrom(StringValue(value=str(value))),
    "open": lambda of, value: of.open.update({"x": [1, None, {"y": str(value)}]}),
    "value": lambda of, value: of.value.list_value.append(value % 100),
    "any": lambda of, value: of.any.Pack(Timestamp(seconds=value % 10**9)),
    "empty_any": lambda of, _: of.any.CopyFrom(AnyMessage()),
    "times": lambda of, value: of.times.add().FromSeconds(value % 10**9),
}
SCALARS = st.fixed_dictionaries(
    {},
    optional={
        "a_text": st.text(max_size=5),
        "some_bytes": st.binary(max_size=5),
        "flag": st.booleans(),
        "small": st.integers(-(2**31), 2**31 - 1),
        "large": st.integers(-(2**63), 2**63 - 1),
        "positive": st.integers(0, 2**64 - 1),
        "rough": st.floats(width=32),
        "exact": st.floats(),
        "size": st.sampled_from([0, 1, 7]),
        "texts": st.lists(st.text(max_size=3), max_size=3),
        "labels": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3),
        "maybe": st.sampled_from(["", "x"]),
        "left": st.text(max_size=3),
        "fixed": st.integers(0, 2**32 - 1),
        "sizes": st.lists(st.sampled_from([0, 1, 7]), max_size=3),
        "oddly_named": st.text(max_size=3),
    },
)


@st.composite
def messages(draw: st.DrawFn, depth: int = 2) -> Any:
    """Of every kind of field, with messages inside."""
    made = kinds.Kinds(**draw(SCALARS))
    for name in draw(st.sets(st.sampled_from(sorted(WELL_KNOWN)), max_size=2)):
        WELL_KNOWN[name](made, draw(st.integers(-(2**40), 2**40)))
    if depth:
        for inner in draw(st.lists(messages(depth=depth - 1), max_size=2)):
            made.list.append(inner)
            made.inner.CopyFrom(inner)
    return made


def text(tree: object) -> str:
    return json.dumps(tree, sort_keys=True)


@settings(max_examples=100)
@given(message=messages())
def test_it_is_what_the_library_says(message: Message) -> None:
    assert text(tree_of(message)) == text(json_format.MessageToDict(message))


@settings(max_examples=30)
@given(
    value=messages() | st.text() | st.booleans() | st.integers() | st.dictionaries(st.text(), st.integers())
)
def test_a_payload_is_byte_for_byte_that_of_the_sdk(value: object) -> None:
    ours, theirs = (
        converter.payload_converter.to_payload(value)
        for converter in (data_converter(), DataConverter.default)
    )
    assert ours == theirs


@pytest.mark.parametrize("rough", [3.4028234663852886e38, 1e-45, 0.1, 16777217.0, -0.0])
def test_four_byte_numbers_at_the_edges(rough: float) -> None:
    message = kinds.Kinds(rough=rough)
    assert text(tree_of(message)) == text(json_format.MessageToDict(message))


@pytest.mark.parametrize("message", [AnyMessage(), Timestamp(seconds=5), StringValue(value="x")])
def test_well_known_messages_by_themselves(message: Message) -> None:
    assert tree_of(message) == json_format.MessageToDict(message)


def test_what_has_no_json_is_refused_as_by_the_library() -> None:
    message = kinds.Kinds(inner=kinds.Kinds(at=Timestamp(seconds=2**50)))
    with pytest.raises(json_format.SerializeToJsonError, match="Failed to serialize at field"):
        tree_of(message)
