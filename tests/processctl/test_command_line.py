"""What a person at a terminal sees: help, mistakes, exit codes."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import processctl.main
from processctl.dev.processes import require_free_port
from processctl.errors import ProjectError
from processctl.main import app
from processctl.repo import causes


def processctl_run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console script in `folder`."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("processctl")), *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def new_repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "repo"
    done = processctl_run("init", "order-flow", "-C", str(folder), folder=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def repo(new_repo: Path, tmp_path: Path) -> Path:
    """A copy of a new repo, to change."""
    return Path(shutil.copytree(new_repo, tmp_path / "repo"))


def test_without_its_libraries_it_says_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError(name='typer')")
    done = processctl_run("--help", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "processctl: the module typer is not installed: `pip install 'protoc-gen-process[dev]'`\n"
    )


def test_help_lists_the_commands_and_imports_none_of_their_libraries(tmp_path: Path) -> None:
    done = processctl_run("--help", folder=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    for command in ("init", "generate", "scaffold", "dev", "codec-server", "proto-path"):
        assert command in done.stdout
    assert not [
        line for line in done.stderr.splitlines() if line.endswith((" libcst", " temporalio", " watchfiles"))
    ]


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["generate", "--nonsense"], ["init"], ["dev", "--port", "x"]]
)
def test_a_wrong_command_line_ends_with_two(arguments: list[str], tmp_path: Path) -> None:
    assert processctl_run(*arguments, folder=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["generate", "scaffold", "dev"])
def test_outside_a_repo_it_says_what_is_missing(command: str, tmp_path: Path) -> None:
    done = processctl_run(command, folder=tmp_path)
    assert done.returncode == 1
    assert "no buf.gen.yaml here or in a folder above" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("version: v2\nplugins: [", "buf.gen.yaml:2:11: not YAML"),
        ("version: v1\n", "`version: v2` is missing"),
        ("- 1\n", "`version: v2` is missing"),
        ("version: v2\n", "0 plugins run protoc-gen-process"),
        ("version: v2\nplugins:\n  - {local: other, out: x}\n", "0 plugins run protoc-gen-process"),
    ],
)
def test_a_broken_template_is_said_in_one_line(repo: Path, template: str, message: str) -> None:
    (repo / "buf.gen.yaml").write_text(template)
    done = processctl_run("scaffold", folder=repo)
    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_template_in_another_encoding_is_said_in_one_line(repo: Path) -> None:
    (repo / "buf.gen.yaml").write_text("version: v2", encoding="utf-16")
    done = processctl_run("generate", folder=repo)
    assert done.returncode == 1
    assert "buf.gen.yaml: not UTF-8" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_error_of_buf_is_passed_through(repo: Path) -> None:
    proto = next(repo.glob("proto/**/*.proto"))
    proto.write_text(proto.read_text().replace("package ", "pakage "))
    done = processctl_run("generate", folder=repo)
    assert done.returncode == 1
    assert f"{proto.relative_to(repo)}:4:1:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Failure: plugin p: a.proto:1:1: PGP007 x\ncontext canceled\nplugin python: signal: killed", 1),
        ("Failure: context canceled\nplugin p: a.proto:1:1: PGP007 x\na.proto:2:1: PGP010 y", 2),
        ('Failure: plugin p: exec: "p": not found\nplugin pyi: lstat /tmp/1: no such file or directory', 1),
        ("Failure: plugin python: signal: killed", 1),
        ("", 0),
    ],
)
def test_what_buf_stopped_because_of_an_error_is_no_error(said: str, kept: int) -> None:
    lines = causes(said).splitlines()
    assert len(lines) == kept
    assert set(lines) <= set(said.splitlines())


def test_a_rule_that_a_contract_breaks_is_passed_through(repo: Path) -> None:
    proto = next(repo.glob("proto/**/*.proto"))
    proto.write_text(proto.read_text().replace("  api_minor: 0\n", ""))
    for command in ("generate", "scaffold"):
        done = processctl_run(command, folder=repo)
        assert done.returncode == 1
        assert "PGP" in done.stderr
        assert "api_minor" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_subfolder_of_a_repo_is_in_the_repo(repo: Path) -> None:
    (repo / "proto" / "deep").mkdir()
    assert processctl_run("scaffold", "--dry-run", folder=repo / "proto" / "deep").returncode == 0


@pytest.mark.parametrize("name", ["Order", "order_flow", "-x", "1a", "", "a" * 64, "a--b"])
def test_init_refuses_what_is_no_process_name(name: str, tmp_path: Path) -> None:
    done = processctl_run("init", "--directory", "new", "--", name, folder=tmp_path)
    assert done.returncode == 1
    assert "is no process name" in done.stderr
    assert not (tmp_path / "new").exists()


# The standard library, keywords of Python, packages that the new repo has itself or imports from.
@pytest.mark.parametrize(
    "name", ["json", "class", "none", "processes", "contracts", "process", "google", "process-runtime"]
)
def test_a_new_repo_of_any_name_generates(name: str, tmp_path: Path) -> None:
    for command in (["init", name], ["generate"]):
        done = CliRunner().invoke(app, [*command, "-C", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    (written,) = (tmp_path / name).glob("processes/*/workflow_impl.py")
    assert written.relative_to(tmp_path / name).as_posix() in (tmp_path / name / "README.md").read_text()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    done = processctl_run("init", "order-flow", "-C", "my [/repo]", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cd 'my [/repo]' &&" in done.stdout


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = processctl_run("init", "order-flow", "-C", "file/repo", folder=tmp_path)
    assert done.returncode == 1
    assert "file/repo: Not a directory" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_init_leaves_a_folder_with_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    done = processctl_run("init", "order-flow", "-C", ".", folder=tmp_path)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_init_accepts_a_folder_with_nothing_but_git_in_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert processctl_run("init", "order-flow", "-C", ".", folder=tmp_path).returncode == 0


def test_the_protos_a_new_repo_gets_are_those_of_the_plugin(repo: Path) -> None:
    done = processctl_run("proto-path", folder=repo)
    shipped = Path(done.stdout.strip())
    copied = repo / "third_party" / "proto"
    names = sorted(path.relative_to(copied) for path in copied.rglob("*.proto"))
    assert names == sorted(path.relative_to(shipped) for path in shipped.rglob("*.proto"))
    for name in names:
        assert (copied / name).read_bytes() == (shipped / name).read_bytes()


def test_a_new_repo_passes_buf_lint(repo: Path) -> None:
    buf = str(Path(sys.executable).with_name("buf"))
    assert subprocess.run([buf, "lint"], cwd=repo, check=False).returncode == 0


def free_ports(*options: str) -> list[str]:
    """Return each option with a port that nobody listens on."""
    with contextlib.ExitStack() as held:
        words = []
        for option in options:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            words += [option, str(probe.getsockname()[1])]
    return words


@pytest.mark.parametrize("port", ["0", "-3", "65536"])
def test_dev_takes_no_port_that_is_none(port: str, repo: Path) -> None:
    done = processctl_run("dev", "--port", port, folder=repo)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_dev_uses_no_port_twice(repo: Path) -> None:
    ports = free_ports("--port", "--temporal-port", "--ui-port")
    done = processctl_run("dev", *ports, "--worker-port", ports[1], folder=repo)
    assert done.returncode == 1
    assert f"port {ports[1]} is for the ingress and for the worker's health and metrics" in done.stderr
    assert "--worker-port" in done.stderr


def test_a_port_ten_higher_may_be_none() -> None:
    with pytest.raises(ProjectError, match=r"there is no port 65540, for the ingress: .* with --port"):
        require_free_port(65540, "the ingress", "--port")


@pytest.mark.parametrize("option", ["--bindings", "--publish"])
def test_dev_says_that_a_file_of_bindings_is_not_there(option: str, repo: Path) -> None:
    done = processctl_run("dev", option, "mine.json", folder=repo)
    assert done.returncode == 1
    assert "mine.json: there is no such file" in done.stderr
    assert option in done.stderr


def test_dev_says_which_port_is_taken_and_by_which_option_it_moves(repo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        # Not the default ports, which another test may hold; these are checked first and not used.
        others = free_ports("--temporal-port", "--ui-port", "--worker-port")
        done = processctl_run("dev", "--port", port, *others, folder=repo)
    assert done.returncode == 1
    assert f"port {port}, for the ingress, is taken" in done.stderr
    assert "--port" in done.stderr


def test_every_exit_code_is_documented() -> None:
    document = Path(__file__).parents[2].joinpath("docs", "processctl.md").read_text()
    assert processctl.main.__doc__ is not None
    for code in ("0", "1", "2", "130"):
        assert f"| {code} |" in document
