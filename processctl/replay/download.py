"""`processctl replay download`: histories of executions, from a Temporal server into the repo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.service import RPCError

from process_runtime.config import ConfigError
from process_runtime.contract import ProcessContract
from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from process_runtime.testing.recorded import histories_folder
from processctl.contracts import read_contracts
from processctl.errors import EXIT_PROBLEM, ProjectError
from processctl.generated import read_generated
from processctl.replay.blanking import Blanking, sensitive_fields
from processctl.replay.blanking.payloads import message_type
from processctl.replay.choice import Wanted, chosen
from processctl.replay.keep import Candidate, Handling, Keeping, RefusedError, keep
from processctl.repo import Repo
from processctl.temporal import connect
from protoc_gen_process.model import Process


@dataclass(slots=True)
class Downloaded:
    """What came of it, a line each, for people."""

    said: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def run(
    directory: Path,
    wanted: Wanted,
    handling: Handling,
    *,
    processes: Sequence[str],
    address: str | None,
    namespace: str | None,
) -> None:
    """Download, print what came of it, and end the command: with 1 if a history was refused.

    Raises:
        ProjectError: Nothing could be downloaded.
    """
    repo = Repo.find(directory)
    found = download(repo, wanted, handling, processes=processes, address=address, namespace=namespace)
    for line in found.said:
        typer.echo(line)
    for line in found.refused:
        typer.echo(line, err=True)
    if found.refused:
        raise typer.Exit(EXIT_PROBLEM)


def download(
    repo: Repo,
    wanted: Wanted,
    handling: Handling,
    *,
    processes: Sequence[str],
    address: str | None,
    namespace: str | None,
) -> Downloaded:
    """Download histories of the processes of `repo`, and keep them in it.

    Args:
        repo: The repo.
        wanted: Which executions.
        handling: What is done with them.
        processes: Names; all of the repo if there are none.
        address: ``host:port`` of Temporal; None takes the environment's.
        namespace: None takes the environment's.

    Raises:
        ProjectError: Temporal cannot be reached, or the repo is not in a state to take them.
    """
    contracts = read_contracts(repo)
    sensitive = sensitive_fields(contracts.request)
    models = {model.name: model for model in contracts.processes}
    generated = {contract.name: contract for contract in read_generated(repo).contracts}
    unknown = [name for name in processes if name not in generated]
    if unknown:
        raise ProjectError(f"--process {unknown[0]}: there is none; there are {', '.join(generated)}")
    try:
        converter = data_converter(PayloadSettings())
    except ConfigError as error:
        raise ProjectError("\n".join(error.problems)) from None

    async def work() -> Downloaded:
        outcome = Downloaded()
        client = await connect(address, namespace)
        for name in processes or generated:
            contract, model = generated[name], models.get(name)
            folder = histories_folder(contract)
            if model is None:
                raise ProjectError(f"{name}: its contract is not there any more: run `processctl generate`")
            if folder is None:
                raise ProjectError(f"{contract.impl_module} is missing: `processctl scaffold` makes a start")
            blanking = _blanking(contract, model, sensitive, converter)
            keeping = Keeping(folder, model.package, blanking, handling)
            histories = chosen(client, contract.workflow_type, wanted, keeping.there().values())
            found = await _kept(repo, histories, keeping)
            if not (found.said or found.refused):
                found.said.append(f"no execution matches {wanted.of(contract.workflow_type)}")
            outcome.said += [f"{name}: {line}" for line in found.said]
            outcome.refused += [f"{name}: {line}" for line in found.refused]
        return outcome

    try:
        return asyncio.run(work())
    except RPCError as error:
        raise ProjectError(f"Temporal answered {error.status.name}: {error.message}") from None


def _blanking(
    contract: ProcessContract, model: Process, sensitive: frozenset[str], converter: DataConverter
) -> Blanking:
    return Blanking(
        converter=converter,
        sensitive=sensitive,
        state_type=None if model.state is None else message_type(model.state.message.full_name),
        hides_workflow_id=any(key.sensitive for key in contract.key_fields),
    )


async def _kept(repo: Repo, histories: AsyncIterator[WorkflowHistory], keeping: Keeping) -> Downloaded:
    outcome = Downloaded()
    candidates: list[Candidate] = []
    async for history in histories:
        try:
            found = await keeping.prepare(history)
        except RefusedError as refusal:
            outcome.refused.append(f"run {history.run_id}: {refusal}")
            continue
        if found.is_there:
            outcome.said.append(f"{repo.shown(found.path)}: there already")
        else:
            candidates.append(found)
    kept, refused = keep(repo, keeping.package, candidates)
    return Downloaded(outcome.said + kept, outcome.refused + refused)
