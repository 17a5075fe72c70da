"""The gates, each over what another command does."""

# ruff: noqa: PLC0415 - a gate imports what it needs, so that one alone is quick

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from processctl.counts import count
from processctl.errors import CouldNotRun
from processctl.repo import TEMPLATE_NAME, Repo, said
from processctl.verify import pins, regeneration
from processctl.verify.outcome import Gate, Outcome, Status, found

if TYPE_CHECKING:
    from processctl.contracts import Contracts

_NOTHING_COLLECTED: Final = 5  # of pytest
_SHOWN_LINES: Final = 60
_QUIET: Final = ("-q", "--no-header", "--color=no")


def gates(repo: Repo, against: str | None) -> tuple[Gate, ...]:
    """Return every gate, in the order in which they are asked: the quick ones first.

    Args:
        repo: What is verified.
        against: What contracts are compared with; None skips that.
    """

    @cache
    def contracts() -> Contracts:
        """What two gates ask for, and buf would make anew for each."""
        from processctl.contracts import read_contracts

        return read_contracts(repo)

    return (
        Gate("lint", "do the protos keep buf's rules?", partial(_lint, repo)),
        Gate("pins", "is every version pinned?", partial(pins.look, repo)),
        Gate("out-folders", "do the out folders hold generated files only?", partial(_out_folders, repo)),
        Gate("generated", "is what is committed what generation makes?", partial(regeneration.look, repo)),
        Gate("breaking", "does a contract break what runs?", partial(_breaking, repo, against)),
        Gate("check", "is workflow code deterministic?", partial(_check, repo, contracts)),
        Gate(
            "versioning",
            "does patches.md list the patches of the code?",
            partial(_versioning, repo, contracts),
        ),
        Gate("replay", "do the recorded histories replay?", partial(_replay, repo)),
        Gate("tests", "do the generated tests pass?", partial(_tests, repo)),
    )


def _lint(repo: Repo) -> Outcome:
    done = repo.run_buf(["lint"])
    if not done.returncode:
        return Outcome(Status.PASSED, "buf lint has nothing to say")
    findings = done.stdout.strip().splitlines()
    if not findings:
        raise CouldNotRun(said(done))
    return found(findings, clean="", summary=f"buf lint: {count(len(findings), 'finding')}")


def _out_folders(repo: Repo) -> Outcome:
    from processctl.out_folders import refuse_foreign_files

    details = []
    if repo.template.get("clean") is not True:
        details.append(f"{TEMPLATE_NAME}: files of what is renamed or deleted stay: add `clean: true`")
    refuse_foreign_files(repo)
    return found(details, clean="generated files only", summary="what is not generated any longer stays")


def _breaking(repo: Repo, against: str | None) -> Outcome:
    from processctl.breaking.command import compare

    if against is None:
        return Outcome(Status.SKIPPED, "nothing to compare with: name it with --against, e.g. origin/main")
    report = compare(repo.root, against)
    status = Status.PASSED if report.ok else Status.FAILED
    details = report.as_text().splitlines() if report.changes or report.errors or report.notes else []
    return Outcome(status, f"{count(len(report.changes), 'change')} against {against}", tuple(details))


def _check(repo: Repo, contracts: Callable[[], Contracts]) -> Outcome:
    from process_policy import Config, PolicyError
    from process_policy.check import check, no_workflow
    from process_policy.config import find_config

    processes = contracts().processes
    folders = list(dict.fromkeys(repo.root.joinpath(*each.impl_module.split(".")) for each in processes))
    if not folders:
        raise CouldNotRun(f"{repo.root}: its protos hold no process")
    for folder in folders:
        if not folder.is_dir():
            raise CouldNotRun(f"{folder}: nobody has written this process yet: run `processctl scaffold`")
    try:
        config: Config = find_config(repo.root)
        report = check(folders, config)
    except PolicyError as error:
        raise CouldNotRun(str(error)) from error
    if report.problems:
        raise CouldNotRun("\n".join(map(str, report.problems)))
    # What is not looked at, as `exclude` can have it, must not pass for clean.
    empty = [
        folder for folder in folders if not any(file.is_relative_to(folder) for file in report.workflow_files)
    ]
    if empty:
        raise CouldNotRun(str(no_workflow(empty)))
    return found(
        [str(replace(finding, path=Path(repo.shown(finding.path)))) for finding in report.findings],
        clean=f"{count(report.workflows, 'workflow')} without a finding",
        summary=count(len(report.findings), "finding"),
    )


def _versioning(repo: Repo, contracts: Callable[[], Contracts]) -> Outcome:
    from processctl.patches.command import check_catalogue
    from processctl.patches.source import find_patches

    patches = find_patches(repo, contracts().processes)
    check_catalogue(repo, patches)
    listed = f"{count(len(patches), 'patch', 'patches')} listed"
    return Outcome(Status.PASSED, listed if patches else "no patches")


def _replay(repo: Repo) -> Outcome:
    from processctl.replay.command import replay_histories

    report = replay_histories(repo)
    if report.diverged:
        summary = f"{len(report.diverged)} of {len(report.histories)} do not replay"
        return Outcome(Status.FAILED, summary, (*report.as_text(), *report.problems))
    if report.problems:
        raise CouldNotRun("\n".join(report.problems))
    if not report.histories:
        return Outcome(Status.SKIPPED, "no history is kept: `processctl replay download` fetches some")
    return Outcome(Status.PASSED, f"{len(report.histories)} replayed")


def _tests(repo: Repo) -> Outcome:
    folders = sorted(str(path) for path in repo.process_plugin.out.glob("*/tests") if path.is_dir())
    if not folders:
        raise CouldNotRun(f"{repo.process_plugin.out}: no generated tests: run `processctl generate`")
    done = subprocess.run(  # noqa: S603  arguments are ours
        [sys.executable, "-m", "processctl.verify.tests_program", *_QUIET, *folders],
        cwd=repo.root,
        env=repo.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )
    lines = done.stdout.strip().splitlines() or [f"pytest ended with code {done.returncode}"]
    if not done.returncode:
        return Outcome(Status.PASSED, lines[-1])
    if done.returncode in {1, _NOTHING_COLLECTED}:
        return Outcome(Status.FAILED, lines[-1], tuple(lines[-_SHOWN_LINES:-1]))
    raise CouldNotRun("\n".join(lines[-_SHOWN_LINES:]))
