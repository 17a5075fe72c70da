"""How long the plugin takes: start-up against the floor of its imports, and each further process.

The floor is what any plugin on this harness pays before its first line: protobuf's messages and Jinja. It
runs in the same rounds as the plugin, so a busy machine slows both. Both have what an installation has:
compiled templates, and bytecode caches even where the environment says not to write any. Requests are
captured from protoc, so that they hold what protoc really sends.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from benchmarks.harness import BenchmarkError, Figure, Usage, measure, median_ratio

_ROOT = Path(__file__).parent.parent
_TEMPLATE = Path(__file__).with_name("order_process.proto")
_FLOOR = "from google.protobuf.compiler import plugin_pb2; import jinja2"
_COMPILE = """
from pathlib import Path
import jinja2
from protoc_gen_process import templating
if not isinstance(templating.create_environment().loader, jinja2.ModuleLoader):
    target = Path(templating.__file__).with_name("compiled_templates")
    templating.compile_templates(templating.template_folder(), target)
"""
_SIZES = (1, 10, 100, 500)
_QUICK_SIZES = (1, 2, 3, 4)
# Few rounds of the long ones: they take seconds, so noise matters less to them.
_ROUNDS = {1: 21, 10: 7, 100: 5, 500: 3}

_ERROR_TAG = b"\x0a"  # `CodeGeneratorResponse.error` is field 1, so it comes first

_START_BOUND = 1.3  # times the floor
_FURTHER_BOUND = 10.0  # ms for each further process
_LINEAR_BOUND = 1.3  # slope of the upper half over slope of the lower half
_MEMORY_BOUND = 300.0  # MB


def run(*, quick: bool) -> list[Figure]:
    """Measure every size and the floor."""
    sizes = _QUICK_SIZES if quick else _SIZES
    with tempfile.TemporaryDirectory(prefix="bench-generate-") as name:
        folder = Path(name)
        requests = {size: capture_request(folder, size) for size in sizes}
        environment = _environment(folder)
        _compile_templates()
        # The first round is not measured: it fills the bytecode cache and the kernel's file cache.
        measured: dict[int, list[Usage]] = {size: [] for size in sizes}
        floors: list[Usage] = []
        for attempt in range(-1, 1 if quick else max(_ROUNDS.values())):
            floor = _run_floor(folder, environment)
            for size in sizes:
                if attempt < (1 if quick else _ROUNDS[size]):
                    usage = _run_plugin(folder, requests[size], environment)
                    if attempt >= 0:
                        measured[size].append(usage)
            if attempt >= 0:
                floors.append(floor)
    return _figures(sizes, measured, floors)


def contract() -> str:
    """The realistic process that requests are made of."""
    return _TEMPLATE.read_text()


def capture_request(folder: Path, size: int, template: str | None = None) -> Path:
    """The `CodeGeneratorRequest` that protoc sends for `size` processes, in a file.

    Args:
        folder: A folder to work in.
        size: How many processes.
        template: Another contract than `contract()`.
    """
    sources = folder / f"protos-{size}"
    template = template or contract()
    names = [f"bench/p{number}/v1/order_process.proto" for number in range(1, size + 1)]
    for number, name in enumerate(names, 1):
        path = sources / name
        path.parent.mkdir(parents=True)
        path.write_text(template.replace("__N__", str(number)))
    request = folder / f"request-{size}.bin"
    capture = folder / "protoc-gen-capture"
    if not capture.exists():
        capture.write_text('#!/bin/sh\nexec cat > "$CAPTURED_REQUEST"\n')
        capture.chmod(0o700)
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{_ROOT / 'proto'}", f"-I{sources}"]
    command += [f"--plugin={capture}", f"--capture_out={folder}", *names]
    done = subprocess.run(
        command,
        env={**os.environ, "CAPTURED_REQUEST": str(request)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"protoc: {done.stderr.strip()}")
    return request


def _environment(folder: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _compile_templates() -> None:
    """Do what the build of a wheel does, if stale; in a process of its own, to keep this one small."""
    done = subprocess.run([sys.executable, "-c", _COMPILE], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"templates: {done.stderr.strip()}")


def _run_floor(folder: Path, environment: dict[str, str]) -> Usage:
    return measure(
        [sys.executable, "-c", _FLOOR],
        stdin=Path(os.devnull),
        stdout=folder / "floor.out",
        environment=environment,
    )


def _run_plugin(folder: Path, request: Path, environment: dict[str, str]) -> Usage:
    plugin = shutil.which("protoc-gen-process", path=sysconfig.get_path("scripts"))
    if plugin is None:
        raise BenchmarkError("protoc-gen-process is not installed in this environment")
    response = folder / "response.bin"
    usage = measure([plugin], stdin=request, stdout=response, environment=environment)
    with response.open("rb") as written:
        if written.read(1) in (b"", _ERROR_TAG):
            raise BenchmarkError(f"the plugin refused its request: {written.read(500)!r}")
    return usage


def _figures(sizes: tuple[int, ...], measured: dict[int, list[Usage]], floors: list[Usage]) -> list[Figure]:
    wall = {size: statistics.median(usage.wall for usage in measured[size]) for size in sizes}
    cpu = {size: statistics.median(usage.cpu for usage in measured[size]) for size in sizes}
    memory = {size: max(usage.memory for usage in measured[size]) for size in sizes}
    one, few, many, most = sizes

    def slope(low: int, high: int) -> float:
        return (wall[high] - wall[low]) / (high - low)

    start = median_ratio([usage.wall for usage in measured[one]], [usage.wall for usage in floors])
    further = max(slope(one, many), slope(one, most)) * 1000
    found = [
        Figure(figure="generate.one_process", value=start, unit="x", bound=_START_BOUND),
        Figure(figure="generate.further_process", value=further, unit="ms", bound=_FURTHER_BOUND),
        Figure(
            figure="generate.linearity",
            value=slope(many, most) / max(slope(few, many), 1e-6),
            unit="x",
            bound=_LINEAR_BOUND,
        ),
        Figure(figure="generate.memory", value=memory[most], unit="MB", bound=_MEMORY_BOUND),
        Figure(figure="generate.floor.wall", value=statistics.median(u.wall for u in floors), unit="s"),
        Figure(figure="generate.floor.cpu", value=statistics.median(u.cpu for u in floors), unit="s"),
        Figure(figure="generate.floor.memory", value=max(u.memory for u in floors), unit="MB"),
    ]
    for size in sizes:
        found += [
            Figure(figure=f"generate.{size}.wall", value=wall[size], unit="s"),
            Figure(figure=f"generate.{size}.cpu", value=cpu[size], unit="s"),
            Figure(figure=f"generate.{size}.memory", value=memory[size], unit="MB"),
        ]
    return found
