"""No text of an option becomes anything but a one-line diagnostic or a value of the model."""

from __future__ import annotations

import zoneinfo
from typing import Any

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from process.v1 import process_options_pb2 as pb

from protoc_gen_process.diagnostics import quote
from protoc_gen_process.parse import ParseResult, parse_request
from protoc_gen_process.parse.cron import is_cron
from protoc_gen_process.timezones import NAMES
from tests.plugin.plugin_contracts import command, fact, outbound, request, shop
from tests.plugin.rule_cases import binding, rpc, service, template

_EXTENSIONS: dict[str, tuple[Any, ...]] = {
    "FileOptions": (pb.process,),
    "MessageOptions": (pb.fact, pb.command, pb.start, pb.state, pb.query, eventing_pb2.event_fact),
    "FieldOptions": (pb.markers,),
    "ServiceOptions": (pb.activities,),
    "MethodOptions": (pb.activity,),
}
# A contract in which every string field of every option is set.
_FULL = shop(
    'workflow_type: "W" default_task_queue: "q" worker_group: "g" '
    + template("p/{name}/{meta.key.id}", 'prefix: "p"')
    + binding("ingress")
    + binding("publish")
    + 'schedules: { name: "s" cron: "@daily" time_zone: "UTC" }',
    cases="Ask ask = 11; Paid paid = 12;",
    start='message OrderStartV1 { option (process.v1.start) = { result: "shop.v1.Reply" }; '
    "uint32 start_version = 1; "
    'string x = 2 [(process.v1.markers).from = "meta.key.id"]; }',
    more=command("Ask", 'delivery: UPDATE response: "shop.v1.Reply"')
    + fact(
        "Paid",
        event='schema_subject: "s" stream_ref: "r" partition_key_fields: "p" idempotency_key_fields: "i"',
    )
    + outbound(
        "Done",
        'schema_subject: "s" stream_ref: "a" partition_key_fields: "id" idempotency_key_fields: "id"',
        "string id = 1;",
    )
    + "message Reply {}"
    + "message S { option (process.v1.state) = {}; string x = 1 "
    '[(process.v1.markers).search_attribute = "X"]; }'
    + 'message Q { option (process.v1.query) = { response: "shop.v1.Reply" }; }'
    + service(
        rpc("Do", 'task_queue: "q" compensated_by: "Undo" retry: { non_retryable_error_types: "E" }')
        + rpc("Undo"),
        '{ task_queue: "q" retry: { non_retryable_error_types: "E" } }',
    ),
)

Slot = tuple[Message, FieldDescriptor]


def _strings(message: Message) -> list[Slot]:
    slots: list[Slot] = []
    for field, value in message.ListFields():
        if field.message_type is not None:
            for item in value if field.is_repeated else (value,):
                slots += _strings(item)
        elif field.type == FieldDescriptor.TYPE_STRING:
            slots.append((message, field))
    return slots


def slots(asked: CodeGeneratorRequest) -> list[Slot]:
    """Every string that an option of the contract sets."""
    file = asked.source_file_descriptors[0]
    holders: list[Any] = [file.options]
    for message in file.message_type:
        holders += [message.options, *(f.options for f in message.field)]
    for rpc_service in file.service:
        holders += [rpc_service.options, *(m.options for m in rpc_service.method)]
    return [
        slot
        for holder in holders
        for extension in _EXTENSIONS[holder.DESCRIPTOR.name]
        if holder.HasExtension(extension)
        for slot in _strings(holder.Extensions[extension])
    ]


def write(slot: Slot, text: str) -> None:
    """Put `text` into one string field."""
    message, field = slot
    if field.is_repeated:
        getattr(message, field.name)[:] = [text]
    else:
        setattr(message, field.name, text)


def check(result: ParseResult) -> None:
    """A model, or diagnostics of one printable line each."""
    assert (result.generation is None) == bool(result.diagnostics)
    for diagnostic in result.diagnostics:
        assert str(diagnostic).isprintable()
        assert len(diagnostic.text) < 600


_COUNT = len(slots(request(_FULL)))
_NASTY = [
    "",
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "\n",
    "\r\n",
    "\0",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{",
    "}",
    "{}",
    "{name}",
    "../../etc/passwd",
    "/",
    "a" * 10_000,
    "a." * 5_000,
    "{meta." * 2_000,
    "\u202e\u2066",
    "\u00e9\U0001f4a9",
    "\ufeff",
    "\u2028",
    "__import__('os').system('id')",
    "None",
    "class",
    "shop.v1",
    ".shop.v1.Reply",
    "..",
]


def test_the_contract_sets_every_string_of_every_option() -> None:
    seen = {(message.DESCRIPTOR.name, field.name) for message, field in slots(request(_FULL))}
    there = {
        (descriptor.name, field.name)
        for module in (pb, eventing_pb2)
        for descriptor in module.DESCRIPTOR.message_types_by_name.values()
        for field in descriptor.fields
        if field.type == FieldDescriptor.TYPE_STRING
    }
    assert there - seen == {("ActivityDefaults", "compensated_by")}  # which is refused whatever it says
    assert parse_request(request(_FULL)).diagnostics == ()


@pytest.mark.parametrize("text", _NASTY, ids=lambda text: ascii(text[:12]))
def test_nasty_text_in_every_option(text: str) -> None:
    for number in range(_COUNT):
        asked = request(_FULL)
        write(slots(asked)[number], text)
        check(parse_request(asked))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.integers(0, _COUNT - 1),
        st.one_of(
            st.text(max_size=40), st.sampled_from(_NASTY), st.text("{}./:%{name}meta.key.id", max_size=30)
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_text_in_any_option(texts: dict[int, str]) -> None:
    asked = request(_FULL)
    there = slots(asked)
    for number, text in texts.items():
        write(there[number], text)
    check(parse_request(asked))


@given(st.text())
def test_quoted_text_is_one_printable_line_of_bounded_length(text: str) -> None:
    quoted = quote(text)
    assert quoted.isprintable()
    assert len(quoted) <= 2 * 80 + 2
    assert quoted[0] == quoted[-1] == '"'


def test_names_without_end_are_cut() -> None:
    name = "A" * 10_000
    result = parse_request(request(shop(cases=f"{name} x = 11;", more=f"message {name} {{}}")))
    (diagnostic,) = result.diagnostics
    assert len(str(diagnostic)) < 400


def test_message_chains_without_end_are_walked() -> None:
    chain = "".join(f"message A{i} {{ A{i + 1} a = 1; }}" for i in range(3000)) + "message A3000 {}"
    assert parse_request(request(shop(meta="A0 a = 4;", more=chain))).diagnostics == ()


def test_mutually_recursive_messages_are_walked() -> None:
    names = range(25)
    body = "".join(f"message R{i} {{ {' '.join(f'R{j} r{j} = {j + 1};' for j in names)} }}" for i in names)
    assert parse_request(request(shop(meta="R0 r = 4;", more=body))).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "0 0 1 1 0",
        "59 23 31 12 7",
        "*/15 0-6/2 1,15 JAN-mar MON-FRI",
        "@yearly",
        "@annually",
        "@midnight",
        "5/10 * * * *",
        "30  6 *   * MON-FRI",
    ],
)
def test_cron_expressions(text: str) -> None:
    assert is_cron(text)


def test_time_zones_are_those_of_iana() -> None:
    known = zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"}
    # A machine may have fewer, older or newer zones than the list; not many.
    assert len(known - NAMES) < 10
    assert {"UTC", "Europe/Berlin", "America/Argentina/Ushuaia"} <= NAMES
