"""What calls give and annotations mean, where that matters to a rule."""

from __future__ import annotations

from collections.abc import Mapping

from process_policy.catalogue.topic import names


def _gives(result: str, text: str) -> dict[str, str]:
    return dict.fromkeys(names(text), result)


RETURNS: Mapping[str, str] = {
    **_gives("asyncio.AbstractEventLoop", "asyncio: get_event_loop get_running_loop new_event_loop"),
    "builtins.dict.keys": "builtins.dict_keys",
    **_gives("builtins.set", "builtins: frozenset set"),
    **_gives("builtins.set", "builtins.set: copy difference intersection symmetric_difference union"),
    **_gives("builtins.set", "asyncio: all_tasks\nzoneinfo: available_timezones"),
    **{name: name for name in names("datetime: datetime date timedelta time\nsocket: socket")},
    **_gives("datetime.datetime", "temporalio.workflow: now"),
    **_gives("datetime.datetime", "datetime.datetime: now utcnow today fromtimestamp utcfromtimestamp"),
    **_gives("datetime.datetime", "datetime.datetime: combine strptime fromisoformat replace astimezone"),
    "pathlib.Path": "pathlib.Path",
    **_gives("pathlib.Path", "pathlib.Path: joinpath with_name with_stem with_suffix relative_to"),
    **_gives("pathlib.Path", "pathlib.Path: absolute resolve expanduser cwd home rename replace readlink"),
    **_gives("logging.Logger", "logging: getLogger\nlogging.Logger: getChild"),
    **_gives(
        "structlog.BoundLogger", "structlog: get_logger getLogger\nstructlog.BoundLogger: bind new unbind"
    ),
    **_gives("structlog.BoundLogger", "structlog.stdlib: get_logger"),
    **_gives("loguru.logger", "loguru.logger: bind opt"),
    "sqlite3.connect": "sqlite3.Connection",
    "zipfile.ZipFile": "zipfile.ZipFile",
    **_gives("tarfile.TarFile", "tarfile: open\ntarfile.TarFile: open"),
    **_gives(
        "temporalio.workflow.ExternalWorkflowHandle", "temporalio.workflow: get_external_workflow_handle"
    ),
    **_gives(
        "temporalio.workflow.ExternalWorkflowHandle", "temporalio.workflow: get_external_workflow_handle_for"
    ),
    **_gives("temporalio.workflow.ChildWorkflowHandle", "temporalio.workflow: start_child_workflow"),
    **_gives("random.Random", "temporalio.workflow: random new_random"),
}
"""What a call gives, where that matters. A call of any other capitalised name gives its instance."""

SET_TYPES = frozenset(
    names("""
        builtins: frozenset set
        collections.abc: MutableSet Set
        typing: AbstractSet FrozenSet MutableSet Set
    """)
)
"""Annotations that mean a set."""
