"""Reads a repo's contracts: buf gives the request, protoc-gen-process the model."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest

from processctl import capture
from processctl.errors import ProjectError
from processctl.repo import Repo
from protoc_gen_process.model import Generation, Process
from protoc_gen_process.parse import parse_request
from protoc_gen_process.render import render


@dataclass(frozen=True, slots=True)
class Contracts:
    """Every process of a repo, and the files that generation writes for them."""

    generation: Generation
    generated: dict[str, str]
    """File name below the out folder -> content."""
    request: CodeGeneratorRequest
    """What protoc or buf made of the protos."""

    @property
    def processes(self) -> tuple[Process, ...]:
        """Every process, in the plugin's order."""
        return tuple(process for group in self.generation.groups for process in group.processes)


def read_contracts(repo: Repo) -> Contracts:
    """Return the contracts of `repo`.

    Raises:
        ProjectError: buf cannot build the protos, or a contract breaks a rule.
    """
    plugin = repo.process_plugin.entry
    with tempfile.TemporaryDirectory() as folder:
        template = repo.template | {
            "clean": False,
            "plugins": [dict(plugin) | {"local": ["python", "-m", capture.__name__], "out": folder}],
        }
        repo.buf(["generate", "--template", json.dumps(template)])
        content = Path(folder, capture.FILE_NAME).read_text(encoding="utf-8")
    request = capture.decode(content)
    result = parse_request(request)
    if result.generation is None:
        raise ProjectError("\n".join(map(str, result.diagnostics)))
    generated = {file.name: file.content for file in render(result.generation)}
    return Contracts(result.generation, generated, request)
