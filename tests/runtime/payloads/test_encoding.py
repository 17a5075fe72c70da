"""JSON or binary protobuf: the setting says what is written, and both are read."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter

from process_runtime.converter import data_converter
from process_runtime.payloads.settings import PayloadSettings
from tests.runtime.payloads.vault import Vault, book, close, eventually, new_key, replay, settings, write_keys
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

JSON = settings()
BINARY = settings(payload_encoding="binary")

MESSAGES = st.builds(
    ledger_pb2.LedgerState,
    balance=st.integers(-(2**63), 2**63 - 1),
    applied=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), max_size=12),
    closed=st.booleans(),
)
VALUES = st.one_of(
    MESSAGES,
    st.none(),
    st.binary(max_size=3000),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=3000),
    st.dictionaries(st.text(max_size=5), st.integers(-(2**53), 2**53), max_size=5),
)


@pytest.fixture(scope="module")
def every_setting(tmp_path_factory: pytest.TempPathFactory) -> list[PayloadSettings]:
    """With the same keys and the same store, as one deployment has them."""
    folder = tmp_path_factory.mktemp("payloads")
    keys = write_keys(folder / "keys.json", "a", a=new_key())
    silent = write_keys(folder / "silent.json", None, **_keys_of(keys))
    store = f"file://{folder}"
    return [
        settings(
            payload_encoding=encoding, payload_keys_file=file, payload_store=store, payload_offload_bytes=size
        )
        for encoding in ("json", "binary")
        for file in (keys, silent)
        for size in (None, 1024)
    ]


def _keys_of(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text())["keys"])


@hypothesis_settings(max_examples=60)
@given(values=st.lists(VALUES, min_size=1, max_size=3), pair=st.tuples(st.integers(0, 7), st.integers(0, 7)))
def test_what_any_setting_wrote_every_setting_reads(
    every_setting: list[PayloadSettings], values: list[object], pair: tuple[int, int]
) -> None:
    writer, reader = (data_converter(every_setting[index]) for index in pair)
    hints = [type(value) for value in values]

    async def there_and_back() -> list[object]:
        return await reader.decode(await writer.encode(values), hints)

    assert asyncio.run(there_and_back()) == values


async def test_without_settings_payloads_are_what_temporal_writes_by_default() -> None:
    values = [ledger_pb2.LedgerState(balance=3, applied=["é"]), None, b"\0", {"a": 1}, "text"]
    expected = await DataConverter.default.encode(values)
    assert await data_converter().encode(values) == expected
    assert await data_converter(JSON).encode(values) == expected


def unknown_fields() -> Iterator[Payload]:
    state = ledger_pb2.LedgerState(balance=3, applied=["a"])
    newer = json_format.MessageToDict(state) | {"fieldOfTomorrow": {"x": [1]}}
    name = {"messageType": state.DESCRIPTOR.full_name.encode()}
    yield Payload(metadata={"encoding": b"json/protobuf", **name}, data=json.dumps(newer).encode())
    # Field 99, of wire type 2.
    yield Payload(
        metadata={"encoding": b"binary/protobuf", **name}, data=state.SerializeToString() + b"\x9a\x06\x01x"
    )


@pytest.mark.parametrize("payload", list(unknown_fields()), ids=["json", "binary"])
@pytest.mark.parametrize("reader", [JSON, BINARY], ids=["json-worker", "binary-worker"])
async def test_a_field_of_a_newer_producer_is_tolerated(payload: Payload, reader: PayloadSettings) -> None:
    [state] = await data_converter(reader).decode([payload])
    assert isinstance(state, Message)
    assert (state.balance, list(state.applied)) == (3, ["a"])  # type: ignore[attr-defined]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_execution_goes_on_and_replays_when_its_worker_changes_from_json_to_binary(
    vault: Vault,
) -> None:
    async def has_applied(count: int) -> bool:
        state = await handle.query("state", result_type=ledger_pb2.LedgerState)
        return len(state.applied) == count

    handle = await vault.start(JSON)
    async with vault.worker(JSON):
        await book(handle, "from-json")
        await eventually(lambda: has_applied(1))
    async with vault.worker(BINARY):
        sender = vault.client(BINARY).get_workflow_handle_for(LedgerWorkflow.run, handle.id)
        await book(sender, "from-binary")
        await close(sender)
        result = await handle.result()
    assert list(result.applied) == ["from-json", "from-binary"]
    encodings = {
        payload.metadata["encoding"]
        for event in (await vault.runs(handle))[-1]
        for payload in event.workflow_execution_completed_event_attributes.result.payloads
    }
    assert encodings == {b"binary/protobuf"}
    for reader in (JSON, BINARY):
        await replay(handle, reader)
