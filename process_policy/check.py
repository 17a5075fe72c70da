"""The check: read, find the workflows, walk, apply the exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from process_policy.findings import Finding, PolicyError
from process_policy.ignores import apply_ignores
from process_policy.project import Project
from process_policy.reach import find_workflows
from process_policy.resolve import Resolver
from process_policy.walk import Walker


def check_paths(paths: Sequence[Path], *, require_workflow: bool = True) -> list[Finding]:
    """Check the workflow code in files and folders for what a replay would not repeat.

    Args:
        paths: Python files, or folders searched for them. Give the workflow's file and the helpers it calls.
        require_workflow: Refuse files in which no workflow is found: a wrong path must not pass for clean
            code.

    Returns:
        The findings, ordered by file, line and column; empty when the code is clean.

    Raises:
        PolicyError: A path does not exist, is no Python source, or holds no workflow although one is
            required.
    """
    project = Project(paths)
    resolver = Resolver(project)
    workflows = find_workflows(project.modules, resolver)
    if require_workflow and not workflows:
        places = ", ".join(str(path) for path in paths)
        raise PolicyError(
            f"{places}: no workflow found; give the files that define a @workflow.defn class "
            "or extend a generated …Process class"
        )
    findings = Walker(resolver).walk(workflows)
    return sorted(set(apply_ignores(project.modules, findings)))
