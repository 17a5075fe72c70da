"""The contract language as its users meet it: names and numbers that can never change again."""

from __future__ import annotations

from pathlib import Path

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from process.v1 import process_options_pb2 as options

PROTO = Path(__file__).resolve().parents[2] / "proto"
EXTENSIONS = [
    *options.DESCRIPTOR.extensions_by_name.values(),
    *eventing_pb2.DESCRIPTOR.extensions_by_name.values(),
]


def numbers(message: type[Message]) -> dict[str, int]:
    return {field.name: field.number for field in message.DESCRIPTOR.fields}


def enum_names(message: type[Message], field: str) -> list[str]:
    enum = message.DESCRIPTOR.fields_by_name[field].enum_type
    assert enum is not None
    return [value.name for value in enum.values if value.number]


@pytest.mark.requirement("R024")
@pytest.mark.parametrize(
    "path", ["process/v1/process_options.proto", "ameide_core_proto/common/v1/eventing.proto"]
)
def test_option_files_are_proto2_of_their_folder(path: str) -> None:
    text = (PROTO / path).read_text()
    assert 'syntax = "proto2";' in text
    assert f"package {path.rpartition('/')[0].replace('/', '.')};" in text


@pytest.mark.requirement("R023", "R062")
def test_extension_numbers() -> None:
    found = {}
    for extension in options.DESCRIPTOR.extensions_by_name.values():
        assert extension.containing_type is not None
        found[extension.name] = (extension.containing_type.name, extension.number)
    assert found == {
        "process": ("FileOptions", 50000),
        "fact": ("MessageOptions", 50001),
        "command": ("MessageOptions", 50002),
        "start": ("MessageOptions", 50003),
        "state": ("MessageOptions", 50004),
        "query": ("MessageOptions", 50005),
        "markers": ("FieldOptions", 50010),
        "activities": ("ServiceOptions", 50020),
        "activity": ("MethodOptions", 50021),
    }


@pytest.mark.requirement("R026")
@pytest.mark.parametrize("extension", EXTENSIONS, ids=lambda extension: extension.full_name)
def test_every_extension_has_source_retention(extension: FieldDescriptor) -> None:
    assert extension.GetOptions().retention == descriptor_pb2.FieldOptions.RETENTION_SOURCE


@pytest.mark.requirement("R014", "R015", "R016", "R047", "R048", "R049")
def test_fields_of_a_process() -> None:
    assert numbers(options.ProcessOptions) == {
        "name": 1,
        "workflow_type": 2,
        "default_task_queue": 3,
        "workflow_id": 4,
        "kind": 5,
        "singleton_per_key": 6,
        "reuse_policy": 7,
        "versioning_behavior": 8,
        "worker_group": 9,
        "api_major": 10,
        "api_minor": 11,
        "execution_timeout": 12,
        "run_timeout": 13,
        "task_timeout": 14,
        "ingress": 20,
        "publish": 21,
        "schedules": 22,
    }


@pytest.mark.requirement("R015", "R016")
@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("kind", ["ENTITY", "TRANSACTION"]),
        ("reuse_policy", ["REJECT_DUPLICATE", "ALLOW_DUPLICATE_FAILED_ONLY", "ALLOW_DUPLICATE"]),
        ("versioning_behavior", ["PINNED", "AUTO_UPGRADE"]),
    ],
)
def test_choices_of_a_process(field: str, names: list[str]) -> None:
    assert enum_names(options.ProcessOptions, field) == names


@pytest.mark.requirement("R049", "R050")
def test_a_subscription_has_logical_names_and_no_place_for_an_address() -> None:
    assert numbers(options.IngressSubscription) == {"name": 1, "kind": 2, "binding_ref": 3}


@pytest.mark.requirement("R051", "R052", "R053", "R054")
def test_fields_and_modes_of_a_workflow_id() -> None:
    assert numbers(options.WorkflowId) == {"mode": 1, "template": 2, "prefix": 3}
    assert enum_names(options.WorkflowId, "mode") == [
        "MODE_BUSINESS_KEY",
        "MODE_IDEMPOTENCY_KEY",
        "MODE_TEMPLATE",
    ]


@pytest.mark.requirement("R061")
def test_field_markers() -> None:
    assert list(numbers(options.FieldMarkers).items())[:3] == [
        ("workflow_key", 1),
        ("idempotency_key", 2),
        ("schema_version", 3),
    ]


@pytest.mark.requirement("R057")
def test_a_command_is_a_signal_by_default() -> None:
    assert options.CommandOptions().delivery == options.CommandOptions.SIGNAL


@pytest.mark.requirement("R056")
def test_a_fact_is_inbound_and_starts_a_process_by_default() -> None:
    assert options.FactOptions().direction == options.FactOptions.INBOUND
    assert options.FactOptions().starts


@pytest.mark.requirement("R059")
def test_the_event_type_has_one_place() -> None:
    assert "type" in numbers(eventing_pb2.EventFact)
    for message in (options.FactOptions, options.CommandOptions):
        assert not {"type", "event_type", "external_type"} & numbers(message).keys()
