"""Arrows between the rooms point one way."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"protoc_gen_process", "process_runtime", "process_policy", "processctl", "benchmarks"}
CLIENTS_BROKERS_HTTP = {
    "aiohttp",
    "aiokafka",
    "cloudevents",
    "confluent_kafka",
    "grpc",
    "http",
    "httpx",
    "nats",
    "opentelemetry",
    "requests",
    "socket",
    "starlette",
    "temporalio.client",
    "temporalio.service",
    "temporalio.worker",
    "urllib",
    "uvicorn",
}


def imports_of(path: Path) -> Iterator[str]:
    """Absolute names that a file imports anywhere, `from a import b` as `a.b`."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imports_of_room(room: str) -> dict[str, set[str]]:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files, f"{room} has no files"
    return {str(path.relative_to(ROOT)): set(imports_of(path)) for path in files}


def is_within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def offences(room: str, banned: set[str], allowed: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    return [
        f"{path} imports {name}"
        for path, names in imports_of_room(room).items()
        for name in sorted(names)
        if is_within(name, banned) and not is_within(name, allowed)
    ]


def test_the_plugin_knows_of_the_runtime_only_how_a_workflow_id_is_joined() -> None:
    assert (
        offences("protoc_gen_process", ROOMS - {"protoc_gen_process"}, {"process_runtime.workflow_id"}) == []
    )


def test_the_plugin_knows_neither_temporal_nor_libcst() -> None:
    assert (
        offences("protoc_gen_process", {"temporalio", "libcst", "typer", "rich", "pydantic", "pytest"}) == []
    )


@pytest.mark.requirement("R079")
def test_the_plugin_has_no_clock_environment_network_or_randomness() -> None:
    banned = {
        "time",
        "datetime.datetime",
        "random",
        "secrets",
        "uuid",
        "socket",
        "urllib",
        "http",
        "subprocess",
    }
    banned |= {"os.environ", "os.getenv", "platform", "locale", "tempfile", "getpass"}
    assert offences("protoc_gen_process", banned) == []


def test_the_runtime_knows_neither_the_plugin_nor_the_command_line() -> None:
    assert offences("process_runtime", ROOMS - {"process_runtime", "process_policy"}) == []


def test_the_runtime_calls_the_checker_only_where_tests_are_made() -> None:
    found = offences("process_runtime", {"process_policy"})
    assert [line for line in found if not line.startswith("process_runtime/testing/")] == []


@pytest.mark.requirement("R034")
def test_workflow_code_of_the_runtime_imports_no_client_broker_or_http() -> None:
    assert offences("process_runtime/workflow", CLIENTS_BROKERS_HTTP) == []


def test_the_libraries_of_brokers_are_known_at_the_edges_alone() -> None:
    found = offences("process_runtime", {"confluent_kafka", "nats"})
    allowed = (
        "process_runtime/dead_letters/",
        "process_runtime/ingress/adapters/",
        "process_runtime/kafka_connection.py",
        "process_runtime/kafka_writer.py",
        "process_runtime/nats_connection.py",
        "process_runtime/publishers/",
        "process_runtime/testing/servers/kafka.py",
    )
    assert found
    assert [line for line in found if not line.startswith(allowed)] == []


def test_dead_letters_know_nothing_of_the_ingress() -> None:
    assert offences("process_runtime/dead_letters", {"process_runtime.ingress"}) == []


def test_opentelemetry_is_known_in_one_place() -> None:
    found = offences("process_runtime", {"opentelemetry", "temporalio.contrib.opentelemetry"})
    allowed = ("process_runtime/telemetry/", "process_runtime/testing/collector.py")
    assert found
    assert [line for line in found if not line.startswith(allowed)] == []


@pytest.mark.requirement("R010")
def test_the_worker_versioning_of_before_2025_is_used_nowhere() -> None:
    old = ("build_id_compatib", "task_reachability", "VersioningIntent", "versioning_intent", "BuildIdOp")
    folders = ("protoc_gen_process", "process_runtime", "processctl", "templates", "examples")
    sources = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".j2"}
    ]
    assert len(sources) > len(folders)
    found = [f"{path}: {name}" for path in sources for name in old if name in path.read_text()]
    assert found == []


