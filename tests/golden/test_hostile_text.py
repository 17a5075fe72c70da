"""No text of a contract becomes code, a path outside the out folder, or a traceback."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from process.v1 import process_options_pb2 as pb

from protoc_gen_process.plugin import respond
from tests.golden import cases

CASE = "hostile_text"
MAX_ERROR_LINE = 500

Slot = Callable[[FileDescriptorProto, str], None]


def extensions(options: Any) -> Any:
    """Our options; protoc's stubs do not type them."""
    return options.Extensions


def process_option(name: str) -> Slot:
    return lambda file, text: setattr(extensions(file.options)[pb.process], name, text)


def workflow_id(**fields: Any) -> Slot:
    def fill(file: FileDescriptorProto, text: str) -> None:
        option = extensions(file.options)[pb.process].workflow_id
        for name, value in fields.items():
            setattr(option, name, value(text) if callable(value) else value)

    return fill


def entry(repeated: str, field: str, **others: str) -> Slot:
    def fill(file: FileDescriptorProto, text: str) -> None:
        getattr(extensions(file.options)[pb.process], repeated).add(**(others | {field: text}))

    return fill


def message(file: FileDescriptorProto, name: str) -> Any:
    return next(message for message in file.message_type if message.name == name)


def event_fact(name: str, field: str) -> Slot:
    def fill(file: FileDescriptorProto, text: str) -> None:
        option = extensions(message(file, name).options)[eventing_pb2.event_fact]
        if field.endswith("fields"):
            getattr(option, field)[:] = [text]
        else:
            setattr(option, field, text)

    return fill


def activity(fill: Callable[[Any, str], None]) -> Slot:
    return lambda file, text: fill(extensions(file.service[0].method[0].options)[pb.activity], text)


def marker(name: str, number: int, field: str) -> Slot:
    def fill(file: FileDescriptorProto, text: str) -> None:
        options = message(file, name).field[number - 1].options
        setattr(extensions(options)[pb.markers], field, text)

    return fill


def comments(file: FileDescriptorProto, text: str) -> None:
    for location in file.source_code_info.location:
        location.leading_comments = text


BINDING = {"name": "a", "kind": "http", "binding_ref": "b"}
SCHEDULE = {"name": "s", "cron": "@daily"}
SLOTS: dict[str, Slot] = {
    "comments": comments,
    "process.name": process_option("name"),
    "process.workflow_type": process_option("workflow_type"),
    "process.default_task_queue": process_option("default_task_queue"),
    "process.worker_group": process_option("worker_group"),
    "workflow_id.prefix": workflow_id(prefix=str),
    "workflow_id.template": workflow_id(mode=pb.WorkflowId.MODE_TEMPLATE, template=str),
    "workflow_id.template, ending": workflow_id(
        mode=pb.WorkflowId.MODE_TEMPLATE, template=lambda text: f"{{name}}/{{meta.id}}/{text}"
    ),
    **{f"ingress.{field}": entry("ingress", field, **BINDING) for field in BINDING},
    **{f"publish.{field}": entry("publish", field, **BINDING) for field in BINDING},
    **{f"schedules.{field}": entry("schedules", field, **SCHEDULE) for field in (*SCHEDULE, "time_zone")},
    **{
        f"{name} event_fact.{field}": event_fact(name, field)
        for name in ("TextSent", "TextArchived")
        for field in (
            "type",
            "schema_subject",
            "stream_ref",
            "partition_key_fields",
            "idempotency_key_fields",
        )
    },
    "activity.task_queue": activity(lambda option, text: setattr(option, "task_queue", text)),
    "activity.compensated_by": activity(lambda option, text: setattr(option, "compensated_by", text)),
    "activity.non_retryable_error_types": activity(
        lambda option, text: option.retry.non_retryable_error_types.append(text)
    ),
    "markers.search_attribute": marker("TextState", 1, "search_attribute"),
    "markers.from": marker("HostileTextStartV1", 2, "from"),
}
HARMLESS = {
    "workflow_id.template": "{name}/{meta.id}",
    "schedules.cron": "@hourly",
    "schedules.time_zone": "Europe/Berlin",
    "TextArchived event_fact.stream_ref": "archive",
    "TextArchived event_fact.partition_key_fields": "id",
    "TextArchived event_fact.idempotency_key_fields": "id",
    "activity.compensated_by": "Undo",
    "markers.from": "meta.idempotency_key",
}

