"""Runs a benchmark in a process of its own, with the packages of `examples/order_fulfillment` at hand."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from benchmarks.harness import BenchmarkError, Figure
from process_runtime.ending import exit_process
from processctl.generate import run as generate

ROOT = Path(__file__).parent.parent
_EXAMPLE = ROOT / "examples" / "order_fulfillment"
_PATHS = (
    ROOT,
    ROOT / "benchmarks" / "runtime",  # `handwritten`, without the packages around it
    _EXAMPLE,
    _EXAMPLE / "build" / "generated" / "python",
    _EXAMPLE / "build" / "generated" / "process",
)


def figures_of(module: str, *, quick: bool) -> list[Figure]:
    """Run `python -m module` and return the figures that it hands over.

    Args:
        module: Takes `--folder`, to work in, and `--quick`.
        quick: Smallest sizes. Otherwise workers have what an installation has: bytecode caches, even where
            the environment says not to write any.

    Raises:
        BenchmarkError: It failed.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _PATHS))}
        if not quick:
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            environment["PYTHONPYCACHEPREFIX"] = str(Path(name, "bytecode"))
        arguments = ["--folder", name, *(["--quick"] if quick else [])]
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=environment,
            cwd=name,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BenchmarkError(f"{module}: exit code {done.returncode}")
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def with_local_activities(folder: Path) -> str:
    """Generate the example's process with `local: true` in its `ActivityDefaults`, in `folder`.

    Nothing else differs: people's code, messages and names are those of the example.

    Returns:
        A ``PYTHONPATH`` that finds it before the one of the example.
    """
    copy = folder / "local"
    for name in ("proto", "third_party"):
        shutil.copytree(_EXAMPLE / name, copy / name)
    for name in ("buf.yaml", "buf.gen.yaml", "pyproject.toml"):
        shutil.copy(_EXAMPLE / name, copy)
    contract = next((copy / "proto").rglob("order_fulfillment_process.proto"))
    text, option = contract.read_text(), "option (process.v1.activities) = {\n"
    if text.count(option) != 1:
        raise BenchmarkError(f"{contract.name}: no single {option.strip()}")
    contract.write_text(text.replace(option, f"{option}    local: true\n"))
    generate(copy, scaffold=False)
    return os.pathsep.join([str(copy / "build" / "generated" / "process"), os.environ["PYTHONPATH"]])


def run_program(main: Coroutine[None, None, None]) -> NoReturn:
    """Run a program that measures, and end the process."""
    asyncio.run(main)
    exit_process(0)


def hand_over(figures: Iterable[Figure]) -> None:
    """Print what `figures_of` reads."""
    for figure in figures:
        print(json.dumps(asdict(figure)), flush=True)
