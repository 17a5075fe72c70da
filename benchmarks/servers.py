"""A Temporal dev server for benchmarks."""

from __future__ import annotations

from temporalio.testing import WorkflowEnvironment

from benchmarks.harness import BenchmarkError
from process_runtime.testing.servers import ServerError, temporal_cli


async def dev_server() -> WorkflowEnvironment:
    """Start a dev server; its data is in memory, and gone when it is shut down.

    Raises:
        BenchmarkError: There is none on this machine.
    """
    try:
        executable = temporal_cli()
    except ServerError as error:
        raise BenchmarkError(str(error)) from None
    return await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(executable), dev_server_log_level="error"
    )
