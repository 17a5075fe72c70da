"""The check: read, find the workflows, walk, apply the exceptions and what the project wants to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from process_policy.config import Config
from process_policy.findings import Finding, PolicyError
from process_policy.ignores import apply_ignores
from process_policy.imports import check_imports
from process_policy.project import Project
from process_policy.reach import find_workflows, may_matter
from process_policy.resolve import Resolver
from process_policy.walk import Walker


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a check.

    Attributes:
        findings: Ordered by file, line and column.
        problems: Why some of what was given could not be checked; the rest was.
        files: How many files were given, or found in folders that were given.
        workflow_files: The file of each workflow class that they hold.
    """

    findings: tuple[Finding, ...]
    problems: tuple[PolicyError, ...]
    files: int
    workflow_files: tuple[Path, ...]

    @property
    def workflows(self) -> int:
        """How many workflow classes they hold."""
        return len(self.workflow_files)


def check(paths: Sequence[Path], config: Config | None = None) -> Report:
    """Check the workflow code in files and folders.

    Args:
        paths: Python files, or folders searched for them.
        config: What the project wants; by default every rule that need not be asked for.

    Returns:
        Findings, and what could not be checked; neither is raised.
    """
    config = config or Config()
    problems: list[PolicyError] = []
    project = Project(paths, exclude=config.excludes, needs=may_matter, on_problem=problems.append)
    resolver = Resolver(project)
    workflows = find_workflows(project.modules, resolver)
    walker = Walker(resolver)
    found = walker.walk(workflows)
    if config.allow_imports is not None:
        found += check_imports(walker.modules, config.allow_imports)
    everything = apply_ignores(project.loaded, found, judged=project.modules)
    findings = sorted(finding for finding in set(everything) if config.reports(finding))
    files = tuple(workflow.cls.module.path for workflow in workflows)
    return Report(tuple(findings), tuple(problems), project.given_count, files)


def check_paths(
    paths: Sequence[Path], *, require_workflow: bool = True, config: Config | None = None
) -> list[Finding]:
    """Check the workflow code in files and folders for what a replay would not repeat.

    Args:
        paths: Python files, or folders searched for them. Give the workflow's file and the helpers it calls.
        require_workflow: Refuse files in which no workflow is found: a wrong path must not pass for clean
            code.
        config: What the project wants; by default every rule that need not be asked for.

    Returns:
        The findings, ordered by file, line and column; empty when the code is clean.

    Raises:
        PolicyError: A path does not exist, is no Python source, or holds no workflow although one is
            required.
    """
    report = check(paths, config)
    if report.problems:
        raise report.problems[0]
    if require_workflow and not report.workflows:
        raise no_workflow(paths)
    return list(report.findings)


def no_workflow(paths: Sequence[Path]) -> PolicyError:
    """What to say of paths in which no workflow is found."""
    places = ", ".join(str(path) for path in paths)
    return PolicyError(
        f"{places}: no workflow found; give the files that define a @workflow.defn class "
        "or extend a generated …Process class"
    )
