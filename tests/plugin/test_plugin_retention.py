"""Options that protoc removed, options of another version, and text that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from process.v1 import process_options_pb2 as pb

from protoc_gen_process.options import PluginOptions
from protoc_gen_process.parse import parse_files, parse_request
from tests.plugin.plugin_contracts import FILE, IDEMPOTENCY, KEY, SCHEMA, fact, found, parse, request, shop

_SHARED = "shared/v1/shared.proto"
_HEAD = """syntax = "proto3"; package shared.v1;
import "process/v1/process_options.proto";
import "ameide_core_proto/common/v1/eventing.proto";
"""


def _importing(text: str) -> str:
    return text.replace("import", f'/*PGP006*/ import "{_SHARED}"; import', 1)


@pytest.mark.requirement("R027")
def test_options_are_read_from_the_source_descriptors_because_protoc_strips_the_others() -> None:
    asked = request(shop())
    assert not asked.proto_file[-1].options.ByteSize()
    result = parse_request(asked)
    assert result.generation is not None
    assert result.generation.groups[0].processes[0].name == "order"


def test_a_compiler_without_retention_is_read_from_its_only_descriptors() -> None:
    asked = request(shop())
    old = CodeGeneratorRequest(
        file_to_generate=asked.file_to_generate,
        proto_file=[*list(asked.proto_file)[:-1], asked.source_file_descriptors[0]],
    )
    assert parse_request(old) == parse_request(asked)


@pytest.mark.requirement("R027")
@pytest.mark.parametrize(
    ("contract", "shared"),
    [
        (shop(cases="shared.v1.Paid paid = 11;"), fact("Paid")),
        (
            shop(
                key="",
                meta_key="shared.v1.Key key = 1;",
                start="message OrderStartV1 { uint32 start_version = 1; }",
            ),
            KEY,
        ),
        (
            shop(
                key="",
                meta_key="",
                idempotency="shared.v1.Spine spine = 1;",
                schema="",
                start="message OrderStartV1 { uint32 start_version = 1; }",
            ),
            f"{KEY} message Spine {{ Key key = 1; {IDEMPOTENCY} {SCHEMA} }}",
        ),
        (
            shop(more="message S { option (process.v1.state) = {}; shared.v1.Part part = 1; }"),
            'message Part { string x = 1 [(process.v1.markers).search_attribute = "X"]; }',
        ),
        (
            shop(
                start="message Begin { option (process.v1.start) = {}; oneof v { "
                "shared.v1.BeginV1 v1 = 1; } }"
            ),
            "message BeginV1 { option (process.v1.start) = {}; }",
        ),
    ],
    ids=["payload", "key", "whole meta", "state", "start version"],
)
def test_an_imported_message_that_lost_its_options_is_an_error_that_says_how_to_mend(
    contract: str, shared: str
) -> None:
    texts = {FILE: _importing(contract), _SHARED: _HEAD + shared}
    whole = parse(texts)
    assert whole.diagnostics == ()
    lost = parse(texts, (FILE,))
    assert [line.split()[1] for line in found(lost)] == ["PGP006"]
    text = lost.diagnostics[0].text
    assert _SHARED in text
    assert "strategy: all" in text
    assert "command line" in text
    assert found(lost)[0].startswith(f"{FILE}:4:")


def test_an_import_without_our_options_has_lost_nothing() -> None:
    plain = 'syntax = "proto3"; package shared.v1; message Money { int64 units = 1; }'
    text = shop(cases="Paid paid = 11;", more=fact("Paid", "shared.v1.Money total = 1;"))
    texts = {FILE: text.replace("import", f'import "{_SHARED}"; import', 1), _SHARED: plain}
    assert parse(texts, (FILE,)).diagnostics == ()


def test_options_of_somebody_else_with_our_numbers_are_not_ours() -> None:
    other = """syntax = "proto2"; package other; import "google/protobuf/descriptor.proto";
    message Fact { optional string x = 1; }
    extend google.protobuf.MessageOptions { optional Fact mine = 50001; }
    """
    user = """syntax = "proto3"; package user; import "other.proto";
    message M { option (other.mine).x = "hello"; }
    """
    result = parse({"other.proto": other, "user.proto": user, FILE: shop()}, ("user.proto", FILE))
    assert result.diagnostics == ()


def test_options_that_are_imported_publicly_are_ours() -> None:
    reexport = 'syntax = "proto3"; import public "process/v1/process_options.proto";'
    text = shop().replace("process/v1/process_options.proto", "re.proto")
    result = parse({FILE: text, "re.proto": reexport}, (FILE,))
    assert result.generation is not None
    assert len(result.generation.groups) == 1


def _with(asked: CodeGeneratorRequest, field: str, extra: bytes) -> CodeGeneratorRequest:
    """Add bytes of a newer contract language to one option."""
    file = asked.source_file_descriptors[0]
    holders: dict[str, tuple[Any, Any]] = {
        "process": (file.options, pb.process),
        "fact": (file.message_type[3].options, pb.fact),
        "event_fact": (file.message_type[3].options, eventing_pb2.event_fact),
        "markers": (file.message_type[0].field[0].options, pb.markers),
    }
    holder, extension = holders[field]
    holder.Extensions[extension].MergeFromString(extra)
    return asked


@pytest.mark.parametrize("field", ["process", "fact", "event_fact", "markers"])
def test_unknown_fields_inside_our_options_are_errors(field: str) -> None:
    result = parse_request(_with(request(shop()), field, b"\xfa\x01\x01x"))
    assert [d.rule for d in result.diagnostics] == ["PGP004"]
    assert "field 31" in result.diagnostics[0].text


def test_unknown_fields_deep_inside_our_options_are_errors() -> None:
    result = parse_request(
        _with(request(shop('workflow_id: { prefix: "p" }')), "process", b"\x22\x03\xfa\x01\x00")
    )
    assert [d.rule for d in result.diagnostics] == ["PGP004"]
    assert "WorkflowId" in result.diagnostics[0].text


def test_unknown_enum_values_are_errors_and_not_the_default() -> None:
    result = parse_request(_with(request(shop()), "process", b"\x28\x09"))
    assert [d.rule for d in result.diagnostics] == ["PGP004"]
    assert "ProcessOptions.kind" in result.diagnostics[0].text


def test_text_that_is_no_utf_8_is_an_error() -> None:
    result = parse(shop('default_task_queue: "\\xff\\xfe"', before="/*PGP005*/"))
    assert [d.rule for d in result.diagnostics] == ["PGP005"]
    assert str(result.diagnostics[0]).isprintable()


def test_a_set_without_an_import_is_an_error() -> None:
    files = list(request(shop()).source_file_descriptors)
    result = parse_files(files, [FILE])
    assert {d.rule for d in result.diagnostics} == {"PGP009"}
    assert [d.location and d.location.line for d in result.diagnostics] == [4, 5]


def test_a_descriptor_set_is_read_like_a_request() -> None:
    asked = request(shop())
    sources = {f.name: f for f in asked.source_file_descriptors}
    files = [sources.get(f.name, f) for f in asked.proto_file]
    assert parse_files(files, [FILE], PluginOptions()) == parse_request(asked)


def test_files_without_a_process_generate_nothing() -> None:
    result = parse({"x.proto": 'syntax = "proto3"; message X {}'})
    assert result.diagnostics == ()
    assert result.generation is not None
    assert result.generation.groups == ()


def test_without_source_information_a_diagnostic_still_names_the_file() -> None:
    asked = request(shop(api=""))
    asked.source_file_descriptors[0].ClearField("source_code_info")
    assert found(parse_request(asked)) == [f"{FILE}:1:1 PGP011", f"{FILE}:1:1 PGP012"]
