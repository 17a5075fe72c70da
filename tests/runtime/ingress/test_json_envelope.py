"""Protobuf JSON, read fast: whatever it is, what comes out is what protobuf's own library says."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from process_runtime.ingress import json_envelope
from process_runtime.ingress.json_envelope import parse_tree
from tests.runtime.ingress.fuzz.mutations import mutated
from tests.runtime.ingress.parcels import compiled, pb

KINDS: type[Message] = compiled("kinds").Kinds


def by_library(tree: Any, message_type: type[Message]) -> bytes | None:
    """None where the library refuses."""
    message = message_type()
    try:
        json_format.ParseDict(tree, message, ignore_unknown_fields=True)
    except Exception:  # noqa: BLE001  (whatever it is, it is a refusal)
        return None
    return message.SerializeToString(deterministic=True)


def fast(tree: Any, message_type: type[Message]) -> bytes | None:
    try:
        return parse_tree(tree, message_type).SerializeToString(deterministic=True)
    except Exception:  # noqa: BLE001  (whatever it is, it is a refusal)
        return None


NAMES = [name for field in KINDS.DESCRIPTOR.fields for name in (field.name, field.json_name)]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**65), 2**65),
    st.integers(0, 3),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(
        [
            "007",
            "-0",
            " 7",
            "1_0",
            "1e3",
            "٣",
            "SIZE_SMALL",
            "NaN",
            "Infinity",
            "\ud800",
            "AAA=",
            "3.5s",
            "60s",
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.123456789Z",
            "2026-01-02T03:04:05+01:00",
            "2026-02-30T03:04:05Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "0000-01-01T00:00:00Z",
            "2026-01-02T24:00:00Z",
            "2026-01-02T23:59:60Z",
            "2026-01-02t03:04:05z",
        ]
    ),
)
TREES = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, "unknown", "[x.y]", "@type"]), inner, max_size=6)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from([*NAMES, "unknown"]), TREES, max_size=6)


@settings(max_examples=150)
@given(tree=OBJECTS)
def test_it_is_what_the_library_says(tree: dict[str, Any]) -> None:
    assert fast(tree, KINDS) == by_library(tree, KINDS)


def test_it_is_what_the_library_says_of_malformed_messages() -> None:
    compared = 0
    for message in mutated(5_000):
        try:
            tree = json.loads(message.body)
        except (ValueError, RecursionError):
            continue
        tree = tree.get("data", tree) if isinstance(tree, dict) else tree
        assert fast(tree, pb.ParcelEvent) == by_library(tree, pb.ParcelEvent)
        compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    "tree",
    [
        {"labels": []},
        {"aText": "x", "a_text": "y"},
        {"left": "x", "right": {}},
        {"texts": ["x", None]},
        {"texts": None},
        {"list": [None]},
        {"inner": None},
        {"large": 1.0},
        {"large": "1.0"},
        {"small": True},
        {"flag": 1},
        {"size": 1},
        {"size": []},
        {"maybe": ""},
        {"lasts": None},
        {"at": None},
        {"at": 5},
        {"rough": 3.5e38},
    ],
)
def test_it_is_what_the_library_says_at_the_edges(tree: dict[str, Any]) -> None:
    assert fast(tree, KINDS) == by_library(tree, KINDS)


@pytest.mark.parametrize("depth", [80, 95, 99, 100, 101, 150])
def test_it_is_nested_no_deeper_than_by_the_library(depth: int) -> None:
    tree: dict[str, Any] = {"flag": True}
    for _ in range(depth):
        tree = {"inner": tree}
    assert fast(tree, KINDS) == by_library(tree, KINDS)


def test_what_is_usual_does_not_need_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {
        "aText": "x",
        "flag": True,
        "small": -1,
        "large": "-9223372036854775808",
        "positive": 2**64 - 1,
        "exact": 0.5,
        "size": "SIZE_SMALL",
        "at": "2026-01-02T03:04:05.5Z",
        "inner": {"texts": ["a", "b"], "list": [{"small": 1}, {}]},
        "times": ["2026-01-02T03:04:05Z"],
        "sizes": ["SIZE_SMALL"],
        "other": "y",
        "right": {},
        "unknown": {"a": [1]},
    }
    expected = by_library(usual, KINDS)
    monkeypatch.setattr(json_envelope, "json_format", None)
    assert fast(usual, KINDS) == expected
    assert fast({"exact": math.nan}, KINDS) is None
