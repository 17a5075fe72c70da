"""`processctl dlq` on the stream of a broker."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from process_runtime.dead_letters import DeadLetter, bind_dead_letters
from process_runtime.testing.servers import NatsServer
from tests.processctl.dlq.conftest import Processctl
from tests.runtime.dead_letters.contract import letter


def sees_to_letters(processctl: Processctl, binding: Path, options: dict[str, Any]) -> None:
    binding.write_text(json.dumps(options))
    letters = [letter(str(number)) for number in range(3)]
    asyncio.run(written(binding, letters))
    at = ("--binding", str(binding))
    listed = processctl("list", "--json", *at)
    assert [row["id"] for row in listed.json["letters"]] == [each.id for each in letters]
    assert letters[1].position in processctl("show", letters[1].id, *at).out
    assert processctl("drop", letters[1].id, "--yes", *at).code == 0
    assert processctl("show", letters[1].id, *at).code == 1
    dropped = processctl("drop", "--all", "--yes", "--json", *at)
    assert dropped.json == {"dropped": [letters[0].id, letters[2].id]}
    assert processctl("list", *at).out == "no dead letters\n"


async def written(binding: Path, letters: list[DeadLetter]) -> None:
    stream, problems = bind_dead_letters(None, binding)
    assert problems == []
    assert stream is not None
    async with stream:
        await stream.claim()
        for each in letters:
            await stream.write(each)


@pytest.mark.xdist_group("nats")
def test_letters_in_jetstream_are_seen_to(
    processctl: Processctl, nats_server: NatsServer, tmp_path: Path
) -> None:
    name = f"letters-{uuid.uuid4().hex[:8]}"
    options = {"kind": "nats", "servers": [nats_server.url], "stream": name, "subject": name}
    sees_to_letters(processctl, tmp_path / "binding.json", options)


def test_a_broker_that_is_away_is_one_message(processctl: Processctl, tmp_path: Path) -> None:
    binding = tmp_path / "binding.json"
    binding.write_text(json.dumps({"kind": "nats", "servers": ["nats://127.0.0.1:1"], "stream": "letters"}))
    said = processctl("list", "--binding", str(binding))
    assert said.code == 1
    assert said.error.count("\n") == 1
