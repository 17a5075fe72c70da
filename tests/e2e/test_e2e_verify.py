"""An example passes every gate, as its CI asks them, and each fault is found by the gate it belongs to."""

from __future__ import annotations

import json

import pytest

from tests.e2e.folders import Folder, copied_example

pytestmark = [pytest.mark.requirement("R125", "R126", "R127", "R128"), pytest.mark.xdist_group("e2e_verify")]

OUT = "build/generated/process/order_fulfillment"
HUMAN = "processes/order_fulfillment"
PROTO = "proto/example/processes/order/v1/order_fulfillment_process.proto"


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The example in a git repo of its own."""
    folder = copied_example("order_fulfillment", tmp_path_factory.mktemp("verify") / "repo")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for arguments in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "-m", "first")):
        folder.run("git", *identity, *arguments)
    return folder


def statuses(folder: Folder, *options: str) -> dict[str, str]:
    done = folder.run(
        "processctl", "verify", "--against", "HEAD", "--format", "json", *options, succeeds=False
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ok"] else 1), done.stdout + done.stderr
    return {gate["name"]: gate["status"] for gate in report["gates"]}


def test_the_example_passes_every_gate(committed: Folder) -> None:
    names = ["lint", "pins", "out-folders", "generated", "breaking", "check", "versioning", "replay", "tests"]
    assert statuses(committed) == dict.fromkeys(names, "passed")


def test_each_fault_is_found_by_its_gate(committed: Folder) -> None:
    def change(name: str, before: str, after: str) -> None:
        path = committed.path / name
        text = path.read_text()
        assert text.count(before) >= 1, f"{name}: {before}"
        path.write_text(text.replace(before, after, 1))

    change("pyproject.toml", "protoc-gen-process[dev]==", "protoc-gen-process[dev]>=")
    change("buf.gen.yaml", "clean: true\n", "")
    change(PROTO, "message OrderPlaced {", "message Wrong_Name {}\nmessage OrderPlaced {")
    change(PROTO, 'workflow_type: "', 'workflow_type: "Other')
    change(f"{OUT}/router.py", "\n\n", "\n# by hand\n\n")
    implementation = committed.path / HUMAN / "workflow_impl.py"
    implementation.write_text(
        implementation.read_text()
        + "\n\n_began = __import__('time').time()\n\n\nclass Late(OrderFulfillment):\n"
        '    """Begins late."""\n\n    def late(self) -> float:\n        return _began\n'
    )
    (committed.path / "patches.md").write_text("| none of these |\n")
    for history in sorted((committed.path / HUMAN / "tests/histories").rglob("*.json*"))[:1]:
        history.write_bytes(b"{}")
    found = statuses(committed, "--skip", "tests", "--skip", "replay")
    assert set(found.values()) == {"failed"}, found
