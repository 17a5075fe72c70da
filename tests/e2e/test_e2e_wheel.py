"""The wheel, alone in an empty environment, generates and runs the example away from the checkout."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.folders import BIN, CHECKOUT, Folder

pytestmark = pytest.mark.xdist_group("example")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    Folder(CHECKOUT).run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    [built] = folder.glob("*.whl")
    return built


def install(wheel: Path, environment: Path, extra: str = "") -> Path:
    """Install the wheel and what it asks for, at the locked versions; return the folder of its scripts."""
    here = Folder(environment.parent)
    if not environment.exists():
        here.run(BIN / "uv", "venv", "--quiet", "--python", sys.executable, environment)
    here.run(
        BIN / "uv",
        *("pip", "install", "--quiet", "--python", environment / "bin" / "python"),
        *("--constraint", CHECKOUT / "requirements.lock", f"{wheel}{extra}"),
    )
    return environment / "bin"


def test_the_wheel_carries_what_it_needs_and_nothing_of_the_checkout(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "protoc_gen_process/proto/process/v1/process_options.proto",
        "protoc_gen_process/proto/ameide_core_proto/common/v1/eventing.proto",
        "process/v1/process_options_pb2.py",
        "process/v1/process_options_pb2.pyi",
        "ameide_core_proto/common/v1/eventing_pb2.py",
        "processctl/new_repo/buf.gen.yaml.tmpl",
        "processctl/new_repo/.gitignore.tmpl",
        "process_runtime/py.typed",
        "protoc_gen_process/py.typed",
    ):
        assert needed in names
    foreign = {name.partition("/")[0] for name in names} - {
        "protoc_gen_process",
        "process_runtime",
        "process_policy",
        "processctl",
        "process",
        "ameide_core_proto",
    }
    assert all(name.endswith(".dist-info") for name in foreign)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_it_generates_and_runs_the_example(wheel: Path, tmp_path: Path) -> None:
    source = CHECKOUT / "examples" / "order_fulfillment"
    folder = tmp_path / "orders"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("build", "__pycache__", ".*cache"))
    tools = install(wheel, tmp_path / "environment", "[dev]")
    orders = Folder(folder, tools)

    where = orders.run("python", "-c", "import processctl; print(processctl.__file__)").stdout
    assert Path(where.strip()).is_relative_to(tmp_path)
    orders.run("processctl", "generate")
    assert orders.files("build") == Folder(source).files("build")
    done = orders.run("python", "-m", "demo")
    assert "all 11 checks hold" in done.stdout


def test_without_extras_it_is_the_plugin_and_the_runtime(wheel: Path, tmp_path: Path) -> None:
    tools = install(wheel, tmp_path / "environment")
    out = tmp_path / "out"
    out.mkdir()
    source = CHECKOUT / "examples" / "order_fulfillment"
    # protoc is the checkout's; the plugin it calls is the wheel's.
    Folder(source).run(
        *(BIN / "python", "-m", "grpc_tools.protoc", "-I", "proto", "-I", "third_party/proto"),
        *(f"--plugin=protoc-gen-process={tools / 'protoc-gen-process'}", f"--process_out={out}"),
        *(path.relative_to(source) for path in (source / "proto").rglob("*.proto")),
    )
    assert Folder(out).files() == Folder(source).files("build/generated/process")
    Folder(tmp_path, tools).run("python", "-c", "import process_runtime.worker, process_runtime.ingress")
    assert "protoc-gen-process[dev]" in Folder(tmp_path, tools).run("processctl", succeeds=False).stderr
