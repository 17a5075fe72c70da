"""A report in SARIF 2.1.0, the format of code scanning services.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from process_policy.check import Report
from process_policy.findings import Finding
from process_policy.rules import RULES, Rule

VERSION = "2.1.0"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BREAKS_REPLAY = "DET"


def sarif(report: Report) -> dict[str, Any]:
    """The report as one run with every rule, found or not."""
    index = {rule: number for number, rule in enumerate(RULES)}
    return {
        "$schema": _SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {"name": "process-policy", "rules": [_rule(rule) for rule in RULES.values()]}
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(report)],
                "results": [_result(finding, index[finding.rule]) for finding in report.findings],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    # There is no `helpUri`: it has to be absolute, and the pages stand beside the code, wherever that is.
    page = f"docs/policy/{rule.id}.md"
    return {
        "id": rule.id,
        "shortDescription": {"text": _sentence(rule.title)},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{_sentence(rule.mend)} See {page} of protoc-gen-process.",
            "markdown": f"{rule.why}\n\n**Instead:** {rule.mend}\n\nSee `{page}` of protoc-gen-process.",
        },
        "defaultConfiguration": {"level": _level(rule.id), "enabled": not rule.opt_in},
        "properties": {"page": page, "tags": [rule.id[:3]]},
    }


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:]}."


def _level(rule: str) -> str:
    return "error" if rule.startswith(_BREAKS_REPLAY) else "warning"


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.problems,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": str(problem)}} for problem in report.problems
        ],
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _level(finding.rule),
        "message": {"text": finding.text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(finding.path),
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.function, "kind": "function"}],
            }
        ],
        "properties": {"trace": list(finding.trace)},
    }


def _artifact(path: Path) -> dict[str, str]:
    """Relative to the current folder, which code scanning takes for the repo's root; else absolute."""
    here = Path.cwd()
    absolute = path.resolve()
    if absolute.is_relative_to(here):
        return {"uri": quote(absolute.relative_to(here).as_posix()), "uriBaseId": "%SRCROOT%"}
    return {"uri": absolute.as_uri()}
