"""Dead letters in a file: everything needed to send the message again, and never half a line."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from process_runtime.dead_letters import DeadLetterError
from process_runtime.dead_letters.file import FileDeadLetters, FileOptions
from tests.runtime.dead_letters.contract import DeadLetterContract, Open, letter, open_ids


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dead.jsonl"


def opened(path: Path) -> FileDeadLetters:
    return FileDeadLetters(FileOptions(path=path))


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def positions(path: Path) -> list[str]:
    return [entry["position"] for entry in entries(path)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def append(path: Path, text: bytes) -> None:
    with path.open("ab") as file:
        file.write(text)


class TestFile(DeadLetterContract):
    @pytest.fixture
    def open_stream(self, path: Path) -> Open:
        return lambda: opened(path)


async def test_a_line_holds_the_message_byte_for_byte(path: Path) -> None:
    await opened(path).write(letter(key=b"tenant"))
    (entry,) = entries(path)
    assert base64.b64decode(entry.pop("data")) == b"\x00\xff not json"
    assert base64.b64decode(entry.pop("key")) == b"tenant"
    assert entry.pop("id") == letter().id
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "process": "parcel",
        "subscription": "orders",
        "adapter": "test",
        "position": "orders/3@7",
        "reason": "undecodable",
        "detail": "the data are not JSON",
        "headers": dict(letter().headers),
        "content_type": letter().content_type,
    }


async def test_letters_are_appended_one_a_line_for_the_owner_alone(path: Path) -> None:
    sink = opened(path)
    await asyncio.gather(*(sink.write(letter(str(number))) for number in range(3)))
    assert sorted(positions(path)) == ["0", "1", "2"]
    assert mode(path) == 0o600


def test_the_same_message_given_up_again_has_the_same_id() -> None:
    assert letter().id == letter().id
    assert len({letter().id, letter("file:8").id, letter(body=b"x").id}) == 3


async def test_a_full_disk_is_an_error_and_leaves_no_half_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(path)
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
    assert positions(path) == ["first", "third"]


async def test_a_device_without_space_is_an_error() -> None:
    with pytest.raises(DeadLetterError, match="/dev/full"):
        await opened(Path("/dev/full")).write(letter())


async def test_what_a_crash_leaves_of_a_line_spoils_neither_the_lines_before_nor_those_after(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sink = opened(path)
    await sink.write(letter("before"))
    append(path, letter("torn").to_json().encode()[:100])
    assert await open_ids(sink) == [letter("before").id]
    await sink.write(letter("after"))
    assert await open_ids(sink) == [letter("before").id, letter("after").id]
    assert f"{path}:2 is skipped" in caplog.text
    append(path, b'{"done": "' + letter("after").id.encode())
    await sink.drop(letter("before").id)
    assert await open_ids(sink) == [letter("after").id]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"done": ["a"]}',
        b'{"id": "1"}',
        json.dumps({**json.loads(letter().to_json()), "data": "no base64!"}).encode(),
        json.dumps({**json.loads(letter().to_json()), "time": 7}).encode(),
        json.dumps({**json.loads(letter().to_json()), "headers": []}).encode(),
    ],
    ids=range(10),
)
async def test_a_line_that_is_no_letter_is_skipped(path: Path, line: bytes) -> None:
    append(path, line + b"\n")
    sink = opened(path)
    await sink.write(letter("other"))
    assert await open_ids(sink) == [letter("other").id]


async def test_one_file_belongs_to_one_ingress_until_it_is_left(path: Path) -> None:
    async with opened(path) as first:
        await first.claim()
        async with opened(path) as second:
            with pytest.raises(DeadLetterError, match="another ingress writes its dead letters there"):
                await second.claim()
            await second.drop("a reader needs no claim")
    async with opened(path) as third:
        await third.claim()


async def test_the_claim_of_a_killed_ingress_is_free(path: Path) -> None:
    holder = (
        "import asyncio, sys, pathlib\n"
        "from process_runtime.dead_letters.file import FileDeadLetters, FileOptions\n"
        "asyncio.run(FileDeadLetters(FileOptions(path=pathlib.Path(sys.argv[1]))).claim())\n"
        "print('claimed', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", holder, str(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"claimed\n"
        async with opened(path) as stream:
            with pytest.raises(DeadLetterError, match="another ingress"):
                await stream.claim()
            process.kill()
            await process.wait()
            await stream.claim()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_many_who_write_and_drop_at_once_lose_nothing(path: Path) -> None:
    kept = [letter(f"kept {number}") for number in range(20)]
    dropped = [letter(f"dropped {number}") for number in range(20)]
    for written in dropped:
        await opened(path).write(written)
    await asyncio.gather(
        *(opened(path).write(written) for written in kept),
        *(opened(path).drop(written.id) for written in dropped),
    )
    assert sorted(await open_ids(opened(path))) == sorted(written.id for written in kept)
