"""Which stream takes the dead letters: ``DEAD_LETTER_FILE`` or ``DEAD_LETTER_BINDING_FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from process_runtime.bindings import Binder, LogicalName
from process_runtime.dead_letters.file import FileDeadLetters, FileOptions, file_problem
from process_runtime.dead_letters.stream import DeadLetterStream

__all__ = ["ENTRY_POINT_GROUP", "bind_dead_letters"]

ENTRY_POINT_GROUP: Final = "process_runtime.dead_letter_streams"
"""Entry points of this group name a `process_runtime.bindings.Factory` of streams; their name is the ``kind``
of the binding."""

_STREAMS: Final = Binder[LogicalName, DeadLetterStream](
    variable="DEAD_LETTER_BINDING_FILE",
    logical="dead letters",
    server="dead-letter stream",
    entry_points=ENTRY_POINT_GROUP,
)


def bind_dead_letters(
    file: Path | None, binding_file: Path | None, *, writable: bool = True
) -> tuple[DeadLetterStream | None, list[str]]:
    """Return the stream that takes dead letters, and what keeps it from working, one line each.

    Args:
        file: ``DEAD_LETTER_FILE``: the same as a binding of kind ``file``.
        binding_file: ``DEAD_LETTER_BINDING_FILE``: one table, ``kind`` and the options of that kind.
        writable: Whether a file that cannot be written is a problem; it need not be for a reader.

    Returns:
        No stream if neither is given, or with any problem.
    """
    if file is not None and binding_file is not None:
        return None, ["DEAD_LETTER_FILE, DEAD_LETTER_BINDING_FILE: only one of them; unset the other"]
    if file is not None:
        problem = file_problem(file, writable=writable)
        if problem is not None:
            return None, [f"DEAD_LETTER_FILE: {problem}"]
        return FileDeadLetters(FileOptions(path=file)), []
    if binding_file is None:
        return None, []
    stream, problems = _STREAMS.bind_table(binding_file)
    if isinstance(stream, FileDeadLetters):
        problem = file_problem(stream.path, writable=writable)
        if problem is not None:
            return None, [f"DEAD_LETTER_BINDING_FILE: path: {problem}"]
    return stream, problems
