"""How a report is printed: for people, for programs, and for code scanning."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from process_policy.check import Report
from process_policy.sarif import sarif


def text(report: Report) -> str:
    """One line a finding, and a summary."""
    return "\n".join([*map(str, report.findings), summary(report)])


def summary(report: Report) -> str:
    """One line that says how much was found in how much code."""
    checked = f"{_count(report.workflows, 'workflow')} in {_count(report.files, 'file')}"
    if not report.findings:
        return f"no findings: {checked}"
    places = len({finding.path for finding in report.findings})
    return f"{_count(len(report.findings), 'finding')} in {_count(places, 'file')}: {checked}"


def as_json(report: Report) -> str:
    """The findings for programs."""
    return json.dumps({"findings": [finding.to_json() for finding in report.findings]}, indent=2)


def as_sarif(report: Report) -> str:
    """The report in SARIF 2.1.0."""
    return json.dumps(sarif(report), indent=2)


FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"text": text, "json": as_json, "sarif": as_sarif}
)
"""Every format by its name."""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
