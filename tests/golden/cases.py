"""The golden cases: one folder each, with protos, the request they make, and the tree that it gives."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest

from processctl import capture
from protoc_gen_process.plugin import respond

ROOT = Path(__file__).parents[2]
CASES = ROOT / "testdata" / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())

REQUEST = "request.binpb"


def run_protoc(folder: Path, *arguments: str, reverse: bool = False) -> None:
    """Run protoc over every proto of `folder`, named in order or in reverse."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"-I{ROOT / 'proto'}", *arguments]
    subprocess.run([*command, *sorted(files, reverse=reverse)], check=True, capture_output=True, text=True)


def build_request(
    case: str, scratch: Path, *, reverse: bool = False, protos: Path | None = None
) -> CodeGeneratorRequest:
    """Return what protoc sends for the protos of `case`, but for its version and the imports' comments.

    Args:
        case: The case.
        scratch: A folder to write to.
        reverse: Whether the files are named in reverse order.
        protos: What is read in place of the committed protos.
    """
    plugin = scratch / "capture"
    plugin.write_text(f"#!/bin/sh\nexec {sys.executable} -m {capture.__name__}\n")
    plugin.chmod(0o755)
    arguments = [f"--plugin=protoc-gen-capture={plugin}", f"--capture_out={scratch}"]
    run_protoc(protos or CASES / case / "proto", *arguments, reverse=reverse)
    request = capture.decode((scratch / capture.FILE_NAME).read_text())
    options = CASES / case / "options.txt"
    request.parameter = options.read_text().strip() if options.exists() else ""
    request.ClearField("compiler_version")
    for file in request.proto_file:
        if file.name not in request.file_to_generate:
            file.ClearField("source_code_info")
    return request


def committed_request(case: str) -> CodeGeneratorRequest:
    """Return the fixed request of `case`."""
    return CodeGeneratorRequest.FromString((CASES / case / REQUEST).read_bytes())


@cache
def generated(case: str) -> dict[str, str]:
    """Return what the plugin writes for the fixed request of `case`."""
    response = respond(committed_request(case))
    assert not response.error, response.error
    return {file.name: file.content for file in response.file}


def golden_folder(case: str) -> Path:
    """Return the folder of the golden tree of `case`."""
    return CASES / case / "golden"
