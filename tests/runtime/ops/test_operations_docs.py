"""The documentation of settings, metrics and adapters names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from process_runtime.config import IngressSettings, WorkerSettings
from process_runtime.ingress.adapters.http import HttpOptions
from process_runtime.ingress.adapters.jsonl import JsonLinesOptions
from process_runtime.ingress.events import Reason
from process_runtime.metrics import Metrics

DOCS = Path(__file__).parents[3] / "docs"
RUNTIME = DOCS.parent / "process_runtime"


def written(files: str, pattern: str) -> set[str]:
    """What `pattern` captures in the runtime's sources."""
    paths = sorted(RUNTIME.glob(files))
    assert paths
    return {found for path in paths for found in re.findall(pattern, path.read_text())}


def names_in(page: str) -> set[str]:
    """Everything in code style in the first column of a table."""
    rows = re.findall(r"^\| (`[^|]+) \|", (DOCS / page).read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_setting_is_documented_and_every_documented_setting_is_one() -> None:
    fields = {name.upper() for kind in (WorkerSettings, IngressSettings) for name in kind.model_fields}
    variables = {name for name in names_in("configuration.md") if re.fullmatch(r"[A-Z][A-Z_]+", name)}
    envconfig = {name for name in variables if name.startswith("TEMPORAL_")} - fields
    assert variables - envconfig == fields
    assert "TEMPORAL_ADDRESS" in envconfig


@pytest.mark.parametrize("settings_type", [WorkerSettings, IngressSettings])
def test_every_setting_says_what_it_is(settings_type: type[WorkerSettings | IngressSettings]) -> None:
    assert all(field.description for field in settings_type.model_fields.values())


def test_every_metric_of_the_runtime_is_documented() -> None:
    families = Metrics().registry.collect()
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
        if not family.name.startswith(("process_cpu", "process_resident", "process_virtual", "process_open"))
        and family.name not in ("process_start_time_seconds", "process_max_fds")
    }
    documented = {name for name in names_in("metrics.md") if name.startswith("process_")}
    assert names <= documented
    pattern = r'count(?:er)?\(\s*"(process_\w+)"'
    counters = {f"{name}_total" for name in written("workflow/*.py", pattern)}
    others = {"process_cpu_seconds_total", "process_resident_memory_bytes"}
    assert documented - names == counters | others


def test_every_condition_is_documented_with_reasons_that_it_may_have() -> None:
    text = (DOCS / "configuration.md").read_text().partition("| condition |")[2]
    rows = re.findall(r"^\| `(\w+)(?:/<name>)?` \| (.*) \|$", text, re.MULTILINE)
    assert {name for name, _ in rows} == written("**/*.py", r'health\.condition\(f?"(\w+)')
    reasons = {reason for _, meaning in rows for reason in re.findall(r"`(\w+)`", meaning)}
    assert reasons <= written("**/*.py", r'(?:not_ready|_away|_refused)\(\s*"(\w+)"')


def test_every_adapter_option_and_every_reason_is_documented() -> None:
    documented = names_in("ingress.md")
    assert {*HttpOptions.model_fields, *JsonLinesOptions.model_fields} <= documented
    assert {reason.value for reason in Reason} <= documented
