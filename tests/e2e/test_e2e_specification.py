"""The specification's own contract, its text unchanged, generates through buf and through protoc."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.folders import CHECKOUT, Folder

PROTO = "example/processes/order/v1/order_fulfillment_process.proto"
SPECIFICATION = CHECKOUT / "testdata" / "cases" / "order_fulfillment" / "proto" / PROTO


@pytest.fixture
def repo(new_repo: Callable[[str], Folder]) -> Folder:
    """A repo whose one contract is the specification's."""
    folder = new_repo("order-fulfillment")
    shutil.rmtree(folder.path / "proto")
    target = folder.path / "proto" / PROTO
    target.parent.mkdir(parents=True)
    shutil.copyfile(SPECIFICATION, target)
    return folder


def protoc(repo: Folder, *outputs: str) -> None:
    """Run protoc as the documentation says."""
    options = repo.run("processctl", "proto-path").stdout.strip()
    repo.run("python", "-m", "grpc_tools.protoc", "-I", "proto", "-I", options, *outputs, f"proto/{PROTO}")


@pytest.mark.requirement("R025", "R012")
def test_buf_and_protoc_generate_the_same_files(repo: Folder) -> None:
    repo.run("buf", "generate")
    (repo.path / "protoc").mkdir()
    protoc(repo, "--process_out=protoc")
    assert repo.files("protoc") == repo.files("build/generated/process")
    assert len(repo.files("protoc")) > 15


@pytest.mark.requirement("R036")
def test_what_is_generated_and_scaffolded_imports_and_its_contract_tests_pass(repo: Folder) -> None:
    repo.run("processctl", "generate")
    generated = "build/generated/process/order_fulfillment/tests"
    for name in ("test_routing_contract", "test_workflow_id_contract", "test_versioning_contract"):
        repo.pytest(f"{generated}/{name}.py")
    red = repo.pytest("processes", succeeds=False)
    assert red.returncode == 1, "the behaviour test is to be red until the process is written"
    assert "NotImplementedError" in red.stdout


def test_the_installed_script_is_the_plugin(repo: Folder) -> None:
    template = (repo.path / "buf.gen.yaml").read_text()
    assert re.search(r"local: protoc-gen-process\n", template)
    assert Path(sys.executable).with_name("protoc-gen-process").exists()
