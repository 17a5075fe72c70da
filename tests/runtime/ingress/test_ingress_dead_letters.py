"""Dead letters: everything needed to send the message again, and never half a line."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from process_runtime.ingress.dead_letters import DeadLetter, DeadLetterError, FileDeadLetters
from process_runtime.ingress.events import RawMessage, Reason, Rejection


def letter(position: str = "file:7", body: bytes = b"\x00\xff not json") -> DeadLetter:
    message = RawMessage(
        subscription="orders",
        adapter="jsonl",
        position=position,
        body=body,
        content_type="application/json",
        headers={"ce-id": "1"},
    )
    return DeadLetter.of(message, Rejection(Reason.UNDECODABLE, "the data are not JSON", process="parcel"))


async def test_a_letter_holds_the_message_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    await FileDeadLetters(path).write(letter())
    entry = json.loads(path.read_text())
    assert base64.b64decode(entry.pop("data")) == b"\x00\xff not json"
    assert entry.pop("id") == letter().id
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "process": "parcel",
        "subscription": "orders",
        "adapter": "jsonl",
        "position": "file:7",
        "reason": "undecodable",
        "detail": "the data are not JSON",
        "headers": {"ce-id": "1"},
        "content_type": "application/json",
    }


async def test_letters_are_appended_one_a_line_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    sink = FileDeadLetters(path)
    for number in range(3):
        await sink.write(letter(str(number)))
    assert [json.loads(line)["position"] for line in path.read_text().splitlines()] == ["0", "1", "2"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_message_given_up_again_has_the_same_id() -> None:
    assert letter().id == letter().id
    assert len({letter().id, letter("file:8").id, letter(body=b"x").id}) == 3


async def test_a_full_disk_is_an_error_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "dead.jsonl"
    sink = FileDeadLetters(path)
    await sink.write(letter("first"))
    write = os.write

    def half_then_full(descriptor: int, data: Any) -> int:
        if len(data) > 20:
            return write(descriptor, data[:20])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(
            os, "write", lambda fd, data: half_then_full(fd, data if len(data) > 400 else data[:10])
        )
        with pytest.raises(DeadLetterError, match="No space left"):
            await sink.write(letter("second", b"x" * 400))
    await sink.write(letter("third"))
    assert [json.loads(line)["position"] for line in path.read_text().splitlines()] == ["first", "third"]


async def test_a_device_without_space_is_an_error() -> None:
    with pytest.raises(DeadLetterError, match="/dev/full"):
        await FileDeadLetters(Path("/dev/full")).write(letter())
