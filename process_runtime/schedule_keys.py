"""The business keys that schedules run for, and the file that names them: ``SCHEDULE_KEYS_FILE``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from process_runtime.workflow import ScheduledProcess, ScheduledStart

__all__ = ["ScheduleError", "ScheduleKey", "key_problem", "read_keys", "unknown_names"]

ScheduleKey = Mapping[str, str | int]
"""Field name -> value; an enum stands by name."""


class ScheduleError(Exception):
    """The schedules cannot be applied. Carries every problem found, one line each.

    Attributes:
        problems: What is wrong, where, and how to mend it; never a key's value.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def read_keys(path: Path) -> Mapping[str, Mapping[str, Sequence[ScheduleKey]]]:
    """Return the keys of a JSON or TOML file, by process and schedule.

    Raises:
        ScheduleError: The file cannot be read, or says something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise ScheduleError(
            [f"SCHEDULE_KEYS_FILE: the file cannot be read: {error.strerror}; mount it, and let us read it"]
        ) from None
    except ValueError:
        # The parsers quote the text, which may hold a sensitive key.
        raise ScheduleError(
            ["SCHEDULE_KEYS_FILE: the file is neither JSON nor, with the suffix .toml, TOML"]
        ) from None
    if not _is_tree(tree):
        raise ScheduleError(
            ['SCHEDULE_KEYS_FILE: write {"<process>": {"<schedule>": [{"<key field>": <value>, ...}, ...]}}']
        )
    keys: Mapping[str, Mapping[str, Sequence[ScheduleKey]]] = tree
    return keys


def unknown_names(
    processes: Mapping[str, ScheduledProcess], keys: Mapping[str, Mapping[str, Any]], partial: bool
) -> list[str]:
    """Say which processes and schedules of `keys` there are not, one line each.

    Args:
        processes: Those with schedules, by name.
        keys: By process and schedule.
        partial: Whether `keys` may name processes that are served elsewhere.
    """
    problems = []
    for name, schedules in keys.items():
        process = processes.get(name)
        if process is None:
            if not partial:
                problems.append(f"SCHEDULE_KEYS_FILE: {name}: no such process, or one without schedules")
            continue
        known = {schedule.name for schedule in process.schedules}
        problems += [
            f"SCHEDULE_KEYS_FILE: {name}.{schedule}: no such schedule (there are {', '.join(sorted(known))})"
            for schedule in schedules
            if schedule not in known
        ]
    return problems


def key_problem(process: ScheduledProcess, start: ScheduledStart) -> str:
    """What is wrong with the key; never its values, which may be sensitive."""
    names = [field.name for field in process.contract.key_fields]
    if start.key is not None and set(start.key) != set(names):
        return f"a key has the fields {', '.join(names)}, all of them and no others"
    try:
        process.workflow_id_of(process.event(start, datetime.now(UTC)))
    except (KeyError, TypeError, ValueError) as error:
        return f"a key gives no workflow ID ({type(error).__name__}): mend its values"
    return ""


def _is_tree(tree: Any) -> bool:
    return isinstance(tree, dict) and all(
        isinstance(schedules, dict)
        and all(
            isinstance(keys, list)
            and all(
                isinstance(key, dict)
                and all(
                    isinstance(value, str | int) and not isinstance(value, bool) for value in key.values()
                )
                for key in keys
            )
            for keys in schedules.values()
        )
        for schedules in tree.values()
    )
