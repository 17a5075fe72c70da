"""`processctl generate` and `scaffold` in a repo: what is created where, and what is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processctl.errors import ProjectError
from processctl.main import app
from protoc_gen_process.version import __version__

HUMAN = "processes/order_flow"


def processctl(*arguments: str | Path) -> Result:
    """Run a command that has to succeed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repo after its first generation."""
    folder = tmp_path_factory.mktemp("generated") / "repo"
    processctl("init", "order-flow", "-C", folder)
    processctl("generate", "-C", folder)
    return folder


@pytest.fixture
def repo(generated: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copytree(generated, tmp_path / "repo"))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.requirement("R076")
def test_what_people_write_is_made_in_a_folder_of_its_own(generated: Path) -> None:
    assert set(contents(generated / HUMAN)) == {
        "__init__.py",
        "activities_impl.py",
        "workflow_impl.py",
        "tests/conftest.py",
        "tests/contract.json",
        "tests/test_behavior.py",
        "tests/workflow_ids.json",
    }


@pytest.mark.requirement("R080")
def test_regeneration_leaves_what_people_wrote_byte_for_byte(repo: Path) -> None:
    implementation = repo / HUMAN / "workflow_impl.py"
    implementation.write_bytes(implementation.read_bytes().replace(b"\n", b"\r\n") + b"# mine\t\x0c\r\n")
    (repo / HUMAN / "tests" / "test_more.py").write_text("def test_more(): ...\n")
    (repo / HUMAN / "tests" / "test_behavior.py").unlink()
    before = contents(repo)
    result = processctl("generate", "-C", repo)
    assert "nothing to add" in result.output
    assert contents(repo) == before


@pytest.mark.requirement("R082", "R127")
def test_a_file_somebody_put_into_an_out_folder_stops_generation_before_anything_is_lost(repo: Path) -> None:
    mine = repo / "build" / "generated" / "process" / "order_flow" / "workflow_impl.py"
    mine.write_text("class OrderFlow: ...\n")
    before = contents(repo)
    result = CliRunner().invoke(app, ["generate", "-C", str(repo)])
    assert isinstance(result.exception, ProjectError)
    assert "build/generated/process/order_flow/workflow_impl.py" in str(result.exception)
    assert contents(repo) == before


@pytest.mark.requirement("R127")
def test_what_is_no_longer_generated_goes(repo: Path) -> None:
    stale = repo / "build" / "generated" / "process" / "old_name" / "contract.py"
    stale.parent.mkdir()
    shutil.copyfile(repo / "build" / "generated" / "process" / "order_flow" / "contract.py", stale)
    processctl("generate", "-C", repo)
    assert not stale.parent.exists()


@pytest.mark.requirement("R126")
def test_the_plugin_of_a_new_repo_is_pinned(generated: Path) -> None:
    assert f'"protoc-gen-process[dev]=={__version__}"' in (generated / "pyproject.toml").read_text()


def test_scaffold_writes_nothing_when_one_file_cannot_be_read(repo: Path) -> None:
    (repo / HUMAN / "workflow_impl.py").unlink()
    (repo / HUMAN / "activities_impl.py").write_text("def broken(:\n")
    before = contents(repo)
    result = CliRunner().invoke(app, ["scaffold", "-C", str(repo)])
    assert isinstance(result.exception, ProjectError)
    assert "activities_impl.py:1:" in str(result.exception)
    assert contents(repo) == before


def test_a_dry_run_prints_a_patch_and_writes_nothing(repo: Path) -> None:
    (repo / HUMAN / "workflow_impl.py").unlink()
    before = contents(repo)
    result = processctl("scaffold", "--dry-run", "-C", repo)
    assert "--- /dev/null" in result.output
    assert f"+++ b/{HUMAN}/workflow_impl.py" in result.output
    assert "+class OrderFlow(OrderFlowProcess):" in result.output
    assert contents(repo) == before


def test_a_symbolic_link_stays_one_and_its_target_is_added_to(repo: Path, tmp_path: Path) -> None:
    implementation = repo / HUMAN / "workflow_impl.py"
    target = tmp_path / "elsewhere.py"
    lines = implementation.read_text().splitlines(keepends=True)
    cut = next(number for number, line in enumerate(lines) if "on_withdraw" in line)
    target.write_text("".join(lines[: cut - 1]))
    target.chmod(0o640)
    implementation.unlink()
    implementation.symlink_to(target)
    assert f"added on_withdraw to {HUMAN}/workflow_impl.py" in processctl("scaffold", "-C", repo).output
    assert implementation.is_symlink()
    assert target.read_text() == "".join(lines)
    assert target.stat().st_mode & 0o777 == 0o640


def test_the_plugin_option_impl_package_says_where_people_write(repo: Path) -> None:
    template = repo / "buf.gen.yaml"
    strategy = "    strategy: all\n"
    option = "    opt: impl_package=acme.flows\n"
    template.write_text(template.read_text().replace(strategy, strategy + option))
    processctl("generate", "-C", repo)
    assert (repo / "acme" / "flows" / "order_flow" / "workflow_impl.py").is_file()
    assert "acme.flows.order_flow" in (repo / "build/generated/process/order_flow/workflow.py").read_text()
