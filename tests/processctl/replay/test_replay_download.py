"""Histories of a server come into the repo without what is sensitive, and replay there."""

from __future__ import annotations

import gzip
import json
import shutil
from base64 import b64decode
from pathlib import Path

import pytest
from temporalio.client import Client

from process_runtime.testing import eventually
from tests.e2e.folders import copied_example
from tests.processctl.replay.orders import HISTORIES, WORKFLOW_TYPE, Orders

PROTO = "proto/example/processes/order/v1/order_fulfillment_process.proto"
MARKED = {
    "string order_id = 2 [(process.v1.markers) = {workflow_key: true}];": (
        "string order_id = 2 [(process.v1.markers) = {workflow_key: true, sensitive: true}];"
    ),
    "  string payment_id = 2;\n": "  string payment_id = 2 [debug_redact = true];\n",
}
KEYS = '{"active": "1", "keys": {"1": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}}'


def contents(histories: Path) -> dict[str, str]:
    """Each file, with its payloads in plain text."""
    found = {}
    for path in histories.glob("*.json.gz"):
        events = json.loads(gzip.decompress(path.read_bytes()))
        texts: list[str] = []

        def collect(value: object, texts: list[str] = texts) -> None:
            if isinstance(value, dict):
                for name, held in value.items():
                    texts.append(b64decode(held).decode(errors="replace") if name == "data" else name)
                    collect(held)
            elif isinstance(value, list):
                for held in value:
                    collect(held)
            else:
                texts.append(str(value))

        collect(events)
        found[path.name] = "\n".join(texts)
    return found


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_downloaded_holds_nothing_sensitive_and_replays(
    empty_namespace: Client, tmp_path: Path
) -> None:
    orders = Orders(copied_example("order_fulfillment", tmp_path / "orders"), empty_namespace)
    proto, histories = orders.repo.path / PROTO, orders.repo.path / HISTORIES
    shutil.rmtree(histories)
    text = proto.read_text()
    for old, new in MARKED.items():
        assert old in text
        text = text.replace(old, new)
    proto.write_text(text)
    orders.repo.run("processctl", "generate", "--no-scaffold")
    keys = tmp_path / "keys.json"
    keys.write_text(KEYS)
    keys.chmod(0o600)

    async with orders.worker(PAYLOAD_KEYS_FILE=str(keys)):
        await orders.place("A-secret")
        await orders.pay("A-secret", "P-secret")
        await orders.waits_after("A-secret", effects=2)
    query = f"WorkflowId = '{orders.handle('A-secret').id}'"

    async def is_visible() -> bool:
        return (await orders.client.count_workflows(query)).count == 1

    await eventually(is_visible)

    refused = orders.processctl("replay", "download", "--query", query, code=1)
    assert "PAYLOAD_KEYS_FILE is not set" in refused
    assert "--keep-undecoded" in refused
    assert not histories.exists()

    said = orders.processctl("replay", "download", PAYLOAD_KEYS_FILE=str(keys))
    [(name, content)] = contents(histories).items()
    assert name in said
    assert name.startswith(WORKFLOW_TYPE.replace(".", "_"))
    assert "secret" not in content
    assert "proc/order-fulfillment/acme/redacted1" in content
    assert '"paymentId": "redacted' in content

    # Without the keys, as CI has none.
    assert "1 history, all replay" in orders.processctl("replay")

    again = orders.processctl("replay", "download", PAYLOAD_KEYS_FILE=str(keys))
    assert "there already" in again
    assert contents(histories) == {name: content}