@pytest.mark.requirement("R123")
def test_worker_and_ingress_are_wired_in_one_place() -> None:
    """Logging, metrics, tracing, converter and identity cannot differ: neither sets them up itself."""
    wiring = {"temporalio.client.Client.connect", "process_runtime.logs", "process_runtime.connection"}
    for path in ("worker.py", "ingress/app.py"):
        names = set(imports_of(ROOT / "process_runtime" / path))
        assert {"process_runtime.service.serve", "process_runtime.service.exit_code"} <= names
        assert not {
            name for name in names if is_within(name, wiring) and not name.endswith("TemporalConnection")
        }
    connecting = [
        path.name
        for path in (ROOT / "process_runtime").rglob("*.py")
        if "Client.connect(" in path.read_text() and "testing" not in path.parts
    ]
    assert connecting == ["connection.py"]
    (call,) = (
        node
        for node in ast.walk(ast.parse((ROOT / "process_runtime" / "connection.py").read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Client.connect"
    )
    assert {"identity", "data_converter", "runtime", "interceptors"} <= {
        keyword.arg for keyword in call.keywords
    }


def test_the_checker_needs_the_standard_library_alone() -> None:
    """Projects that generate nothing use it: `python -m process_policy`."""
    outside = {
        f"{path} imports {name}"
        for path, names in imports_of_room("process_policy").items()
        for name in names
        if name.partition(".")[0] not in sys.stdlib_module_names | {"process_policy"}
    }
    assert outside == set()


def test_contracts_are_compared_without_reading_anything() -> None:
    pure = {"__future__", "collections", "dataclasses", "datetime", "enum", "functools", "typing"}
    pure |= {f"processctl.breaking.{name}" for name in ("compare", "contract", "rule", "versions")}
    pure |= {"protoc_gen_process.model"}
    room = ROOT / "processctl" / "breaking"
    files = [
        *sorted((room / "compare").glob("*.py")),
        *(room / f"{n}.py" for n in ("contract", "rule", "versions")),
    ]
    assert len(files) > 3
    assert [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imports_of(path))
        if not is_within(name, pure)
    ] == []


def loaded_by(code: str, **arguments: object) -> set[str]:
    """Modules that a fresh interpreter holds after running `code`."""
    script = f"{code}\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, **arguments)  # type: ignore[call-overload]
    return set(json.loads(done.stderr))


@pytest.mark.requirement("R034")
def test_the_workflow_side_loads_no_client_broker_or_http_of_ours() -> None:
    loaded = loaded_by("import process_runtime.workflow")
    ours = {name for name in loaded if is_within(name, ROOMS)}
    assert ours
    unwanted = {"starlette", "uvicorn", "cloudevents", "prometheus_client", "pydantic_settings", "jinja2"}
    assert {name for name in loaded if is_within(name, unwanted)} == set()
    assert {
        name for name in ours if name.startswith(("process_runtime.ingress", "process_runtime.worker"))
    } == set()


@pytest.mark.requirement("R028")
def test_a_whole_run_of_the_plugin_never_loads_what_only_the_command_line_needs(tmp_path: Path) -> None:
    from benchmarks.generate import capture_request  # noqa: PLC0415 - only this test needs protoc

    request = capture_request(tmp_path, 1).read_bytes()
    loaded = loaded_by("from protoc_gen_process.plugin import main\nassert not main()", input=request)
    assert {"protoc_gen_process.plugin", "google.protobuf.compiler.plugin_pb2"} <= loaded
    unwanted = {"libcst", "temporalio", "typer", "rich", "pydantic", "pytest", "asyncio", "grpc", "yaml"}
    assert {name for name in loaded if is_within(name, unwanted)} == set()