FRAGMENTS = [
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "\n",
    "\r",
    "\0",
    "\u2028",
    "\u202e",
    "{{",
    "}}",
    "{% raw %}",
    "{% endraw %}",
    "{#",
    "../",
    "/etc/passwd",
    "# noqa",
    "\n    import os\n",
    '"); import os  #',
    "${x}",
    "{x}",
    "%s",
    "\0imports",
    "from x import y",
    "(",
    ")",
    "[",
    ",",
    "é",
    "\N{EN DASH}",
    "\N{BULLET}",
    "\U0001f600",
    "a" * 120,
]
ENCODABLE = st.characters(exclude_categories=["Cs"])
TEXTS = (
    st.lists(st.sampled_from(FRAGMENTS) | st.text(ENCODABLE, max_size=12), min_size=1, max_size=8)
    .map("".join)
    .filter(bool)
)


def answer(slot: str, text: str) -> tuple[str, dict[str, str]]:
    """The plugin's error, and its files by name."""
    request = CodeGeneratorRequest()
    request.CopyFrom(cases.committed_request(CASE))
    [file] = request.source_file_descriptors
    SLOTS[slot](file, text)
    response = respond(CodeGeneratorRequest.FromString(request.SerializeToString()))
    return response.error, {file.name: file.content for file in response.file}


@cache
def harmless(slot: str) -> dict[str, str]:
    """What the same place gives when it holds what it is for."""
    error, files = answer(slot, HARMLESS.get(slot, "word"))
    assert not error
    return files


def shape(source: str) -> str:
    """The syntax tree without the values of its strings and without names."""
    return ast.dump(_Blank().visit(ast.parse(source)))


class _Blank(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node


def _invisible(text: str) -> set[str]:
    return {character for character in text if not character.isprintable()} - {"\n"}


def lines(text: str) -> Iterator[str]:
    yield from text.split("\n")


@pytest.mark.parametrize("slot", SLOTS)
@given(text=TEXTS)
@example(text="x" * 10_000)
@example(text='"""' * 3_000)
@example(text="a b " * 2_500)
@example(text='"""\nimport os\nos.system("true")\n"""')
@example(text="../../../etc/cron.d/x")
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_text_gives_an_error_or_the_code_that_harmless_text_gives(slot: str, text: str) -> None:
    error, files = answer(slot, text)
    if error:
        assert not files
        for line in lines(error):
            assert line.isprintable()
            assert "PGP" in line
            assert len(line) < MAX_ERROR_LINE, line
        return
    assert files
    # What is accepted as one of these decides about packages; elsewhere names are what they were.
    expected = {} if slot in {"process.name", "process.worker_group"} else harmless(slot)
    for name, content in files.items():
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert all(part.removesuffix(".py").isidentifier() for part in path.parts)
        ast.parse(content)
        if expected and content != expected[name]:
            assert shape(content) == shape(expected[name])
        assert not _invisible(content)


@pytest.mark.parametrize(
    "slot", ["comments", "TextArchived event_fact.schema_subject", "activity.non_retryable_error_types"]
)
def test_free_text_is_accepted_whatever_it_says(slot: str) -> None:
    error, files = answer(slot, "".join(FRAGMENTS))
    assert not error
    assert files.keys() == harmless(slot).keys()


@pytest.mark.parametrize(
    "name",
    [
        "../escape.proto",
        "/etc/escape.proto",
        "a/../../escape.proto",
        "a b.proto",
        "import os.proto",
        "x\ny.proto",
    ],
)
def test_a_file_name_is_no_way_out(name: str) -> None:
    request = CodeGeneratorRequest()
    request.CopyFrom(cases.committed_request(CASE))
    [old] = request.file_to_generate
    request.file_to_generate[:] = [name]
    for file in (*request.proto_file, *request.source_file_descriptors):
        if file.name == old:
            file.name = name
    response = respond(request)
    assert response.error
    assert not response.file
    assert all(line.isprintable() for line in lines(response.error))
