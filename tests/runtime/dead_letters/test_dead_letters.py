"""Letters, which of them to look at, and which stream takes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from process_runtime.dead_letters import DeadLetter, LetterFilter, LetterFormatError, bind_dead_letters
from process_runtime.dead_letters.file import FileDeadLetters, FileOptions
from process_runtime.ingress.dead_letters import letter_of, message_of
from process_runtime.ingress.events import RawMessage, Reason, Rejection
from tests.runtime.dead_letters.contract import letter


def test_a_letter_gives_back_the_message_that_it_was_made_of() -> None:
    message = RawMessage(
        subscription="orders",
        adapter="test",
        position="7",
        body=b"\x00\xff",
        content_type="application/json",
        headers={"ce-id": "1"},
        key=b"\xff",
    )
    assert message_of(letter_of(message, Rejection(Reason.LATE, "closed"))) == message


def test_a_letter_as_headers_keeps_the_original_ones_apart_from_its_own() -> None:
    original = letter(headers={"dl-id": "of another", "dl-original-x": "1", "ce-id": "1"}, key=b"\xff")
    headers = original.to_headers()
    assert headers["dl-id"] == original.id
    assert headers["dl-reason"] == "undecodable"
    assert headers["ce-id"] == "1"
    assert DeadLetter.from_headers(headers, original.data) == original


@pytest.mark.parametrize("headers", [{}, {"dl-id": "1"}, letter().to_headers() | {"dl-time": "yesterday"}])
def test_headers_that_are_no_letter_s_are_an_error(headers: dict[str, str]) -> None:
    with pytest.raises(LetterFormatError):
        DeadLetter.from_headers(headers, b"")


NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"reason": "late"}, ["2"]),
        ({"process": "receipt"}, ["3"]),
        ({"process": ""}, ["4"]),
        ({"subscription": "orders", "reason": "undecodable"}, ["1", "3"]),
        ({"since": NOON + timedelta(seconds=3)}, ["3", "4"]),
    ],
)
async def test_letters_are_filtered(tmp_path: Path, wanted: dict[str, Any], positions: list[str]) -> None:
    stream = FileDeadLetters(FileOptions(path=tmp_path / "dead.jsonl"))
    differences: list[dict[str, Any]] = [
        {},
        {"reason": "late"},
        {"process": "receipt"},
        {"process": "", "subscription": "other"},
    ]
    for number, fields in enumerate(differences, 1):
        await stream.write(letter(str(number), time=NOON + timedelta(seconds=number), **fields))
    letters = LetterFilter(**wanted)
    assert [found.position async for found in letters.select(stream)] == positions
    assert [found.position async for found in letters.select(stream, limit=1)] == positions[:1]


def test_no_setting_is_no_stream() -> None:
    assert bind_dead_letters(None, None) == (None, [])


def test_a_file_named_either_way_is_the_same(tmp_path: Path) -> None:
    binding = tmp_path / "dead-letters.json"
    binding.write_text(f'{{"kind": "file", "path": "{tmp_path / "dead.jsonl"}"}}')
    for file, table in ((tmp_path / "dead.jsonl", None), (None, binding)):
        stream, problems = bind_dead_letters(file, table)
        assert problems == []
        assert isinstance(stream, FileDeadLetters)
        assert stream.path == tmp_path / "dead.jsonl"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "the file cannot be read: No such file or directory"),
        ("{", "the file is neither JSON nor"),
        ("[]", "the file is no table of bindings"),
        ("{}", r"DEAD_LETTER_BINDING_FILE.kind: is not set \(installed: .*file"),
        ('{"kind": "carrier-pigeon"}', r"no dead-letter stream of kind carrier-pigeon is installed"),
        ('{"kind": "file"}', "DEAD_LETTER_BINDING_FILE.path: Field required"),
        ('{"kind": "file", "path": "/dev/null/x", "size": 1}', "size: there is no such option of file"),
        ('{"kind": "file", "path": "/no/such/folder/dead.jsonl"}', "path: it cannot be written"),
    ],
)
def test_a_binding_that_cannot_work_is_a_problem(tmp_path: Path, text: str | None, problem: str) -> None:
    binding = tmp_path / "file"
    if text is not None:
        binding.write_text(text)
    stream, problems = bind_dead_letters(None, binding)
    assert stream is None
    (said,) = problems
    assert said.startswith("DEAD_LETTER_BINDING_FILE")
    assert re.search(problem, said)


def test_two_settings_are_one_too_many(tmp_path: Path) -> None:
    stream, (problem,) = bind_dead_letters(tmp_path / "dead.jsonl", tmp_path / "binding.json")
    assert stream is None
    assert problem == "DEAD_LETTER_FILE, DEAD_LETTER_BINDING_FILE: only one of them; unset the other"
