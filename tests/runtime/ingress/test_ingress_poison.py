"""Messages that break the decoder: each a dead letter, and the way is free for those behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from temporalio.client import Client
from temporalio.worker import Worker

from process_runtime.dead_letters.file import FileDeadLetters, FileOptions
from process_runtime.ingress import Subscription, prepare
from process_runtime.ingress.decode import decode
from tests.runtime.ingress.parcels import event, workflow_id
from tests.runtime.ingress.rig import StartIngress

LINES = Subscription("parcels", "jsonl", "parcels")


def line(number: int) -> bytes:
    return json.dumps(json_format.MessageToDict(event("posted", "poisoned", number))).encode()


def breaking(error: BaseException, mark: bytes) -> Callable[..., Any]:
    """Return a decoder that a marked message breaks."""

    def broken(message: Any, routers: Any) -> Any:
        if mark in message.body:
            raise error
        return decode(message, routers)

    return broken


async def test_poison_is_kept_apart_and_what_is_behind_it_is_delivered(
    start_ingress: StartIngress,
    client: Client,
    worker: Worker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deep = b"[" * 200_000
    deep_envelope = b'{"posted": {"more": ' * 5_000
    monkeypatch.setattr(prepare, "decode", breaking(MemoryError(), b"swallows everything"))
    poison = [deep, deep_envelope, b"\xff\xfe\x00", b'{"posted": "swallows everything"}', b"{" + b"\x00" * 99]
    lines = [line(1), *poison, line(2)]
    events, letters = tmp_path / "events.jsonl", tmp_path / "dead.jsonl"
    await asyncio.to_thread(events.write_bytes, b"\n".join(lines) + b"\n")
    bindings = tmp_path / "bindings.json"
    await asyncio.to_thread(
        bindings.write_text, json.dumps({"parcels": {"path": str(events), "follow": False}})
    )
    async with start_ingress(
        [LINES], INGRESS_BINDINGS_FILE=str(bindings), DEAD_LETTER_FILE=str(letters)
    ) as ingress:
        await ingress.task
        assert ingress.metric("process_dead_letters_total", process="", reason="undecodable") == len(poison)
        await ingress.counted("undecodable", at_least=len(poison), process="")
    received = await client.get_workflow_handle(workflow_id("poisoned")).query("events")
    assert received == ["parcels.Posted.v1 poisoned-1", "parcels.Posted.v1 poisoned-2"]
    kept = [letter async for letter in FileDeadLetters(FileOptions(path=letters)).letters()]
    assert sorted(letter.data for letter in kept) == sorted(poison)
    assert {letter.reason for letter in kept} == {"undecodable"}
    # Its own text may quote the message.
    assert [letter.detail for letter in kept if b"swallows" in letter.data] == [
        "decoding it failed with MemoryError"
    ]
