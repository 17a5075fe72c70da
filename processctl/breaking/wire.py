"""What `buf breaking` says of the wire, by process."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from processctl.breaking.compare.processes import Pair
from processctl.breaking.contract import names_in_histories
from processctl.breaking.places import Places
from processctl.breaking.rule import Change, Class, Location, Rise
from processctl.errors import CouldNotRun
from processctl.repo import Repo, said
from protoc_gen_process.diagnostics import escape

CATEGORY = "WIRE_JSON"
"""Payloads in histories are protobuf JSON or binary protobuf, so both have to go on being read."""

_FOUND = 100  # exit code of buf
_MEND = (
    "leave what is there, add a field or value of another name and number beside it; what goes for good is "
    "marked `deprecated` first"
)
_CONFIGURATION = json.dumps(
    # An rpc of a contract is an activity, which is compared as one.
    {
        "version": "v2",
        "breaking": {
            "use": [CATEGORY],
            "except": [
                "RPC_SAME_CLIENT_STREAMING",
                "RPC_SAME_IDEMPOTENCY_LEVEL",
                "RPC_SAME_REQUEST_TYPE",
                "RPC_SAME_RESPONSE_TYPE",
                "RPC_SAME_SERVER_STREAMING",
            ],
        },
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of buf's."""

    rule: str
    message: str
    location: Location


def find(repo: Repo, old: FileDescriptorSet, new: FileDescriptorSet) -> list[Finding]:
    """Return what buf finds between two images.

    Raises:
        CouldNotRun: buf cannot compare them.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "old.binpb").write_bytes(old.SerializeToString())
        (folder / "new.binpb").write_bytes(new.SerializeToString())
        arguments = ["breaking", "new.binpb", "--against", "old.binpb", "--config", _CONFIGURATION]
        done = repo.run_buf([*arguments, "--error-format", "json"], folder)
    if done.returncode not in (0, _FOUND):
        raise CouldNotRun(f"buf breaking: {said(done)}")
    return [_finding(json.loads(line)) for line in done.stdout.splitlines() if line.strip()]


def _finding(line: Mapping[str, Any]) -> Finding:
    location = Location(str(line.get("path", "")), line.get("start_line"), line.get("start_column"))
    # The links are of the protobuf documentation, the same each time.
    message = str(line["message"]).partition(" See https://")[0]
    return Finding(str(line["type"]), escape(message), location)


def changes_of(findings: Sequence[Finding], both: Pair, places: Places) -> Iterator[Change]:
    """Yield the findings about messages that the process uses.

    Args:
        findings: What buf found.
        both: The process.
        places: Of today's protos.
    """
    if both.old is None or both.new is None:
        return
    used = both.old.messages.keys() | both.new.messages.keys()
    contracts = both.old, both.new
    in_histories = {name for each in contracts for name in each.below(names_in_histories(each.process))}
    for finding in findings:
        about = types_of(finding, places) & used
        if about:
            yield Change(
                rule=finding.rule,
                kind=Class.BREAKS_EXECUTIONS if about & in_histories else Class.BREAKS_PEERS,
                rise=Rise.MAJOR,
                subject=_subject(about, finding),
                before=None,
                after=None,
                reason=finding.message,
                mend=_MEND,
                process=both.name,
                location=finding.location,
            )


def types_of(finding: Finding, places: Places) -> frozenset[str]:
    """Return the messages and enums that a finding is about: one, or for a whole file all of it."""
    return places.types_at(finding.location.path, finding.location.line or 0)


def _subject(about: frozenset[str], finding: Finding) -> str:
    return next(iter(about)) if len(about) == 1 else finding.location.path
