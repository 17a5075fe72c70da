"""Histories that are kept in a repo: where they are, and how they are read."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import zlib
from pathlib import Path
from typing import Final

from google.protobuf.json_format import ParseError
from temporalio.client import WorkflowHistory

from process_runtime.contract import ProcessContract
from process_runtime.testing.histories import was_performed

__all__ = [
    "HISTORIES",
    "HistoryFileError",
    "histories_folder",
    "history_bytes",
    "history_files",
    "implementation",
    "read_history",
]

HISTORIES: Final = "tests/histories"
"""Where histories are, beside the module that people wrote."""

_PATTERNS: Final = ("**/*.json", "**/*.json.gz")


class HistoryFileError(Exception):
    """A file holds no history. The text names it and says what is wrong."""


def implementation(contract: ProcessContract) -> Path | None:
    """Return the file of people's workflow module, if there is one; it is looked for and not imported."""
    try:
        spec = importlib.util.find_spec(contract.impl_module)
    except ImportError:
        return None
    return None if spec is None or spec.origin is None else Path(spec.origin)


def histories_folder(contract: ProcessContract) -> Path | None:
    """Return where the histories of this contract's process are kept.

    The folder need not be there; None says that there is no module that people wrote.
    """
    file = implementation(contract)
    return None if file is None else file.parent / HISTORIES


def history_files(folder: Path) -> list[Path]:
    """Return every ``.json`` and ``.json.gz`` at or below `folder`, in the order of their names."""
    return sorted(path for pattern in _PATTERNS for path in folder.glob(pattern) if path.is_file())


def read_history(path: Path) -> WorkflowHistory:
    """Read a history as the SDK, the ``temporal`` command line, the UI or ``processctl`` wrote it.

    Args:
        path: JSON, compressed with gzip if its name ends so. Without its suffixes it is the workflow ID of a
            history that does not say its own.

    Raises:
        HistoryFileError: It holds no history.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HistoryFileError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        history = WorkflowHistory.from_json(path.name.partition(".")[0], text)
        started = history.events[0].workflow_execution_started_event_attributes
        is_started = history.events[0].HasField("workflow_execution_started_event_attributes")
    except (OSError, EOFError, zlib.error) as error:
        raise HistoryFileError(f"{path}: not compressed with gzip, or cut off: {error}") from None
    except (ValueError, ParseError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise HistoryFileError(
            f"{path}: no history of a workflow: {type(error).__name__}: {str(error)[:200]}"
        ) from None
    if not is_started:
        raise HistoryFileError(f"{path}: no history of a workflow: it does not begin with its start")
    if not was_performed(history):
        # The SDK's replayer would wait for its first step for ever.
        raise HistoryFileError(
            f"{path}: no worker has done a step of it, so there is nothing to replay: remove it"
        )
    return WorkflowHistory(started.workflow_id or history.workflow_id, history.events)


def history_bytes(history: WorkflowHistory) -> bytes:
    """Return the content of a ``.json.gz`` file: one history is always the same bytes."""
    text = json.dumps(history.to_json_dict(), sort_keys=True, separators=(",", ":"))
    compressed = io.BytesIO()
    # Neither a time nor a name in it.
    with gzip.GzipFile("", "wb", fileobj=compressed, mtime=0) as file:
        file.write(text.encode())
    return compressed.getvalue()
