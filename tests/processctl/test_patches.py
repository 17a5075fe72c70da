"""`processctl patches`: what is found in source, what the catalogue says, and what Temporal adds to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from typer.testing import CliRunner, Result

from process_runtime.testing import eventually
from processctl.contracts import read_contracts
from processctl.errors import ProjectError
from processctl.main import app
from processctl.patches.source import find_patches
from processctl.repo import Repo
from protoc_gen_process.model import Process
from protoc_gen_process.naming import DottedName

PATIENCE_SECONDS = 90
PROCESS = "processes/order_flow"
ANY_ENVIRONMENT = {"TEMPORAL_ADDRESS": "", "TEMPORAL_NAMESPACE": ""}

PATCHES = """\
from process_runtime.workflow import Patch

RESERVE_FIRST = Patch("reserve-first", reason="stock ran | out", since="2026-11")
TWO_STEPS = Patch("two-steps", reason="charge late")
FORGOTTEN = Patch("forgotten", reason="nobody asks")
"""

USES = """
    async def fork(self) -> None:
        if self.patched(patches.RESERVE_FIRST):
            pass
        from processes.order_flow.patches import TWO_STEPS as LATE_CHARGE
        self.deprecate_patch(LATE_CHARGE)
        workflow.patched("a text of Temporal's own is nobody's business")
