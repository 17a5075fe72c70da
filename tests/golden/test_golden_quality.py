"""The golden trees are code that a careful person could have written: linted, formatted and typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.golden import cases
from tests.golden.workspace import Workspace

pytestmark = pytest.mark.xdist_group("golden")

MYPY = """
[mypy]
strict = true
explicit_package_bases = true
mypy_path = {path}
[mypy-{protos}]
# protoc writes bare Mapping into its stubs.
disallow_any_generics = false
"""
IMPORT_ALL = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
"""

AGGREGATES = """
from stock.v1.stock_count_process_pb2 import Counted, Corrected, Moved, StockEvent
from stock_count.contract import meta_of

def event(**payload):
    envelope = StockEvent(**payload)
    envelope.wrapper.header.position = 9
    meta = meta_of(envelope)
    return meta.aggregate, meta.aggregate_version

assert event(counted=Counted(revision=4)) == ("stock.Counted.v1", 4)
assert event(corrected=Corrected(revision=1)) == ("stock.Corrected.v1", 1)
assert event(moved=Moved()) == ("", 9)
"""


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_golden_trees_are_as_ruff_would_have_them(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", cases.CASES],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.requirement("R077")
def test_golden_trees_and_what_people_add_are_strictly_typed(workspace: Workspace) -> None:
    roots = [*workspace.import_roots, cases.ROOT, cases.ROOT / "gen"]
    config = workspace.root / "mypy.ini"
    protos = ",".join(path.stem if path.suffix else f"{path.name}.*" for path in workspace.python.iterdir())
    config.write_text(MYPY.format(path=":".join(map(str, roots)), protos=protos))
    # With what `make lint` has found out of the libraries.
    options = ("--config-file", str(config), "--cache-dir", str(cases.ROOT / ".mypy_cache"))
    done = workspace.run("mypy", *options, "build/generated/process", "processes", "acme")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.requirement("R077")
def test_every_generated_module_imports(workspace: Workspace) -> None:
    modules = workspace.modules()
    assert len(modules) > 20 * len(cases.NAMES) - 40
    run_script(workspace, IMPORT_ALL, json.dumps(modules))


def test_versions_of_payloads_are_compared_within_an_event_type_and_those_of_envelopes_with_each_other(
    workspace: Workspace,
) -> None:
    run_script(workspace, AGGREGATES)


def run_script(workspace: Workspace, script: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        cwd=workspace.root,
        env=workspace.python_path(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
