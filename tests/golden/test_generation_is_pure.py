"""Output depends on descriptors, plugin version and templates, and on nothing of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse

from tests.golden import cases

CASE = "sales_group"
PLUGIN = Path(sys.executable).parent / "protoc-gen-process"


def run_plugin(request: bytes, cwd: Path, **environment: str) -> bytes:
    done = subprocess.run(
        [PLUGIN], input=request, cwd=cwd, env=os.environ | environment, capture_output=True, check=True
    )
    assert done.stderr == b""
    return done.stdout


@pytest.fixture
def expected(tmp_path: Path) -> bytes:
    return run_plugin((cases.CASES / CASE / cases.REQUEST).read_bytes(), tmp_path)


@pytest.mark.requirement("R079")
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4294967295"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "1"},
        {"HOME": "/nonexistent", "USER": "somebody"},
    ],
    ids=",".join,
)
def test_output_does_not_depend_on_the_environment(
    expected: bytes, environment: dict[str, str], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "templates").mkdir()
    request = (cases.CASES / CASE / cases.REQUEST).read_bytes()
    assert run_plugin(request, elsewhere, **environment) == expected
    assert [path.name for path in elsewhere.iterdir()] == ["templates"]


@pytest.mark.requirement("R079")
def test_output_does_not_depend_on_the_order_of_files(expected: bytes, tmp_path: Path) -> None:
    request = cases.build_request(CASE, tmp_path, reverse=True)
    fixed = cases.committed_request(CASE)
    assert list(request.file_to_generate) == list(reversed(fixed.file_to_generate))
    assert [f.name for f in request.proto_file] != [f.name for f in fixed.proto_file]
    assert run_plugin(request.SerializeToString(), tmp_path) == expected


@pytest.mark.requirement("R079")
def test_processes_do_not_influence_each_other(tmp_path: Path) -> None:
    """A process generated beside others is what it is when generated alone."""
    merged = CodeGeneratorRequest()
    names = ["leave_request", "onboarding", "stock_count"]
    for case in names:
        request = cases.committed_request(case)
        merged.file_to_generate.extend(request.file_to_generate)
        merged.source_file_descriptors.extend(request.source_file_descriptors)
        known = {file.name for file in merged.proto_file}
        merged.proto_file.extend(file for file in request.proto_file if file.name not in known)
    response = CodeGeneratorResponse.FromString(run_plugin(merged.SerializeToString(), tmp_path))
    together = {file.name: file.content for file in response.file}
    alone = [file for case in names for file in cases.generated(case).items()]
    assert together == dict(alone)
    assert len(together) == len(alone)
