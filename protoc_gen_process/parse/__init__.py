"""Descriptors to the model, collecting every diagnostic of a run.

Nothing here raises for a user's mistake: it becomes a :class:`~protoc_gen_process.diagnostics.Diagnostic`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from process.v1 import process_options_pb2 as pb

from protoc_gen_process import model
from protoc_gen_process.descriptors import IMPORT, Index, Place, SourceFile
from protoc_gen_process.diagnostics import Diagnostic
from protoc_gen_process.options import PluginOptions, parse_options
from protoc_gen_process.parse.process import parse_process
from protoc_gen_process.parse.scope import Scope
from protoc_gen_process.parse.validity import check_options
from protoc_gen_process.parse.whole import check_files, check_groups, check_names, make_groups
from protoc_gen_process.rules import Report, files
from protoc_gen_process.version import __version__

__all__ = ["ParseResult", "parse_files", "parse_request"]


class ParseResult(NamedTuple):
    """What a run asks for, or what is wrong with it."""

    generation: model.Generation | None
    """None if there are diagnostics; without groups if no file describes a process."""
    diagnostics: tuple[Diagnostic, ...]


def parse_request(request: CodeGeneratorRequest, options: PluginOptions | None = None) -> ParseResult:
    """Read what protoc or buf sends.

    Args:
        request: The request; SOURCE-retained options are read from its `source_file_descriptors`.
        options: Plugin options, where they are known; else they are read from the request's parameter.
    """
    report = Report()
    if options is None:
        options = parse_options(request.parameter, report)
    sources = {f.name: f for f in request.source_file_descriptors}
    protos = [sources.get(f.name, f) for f in request.proto_file]
    # A compiler that knows no retention sends no source descriptors, and has removed nothing.
    retained = set(sources) if sources else {f.name for f in request.proto_file}
    return _parse(protos, request.file_to_generate, options, retained, report)


def parse_files(
    protos: Iterable[FileDescriptorProto],
    to_generate: Collection[str],
    options: PluginOptions | None = None,
    *,
    retained: Collection[str] | None = None,
) -> ParseResult:
    """Read a `FileDescriptorSet`, such as `buf build` writes.

    Args:
        protos: All files, imports included.
        to_generate: Names of the files whose processes are wanted.
        options: Plugin options; the defaults if None.
        retained: Names of the files that still have their SOURCE-retained options; all if None.
    """
    protos = list(protos)
    names = {p.name for p in protos} if retained is None else set(retained)
    return _parse(protos, to_generate, options or PluginOptions(), names, Report())


def _parse(
    protos: list[FileDescriptorProto],
    to_generate: Iterable[str],
    options: PluginOptions,
    retained: Collection[str],
    report: Report,
) -> ParseResult:
    index = Index(protos, to_generate, lambda name: name in retained)
    complete = [_has_imports(file, index, report) for file in index.files.values()]
    if not all(complete) or not check_options(index.files.values(), report):
        return ParseResult(None, report.diagnostics)
    scopes = [scope for file in index.to_generate if (scope := _scope(index, file, options, report))]
    check_names([scope for scope in scopes if scope.named], report)
    parsed = [(scope, parse_process(scope)) for scope in scopes]
    check_files(index.to_generate, scopes, report)
    check_groups(scopes, index.files.values(), report)
    if len(report):
        return ParseResult(None, report.diagnostics)
    groups = make_groups((scope, process) for scope, process in parsed if process is not None)
    return ParseResult(model.Generation(__version__, groups), ())


def _has_imports(file: SourceFile, index: Index, report: Report) -> bool:
    there = [
        report.check(Place(file, (IMPORT, i)), files.import_present, name, name in index.files)
        for i, name in enumerate(file.proto.dependency)
    ]
    return all(there)


def _scope(index: Index, file: SourceFile, plugin: PluginOptions, report: Report) -> Scope | None:
    """Return the process of a file, None if it describes none."""
    options = file.read(file.proto.options, pb.process)
    return None if options is None else Scope(index, report, plugin, file, options)
