"""The protoc plugin: a request on standard input, a response on standard output.

Knows the protocol and nothing of processes. Imports happen when they are needed: protoc starts this program
once for every run.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from protoc_gen_process.version import __version__

if TYPE_CHECKING:
    from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse

_USAGE = "protoc and buf run this plugin: `protoc --process_out=DIR FILES`, or `buf generate`"
_EXIT_USAGE = 2
_EXIT_BUG = 1


class RequestError(ValueError):
    """Standard input holds no `CodeGeneratorRequest`, or one that no compiler writes."""


def run() -> NoReturn:
    """Run :func:`main` and leave at once, which is the console script.

    Nothing of one short run is collected in time to matter, and taking the interpreter down costs more than
    generating a process.
    """
    gc.disable()
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> int:
    """Answer one request.

    Returns:
        0 when there is a response, which may say what is wrong with the input; 2 when there was no request;
        1 for a defect of the plugin itself.
    """
    arguments = sys.argv[1:]
    if arguments:
        return _answer(arguments)
    if sys.stdin.isatty():
        return _fail(f"standard input is a terminal; {_USAGE}", _EXIT_USAGE)
    try:
        response = respond(read_request(sys.stdin.buffer.read()))
    except RequestError as error:
        return _fail(f"{error}; {_USAGE}", _EXIT_USAGE)
    except Exception as error:  # noqa: BLE001  nobody can use a traceback inside protoc's output
        return _fail(f"internal error, please report it: {_origin(error)}", _EXIT_BUG)
    sys.stdout.buffer.write(response.SerializeToString())
    sys.stdout.buffer.flush()
    return 0


def _answer(arguments: list[str]) -> int:
    """Answer somebody who runs the plugin by hand."""
    if arguments == ["--version"]:
        sys.stdout.write(f"protoc-gen-process {__version__}\n")
    elif arguments in (["--help"], ["-h"]):
        sys.stdout.write(f"{_USAGE}\n")
    else:
        return _fail(f"takes no arguments but --version and --help; {_USAGE}", _EXIT_USAGE)
    return 0


def read_request(data: bytes) -> CodeGeneratorRequest:
    """Decode what protoc sends.

    Raises:
        RequestError: `data` is something else.
    """
    from google.protobuf.compiler import plugin_pb2
    from google.protobuf.message import DecodeError

    try:
        request = plugin_pb2.CodeGeneratorRequest.FromString(data)
    except DecodeError:
        raise RequestError("standard input is not a CodeGeneratorRequest") from None
    if not request.file_to_generate:
        raise RequestError("standard input is not a CodeGeneratorRequest that names files")
    missing = set(request.file_to_generate).difference(f.name for f in request.proto_file)
    if missing:
        raise RequestError(f"the request lacks {len(missing)} of the files it names")
    return request


def respond(request: CodeGeneratorRequest) -> CodeGeneratorResponse:
    """Generate the files of a request, or say everything that is wrong with it.

    Raises:
        RequestError: the request holds descriptors that contradict themselves.
    """
    try:
        return _respond(request)
    except Exception:
        # Only now is it asked whether the descriptors are sound: that takes longer than generating does.
        _check_descriptors(request)
        raise


def _check_descriptors(request: CodeGeneratorRequest) -> None:
    from google.protobuf.descriptor_pool import DescriptorPool

    from protoc_gen_process.diagnostics import escape

    for files in (request.proto_file, request.source_file_descriptors):
        pool = DescriptorPool()
        variants = {f.name: f for f in files}
        for file in request.proto_file:
            try:
                pool.AddSerializedFile(variants.get(file.name, file).SerializeToString())
            except Exception as error:  # noqa: BLE001  (each implementation of protobuf raises its own)
                reason = escape(" ".join(str(error).split()))[:200]
                raise RequestError(
                    f"standard input holds descriptors that no compiler writes: {reason}"
                ) from None


def _respond(request: CodeGeneratorRequest) -> CodeGeneratorResponse:
    from protoc_gen_process.parse import parse_request

    response = empty_response()
    result = parse_request(request)
    if result.generation is None:
        response.error = "\n".join(map(str, result.diagnostics))
    elif result.generation.groups:
        from protoc_gen_process.render import render

        for file in render(result.generation):
            response.file.add(name=file.name, content=file.content)
    return response


def empty_response() -> CodeGeneratorResponse:
    """Return a response that says which features of protobuf the plugin supports, and holds no file."""
    from google.protobuf import descriptor_pb2
    from google.protobuf.compiler import plugin_pb2

    return plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
        | plugin_pb2.CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS,
        minimum_edition=descriptor_pb2.EDITION_PROTO2,
        # The newest that protoc's own Python generator takes.
        maximum_edition=descriptor_pb2.EDITION_2024,
    )


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"protoc-gen-process: {text}\n")
    return code


def _origin(error: Exception) -> str:
    """One line that says what was raised and where."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {at}: {' '.join(str(error).split())[:200]}"


if __name__ == "__main__":
    run()
