"""Small contracts as proto text, compiled in this process: no compiler starts, so hundreds of them are cheap.

An expected diagnostic stands in the text as a comment in front of what it points at: `/*PGP012*/`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc  # type: ignore[import-untyped]

from protoc_gen_process.parse import ParseResult, parse_request

ROOT = Path(__file__).parents[2]
FILE = "shop/v1/shop.proto"
_WELL_KNOWN = str(resources.files("grpc_tools") / "_proto")
_EXPECTED = re.compile(r"/\*(PGP\d{3})\*/")

_IMPORTS = """
import "process/v1/process_options.proto";
import "ameide_core_proto/common/v1/eventing.proto";
"""
NAME = 'name: "order"'
API = "api_major: 1 api_minor: 0"
KEY = "message Key { string id = 1 [(process.v1.markers).workflow_key = true]; }"
IDEMPOTENCY = "string idempotency_key = 2 [(process.v1.markers) = { idempotency_key: true }];"
SCHEMA = "uint32 schema_version = 3 [(process.v1.markers) = { schema_version: true }];"
PLACED = """message Placed {
  option (process.v1.fact) = {};
  option (ameide_core_proto.common.v1.event_fact) = { type: "shop.Placed.v1" };
  string sku = 1;
}"""
START = "message OrderStartV1 { uint32 start_version = 1; Key key = 2; }"


def shop(
    options: str = "",
    *,
    name: str = NAME,
    api: str = API,
    key: str = KEY,
    meta_key: str = "Key key = 1;",
    idempotency: str = IDEMPOTENCY,
    schema: str = SCHEMA,
    meta: str = "",
    envelope: str = "",
    cases: str = "",
    placed: str = PLACED,
    start: str = START,
    more: str = "",
    syntax: str = 'syntax = "proto3";',
    package: str = "package shop.v1;",
    before: str = "",
) -> str:
    """Return a contract that breaks no rule, with parts of it replaced or added."""
    text = f"""{syntax}
{package}
{_IMPORTS}
{before} option (process.v1.process) = {{ {name} {api} {options} }};
{key}
message Meta {{
  {meta_key}
  {idempotency}
  {schema}
  {meta}
}}
message Event {{
  Meta meta = 1;
  {envelope}
  oneof payload {{
    Placed placed = 10;
    {cases}
  }}
}}
{placed}
{start}
{more}
"""
    used = [n for n in ("Any", "Empty", "Timestamp") if f"google.protobuf.{n}" in text]
    imports = "".join(f'import "google/protobuf/{n.lower()}.proto"; ' for n in used)
    return text.replace(_IMPORTS, f"{_IMPORTS}{imports}")


def fact(name: str, body: str = "", options: str = "", event: str = "") -> str:
    """Return an inbound fact."""
    return (
        f"message {name} {{ option (process.v1.fact) = {{ {options} }}; "
        f'option (ameide_core_proto.common.v1.event_fact) = {{ type: "shop.{name}.v1" {event} }}; {body} }}'
    )


def command(name: str, options: str = "", body: str = "") -> str:
    """Return a command."""
    return (
        f"message {name} {{ option (process.v1.command) = {{ {options} }}; "
        f'option (ameide_core_proto.common.v1.event_fact) = {{ type: "shop.{name}.v1" }}; {body} }}'
    )


def outbound(name: str, event: str, body: str = "", options: str = "") -> str:
    """Return an outbound fact."""
    return (
        f"message {name} {{ option (process.v1.fact) = {{ direction: OUTBOUND {options} }}; "
        f'option (ameide_core_proto.common.v1.event_fact) = {{ type: "shop.{name}.v1" {event} }}; {body} }}'
    )


class CompileError(AssertionError):
    """protoc refused the text: the test is wrong, not the contract."""


def _descriptors(files: Mapping[str, str], *flags: str) -> FileDescriptorSet:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, "in", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        out = Path(folder, "out.binpb")
        roots = [f"-I{folder}/in", f"-I{ROOT}/proto", f"-I{_WELL_KNOWN}"]
        status = protoc.main(
            ["protoc", *roots, f"--descriptor_set_out={out}", "--include_imports", *flags, *files]
        )
        if status:
            raise CompileError("\n".join(files.values()))
        return FileDescriptorSet.FromString(out.read_bytes())


@cache
def _compiled(files: tuple[tuple[str, str], ...]) -> tuple[FileDescriptorSet, FileDescriptorSet]:
    texts = dict(files)
    full = _descriptors(texts, "--include_source_info", "--retain_options")
    return full, _descriptors(texts, "--include_source_info")


def image(files: str | Mapping[str, str]) -> FileDescriptorSet:
    """Return all descriptors of `files` with every option, as `buf build` keeps them."""
    texts = {FILE: files} if isinstance(files, str) else files
    return _descriptors(texts, "--include_source_info", "--retain_options")


def request(
    files: str | Mapping[str, str], to_generate: tuple[str, ...] | None = None, parameter: str = ""
) -> CodeGeneratorRequest:
    """Return what protoc would send for `files`: SOURCE-retained options in the files to generate only."""
    texts = {FILE: files} if isinstance(files, str) else dict(files)
    full, stripped = _compiled(tuple(texts.items()))
    names = tuple(texts) if to_generate is None else to_generate
    return CodeGeneratorRequest(
        file_to_generate=names,
        parameter=parameter,
        proto_file=stripped.file,
        source_file_descriptors=[f for f in full.file if f.name in names],
    )


def parse(files: str | Mapping[str, str], to_generate: tuple[str, ...] | None = None) -> ParseResult:
    """Compile and parse."""
    return parse_request(request(files, to_generate))


def expected(files: str | Mapping[str, str]) -> list[str]:
    """Return `FILE:LINE:COLUMN PGPnnn` for each mark in the text, in order of the report."""
    texts = {FILE: files} if isinstance(files, str) else files
    found = []
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            for mark in _EXPECTED.finditer(line):
                end = mark.end()
                while other := _EXPECTED.match(line, end):  # several rules at one place
                    end = other.end()
                end += len(line[end:]) - len(line[end:].lstrip())
                found.append((name, number, end + 1, mark[1]))
    return [f"{name}:{line}:{column} {rule}" for name, line, column, rule in sorted(found)]


def found(result: ParseResult) -> list[str]:
    """Return the diagnostics of a result in the form of :func:`expected`."""
    return [
        f"{d.location.file}:{d.location.line}:{d.location.column} {d.rule}"
        for d in result.diagnostics
        if d.location
    ]
