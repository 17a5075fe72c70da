"""Whether tracing is on: OpenTelemetry's own variables say so, and nothing else.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Final

from process_runtime.contract import ProcessContract
from process_runtime.telemetry.hooks import Telemetry

__all__ = ["is_configured", "open_telemetry", "telemetry_problems"]

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_MODULES: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def is_configured(environment: Mapping[str, str]) -> bool:
    """Whether the environment asks for tracing."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if exporter:
        return exporter != "none"
    return any(environment.get(name, "").strip() for name in _ENDPOINTS)


def telemetry_problems(environment: Mapping[str, str]) -> list[str]:
    """What keeps tracing from working as configured, one line each."""
    if not is_configured(environment):
        return []
    problems = []
    if not all(map(_is_installed, _MODULES)):
        by = next(name for name in ("OTEL_TRACES_EXPORTER", *_ENDPOINTS) if environment.get(name))
        problems.append(
            f"{by}: OpenTelemetry is not installed; install the extra protoc-gen-process[otel], "
            "or unset the variable"
        )
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if exporter not in ("", "otlp", "console"):
        problems.append("OTEL_TRACES_EXPORTER: write otlp, console or none")
    problems += [
        f"{name}: write http/protobuf, or unset it; no other protocol is installed"
        for name in _PROTOCOLS
        if environment.get(name, "").strip().lower() not in ("", "http/protobuf")
    ]
    problems += [
        f"{name}: write a URL that begins with http:// or https://"
        for name in _ENDPOINTS
        if not _is_url(environment.get(name, ""))
    ]
    return problems


def open_telemetry(contracts: Sequence[ProcessContract], role: str, identity: str) -> Telemetry:
    """Return the hooks that the environment asks for.

    Args:
        contracts: The processes served here.
        role: What this program does, for its service name unless the environment has one.
        identity: The Temporal identity of this program.
    """
    if not is_configured(os.environ):
        return Telemetry()
    from process_runtime.telemetry.otel import configured_telemetry  # noqa: PLC0415  (an extra)

    return configured_telemetry(contracts, role, identity)


def _is_url(value: str) -> bool:
    return not value.strip() or value.strip().lower().startswith(("http://", "https://"))


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
