"""What an ingress does with its stream of dead letters: one of its own, claimed, and let go at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_runtime.config import IngressSettings
from process_runtime.dead_letters.file import FileDeadLetters, FileOptions
from process_runtime.ingress import ingress_problems
from process_runtime.service import ServiceError
from tests.runtime.ingress.rig import HTTP, StartIngress


async def test_a_second_ingress_is_refused_the_file_of_the_first(
    start_ingress: StartIngress, tmp_path: Path
) -> None:
    path = tmp_path / "dead.jsonl"
    async with start_ingress(DEAD_LETTER_FILE=str(path)) as first:
        await first.ready()
        async with start_ingress(DEAD_LETTER_FILE=str(path)) as second:
            with pytest.raises(ServiceError, match="another ingress writes its dead letters there"):
                await second.task
        assert not first.task.done()
    async with start_ingress(DEAD_LETTER_FILE=str(path)) as successor:
        await successor.ready()


async def test_what_http_refuses_is_kept_where_the_binding_says(
    start_ingress: StartIngress, tmp_path: Path
) -> None:
    path, binding = tmp_path / "dead.jsonl", tmp_path / "dead-letters.toml"
    binding.write_text(f'kind = "file"\npath = "{path}"\n')
    async with start_ingress(DEAD_LETTER_BINDING_FILE=str(binding)) as ingress:
        await ingress.ready()
        headers = {"content-type": "application/json"}
        answer = await ingress.http.post("/events", content=b"{", headers=headers)
        assert answer.status_code == 400
    [letter] = [each async for each in FileDeadLetters(FileOptions(path=path)).letters()]
    assert (letter.reason, letter.data, letter.subscription) == ("undecodable", b"{", "parcels")


def test_two_streams_are_a_configuration_that_cannot_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_LETTER_FILE", str(tmp_path / "dead.jsonl"))
    monkeypatch.setenv("DEAD_LETTER_BINDING_FILE", str(tmp_path / "binding.json"))
    assert ingress_problems(IngressSettings(), [HTTP]) == [
        "DEAD_LETTER_FILE, DEAD_LETTER_BINDING_FILE: only one of them; unset the other"
    ]
