"""What holds of every example: it is generated, its protos are vendored, and its processes have histories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.folders import CHECKOUT, Folder, copied_example

EXAMPLES = sorted(path.parent.name for path in (CHECKOUT / "examples").glob("*/buf.gen.yaml"))

pytestmark = pytest.mark.parametrize("name", EXAMPLES)


@pytest.mark.requirement("R125", "R127")
def test_deleting_the_generated_tree_and_generating_again_changes_nothing(name: str, tmp_path: Path) -> None:
    example = copied_example(name, tmp_path / name)
    before = example.files()
    shutil.rmtree(example.path / "build")
    done = example.run("processctl", "generate")
    assert "nothing to add" in done.stdout
    assert example.files() == before


def test_the_protos_it_vendors_are_those_of_the_plugin(name: str) -> None:
    example = Folder(CHECKOUT / "examples" / name)
    assert example.files("third_party/proto") == Folder(CHECKOUT).files("proto")


def test_each_process_has_recorded_histories(name: str) -> None:
    processes = [path.parent for path in (CHECKOUT / "examples" / name).glob("processes/*/workflow_impl.py")]
    assert processes
    assert [path for path in processes if not list(path.glob("tests/histories/*.json"))] == []