"""


def invoke(repo: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["patches", "-C", str(repo), *arguments], env=ANY_ENVIRONMENT)


def patches(repo: Path, *arguments: str) -> str:
    result = invoke(repo, *arguments)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def refusal(repo: Path, *arguments: str) -> str:
    result = invoke(repo, *arguments)
    assert isinstance(result.exception, ProjectError), result.output
    return str(result.exception)


def catalogue(repo: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    found = json.loads(patches(repo, "--format", "json", *arguments))["patches"]
    return {patch["id"]: patch for patch in found}


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patches") / "repo"
    for command in ("init order-flow -C", "generate -C"):
        result = CliRunner().invoke(app, [*command.split(), str(folder)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def processes(scaffolded: Path) -> tuple[Process, ...]:
    return read_contracts(Repo(scaffolded)).processes


@pytest.fixture
def repo(scaffolded: Path, tmp_path: Path) -> Path:
    """A repo with three patches."""
    copy = Path(shutil.copytree(scaffolded, tmp_path / "repo"))
    (copy / PROCESS / "patches.py").write_text(PATCHES)
    implementation = copy / PROCESS / "workflow_impl.py"
    text = implementation.read_text()
    text = text.replace(
        "class OrderFlow(",
        "from temporalio import workflow\nfrom processes.order_flow import patches\n\nclass OrderFlow(",
    )
    assert "import patches" in text
    implementation.write_text(text.rstrip() + "\n" + USES)
    return copy


@pytest.mark.requirement("R011")
def test_every_patch_is_listed_with_its_state_and_place(repo: Path) -> None:
    found = catalogue(repo)
    assert {name: patch["state"] for name, patch in found.items()} == {
        "forgotten": "unused",
        "reserve-first": "active",
        "two-steps": "deprecated",
    }
    reserve = found["reserve-first"]
    assert (reserve["process"], reserve["since"]) == ("order-flow", "2026-11")
    assert reserve["defined"] == {"path": f"{PROCESS}/patches.py", "line": 3, "within": ""}
    (asked,) = reserve["asked"]
    assert (asked["path"], asked["within"]) == (f"{PROCESS}/workflow_impl.py", "OrderFlow.fork")
    assert reserve["executions"] is None
    assert "reserve-first" in patches(repo)


def test_the_file_in_the_repo_is_checked(repo: Path) -> None:
    assert "patches.md: out of date; run `processctl patches`" in refusal(repo, "--check")
    assert not (repo / "patches.md").exists()
    patches(repo)
    patches(repo, "--check")
    written = (repo / "patches.md").read_text()
    assert "| order-flow | `reserve-first` | active | 2026-11 | stock ran \\| out |" in written

    implementation = repo / PROCESS / "workflow_impl.py"
    implementation.write_text("# one line more\n" + implementation.read_text())
    patches(repo, "--check")
    implementation.write_text(implementation.read_text().replace("self.deprecate_patch(LATE_CHARGE)", "pass"))
    assert "`two-steps` | deprecated" in refusal(repo, "--check")
    assert (repo / "patches.md").read_text() == written


def test_a_repo_without_patches_needs_no_file(scaffolded: Path) -> None:
    assert patches(scaffolded, "--check") == "patches: none\n"
    patches(scaffolded)
    assert not (scaffolded / "patches.md").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('A = Patch("two-steps", reason="again")', "order-flow has a patch two-steps at"),
        ('NAME = "x"\nA = Patch(NAME, reason="again")', "write id, reason and since of the Patch as literal"),
        ('A = [Patch("x", reason="again")]', "assign the Patch to a constant of the module"),
        (
            "def f(process):\n    process.patched(TWO_STEPS)",
            "two-steps is deprecated here and still asked at",
        ),
        ("def (", "not valid Python"),
        ("def f(process, patch):\n    process.patched(patch)", "it cannot be told which patch `patch` is"),
        ("PAIR = (TWO_STEPS,)\ndef f(process):\n    process.patched(PAIR[0])", "which patch `PAIR[0]` is"),
    ],
)
def test_what_cannot_be_told_apart_or_read_is_refused(
    repo: Path, processes: tuple[Process, ...], text: str, said: str
) -> None:
    path = repo / PROCESS / "more.py"
    path.write_text(
        "from process_runtime.workflow import Patch\n"
        f"from processes.order_flow.patches import TWO_STEPS\n{text}\n"
    )
    with pytest.raises(ProjectError) as refused:
        find_patches(Repo(repo), processes)
    assert said in str(refused.value)


def test_a_patch_that_lets_a_search_attribute_in_is_asked(repo: Path, processes: tuple[Process, ...]) -> None:
    implementation = repo / PROCESS / "workflow_impl.py"
    attribute = '    search_attribute_patches = {"OrderTags": patches.FORGOTTEN}\n'
    implementation.write_text(implementation.read_text() + attribute)
    (found,) = [patch for patch in find_patches(Repo(repo), processes) if patch.id == "forgotten"]
    assert [(place.path, place.within) for place in found.asked] == [
        (f"{PROCESS}/workflow_impl.py", "OrderFlow")
    ]


def test_a_patch_in_shared_code_is_every_process_s(repo: Path, processes: tuple[Process, ...]) -> None:
    shared = repo / "shared.py"
    shared.write_text(
        "from process_runtime.workflow import Patch\n"
        'SHARED = Patch("shared", reason="all of them")\n'
        "def helper(process):\n    return process.patched(SHARED)\n"
    )
    other = processes[0]._replace(name="other", impl_module=DottedName("processes.other"))
    found = find_patches(Repo(repo), [*processes, other])
    assert {patch.process for patch in found if patch.id == "shared"} == {"order-flow", "other"}
    assert {patch.process for patch in found if patch.id != "shared"} == {"order-flow"}


# A type of its own: its executions alone are counted.
TYPE = f"patches.W{uuid.uuid4().hex}"


@workflow.defn(name=TYPE, sandboxed=False)
class Marked:
    """Stands for the process before a patch and with it: the argument says which."""

    def __init__(self) -> None:
        self.over = False

    @workflow.run
    async def run(self, patch: str) -> None:
        if patch:
            workflow.patched(patch)
        await workflow.wait_condition(lambda: self.over)

    @workflow.signal
    def end(self) -> None:
        self.over = True


@pytest.mark.asyncio(loop_scope="session")
async def test_temporal_says_when_a_patch_can_go(repo: Path, temporal_env: WorkflowEnvironment) -> None:
    client, queue = temporal_env.client, str(uuid.uuid4())
    asking = ("--temporal", client.service_client.config.target_host)
    (contract,) = (repo / "proto").rglob("*.proto")
    text = contract.read_text()
    contract.write_text(text.replace('name: "order-flow"', f'name: "order-flow" workflow_type: "{TYPE}"'))

    async def entry(running: int, marked: int, *options: str) -> dict[str, Any]:
        """The catalogue's entry, once visibility says that so many run, and so many of all are marked."""
        process = f"WorkflowType = '{TYPE}'"
        wanted = {
            f"{process} AND ExecutionStatus = 'Running'": running,
            f"{process} AND TemporalChangeVersion = 'reserve-first'": marked,
        }

        async def is_shown() -> bool:
            return wanted == {query: (await client.count_workflows(query)).count for query in wanted}

        await eventually(is_shown, patience=PATIENCE_SECONDS)
        # In a thread: the command runs an event loop of its own.
        found: dict[str, Any] = (await asyncio.to_thread(catalogue, repo, *asking, *options))["reserve-first"]
        return found

    async def start(patch: str) -> WorkflowHandle[Any, Any]:
        return await client.start_workflow(Marked.run, patch, id=str(uuid.uuid4()), task_queue=queue)

    async with Worker(
        client, task_queue=queue, workflows=[Marked], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        old, new = await start(""), await start("reserve-first")
        found = await entry(2, 1)
        assert found["executions"].items() >= {"open_with": 1, "open_without": 1}.items()
        assert found["advice"] == "keep it: 1 open without it"
        # Nothing that runs began before a time long ago.
        found = await entry(2, 1, "--deployed", "reserve-first=2020-01-01T00:00:00Z")
        assert found["advice"] == "can be deprecated"

        await old.signal("end")
        await old.result()
        found = await entry(1, 1)
        assert found["executions"].items() >= {"open_without": 0, "closed_without": 1}.items()
        assert found["advice"].startswith("can be deprecated; 1 closed without it")

        implementation = repo / PROCESS / "workflow_impl.py"
        source = implementation.read_text()
        implementation.write_text(
            source.replace("if self.patched(patches.RES", "if self.deprecate_patch(patches.RES")
        )
        found = await entry(1, 1)
        assert found["advice"] == "keep the call: 1 open that may have begun before the deprecation"
        await new.signal("end")
        await new.result()
        assert (await entry(0, 1))["advice"] == "can be removed"


def test_a_server_that_is_not_there_is_said_in_one_line(repo: Path) -> None:
    said = refusal(repo, "--temporal", "127.0.0.1:1")
    assert said.startswith("127.0.0.1:1: Temporal cannot be reached there")
    assert "\n" not in said


@pytest.mark.parametrize("text", ["nobody=2026-11-03", "reserve-first=soon"])
def test_a_deployment_is_written_as_patch_and_time(repo: Path, text: str) -> None:
    assert refusal(repo, "--deployed", text).startswith(f"--deployed {text}: ")
