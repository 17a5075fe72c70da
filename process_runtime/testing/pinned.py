"""What generated tests compare with the pins among people's tests: workflow IDs and start messages."""

# ruff: noqa: S101 - assertions are what these functions are for

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError, Message
from temporalio.api.common.v1 import Payload

from process_runtime import pins
from process_runtime.contract import ProcessContract, value_at
from process_runtime.converter import data_converter
from process_runtime.ingress import Router
from process_runtime.testing.people import human_class, human_module
from process_runtime.testing.samples import sample_envelope
from process_runtime.worker import ProcessRegistration

__all__ = ["assert_start_versions_decode", "assert_workflow_ids"]

_MEND = (
    "Take the change back; or, when nothing runs any more that was started before it, delete {what}, run "
    "`processctl scaffold`, and commit what it writes"
)


def assert_workflow_ids(
    router: Router[Any], workflow_id: Callable[..., str], key_type: Callable[..., Any] | None = None
) -> None:
    """Assert that keys give the workflow IDs that are pinned, and events those of their keys.

    Args:
        router: The generated router.
        workflow_id: The contract's function. Running executions are found by these IDs alone.
        key_type: The contract's key, if the ID depends on it.
    """
    path, found = _read(router.contract, pins.WORKFLOW_IDS)
    samples = _entry(path, found, "samples", list)
    if not samples:
        pytest.fail(f"{path}: no samples: the test would show nothing. {_mend(path)}", pytrace=False)
    ids: dict[str, str] = {}
    for sample in samples:
        pinned, given = sample["workflow_id"], _given(sample)
        try:
            arguments = [key_type(**sample["key"])] if key_type and "key" in sample else []
            arguments += [sample["idempotency_key"]] if "idempotency_key" in sample else []
            now, again = workflow_id(*arguments), workflow_id(*arguments)
        except (TypeError, AttributeError, ValueError) as error:
            now = again = f"an error, {error}"
        assert now == again, "the workflow ID is not a function of the key"
        if now != pinned:
            pytest.fail(
                f"{router.contract.name}: {given} gave the workflow ID {pinned!r} and gives {now!r} now. "
                "Executions that run under the old ID would not be found, and each key's process started a "
                f"second time. {_mend(path)}",
                pytrace=False,
            )
        other = ids.setdefault(pinned, given)
        assert other == given, f"{other} and {given} give one workflow ID, {pinned!r}"
    for case in router.routes:
        _assert_event_finds_its_process(router, case, workflow_id, key_type, samples[0])


def _assert_event_finds_its_process(
    router: Router[Any],
    case: str,
    workflow_id: Callable[..., str],
    key_type: Callable[..., Any] | None,
    sample: Mapping[str, Any],
) -> None:
    envelope = sample_envelope(router, case)
    meta = router.meta_of(envelope)
    assert meta is not None, f"{case} has no metadata"
    key = {field.name: value_at(envelope, field.path) for field in router.contract.key_fields}
    arguments = [key_type(**key)] if key_type else []
    arguments += [meta.idempotency_key] if "idempotency_key" in sample else []
    wanted, found = workflow_id(*arguments), router.workflow_id(envelope)
    assert found == wanted, f"{case} with the key {key} is routed to {found!r}, not to {wanted!r}"


def _given(sample: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {sample[name]}" for name in ("key", "idempotency_key") if name in sample)


def assert_start_versions_decode(registration: ProcessRegistration, versions: Mapping[int, Message]) -> None:
    """Assert that what executions were started with still starts them.

    Start messages of every version, those that are pinned and those of the contract at hand, decode whole and
    are upgraded to the newest; the workflow type is the pinned one, and the contract's version not lower.

    Args:
        registration: The generated registration.
        versions: A sample of each version of the contract at hand, as it is sent.
    """
    assert versions, "no start versions: the test would show nothing"
    contract = registration.contract
    path, pinned = _read(contract, pins.CONTRACT)
    _assert_contract(contract, path, pinned)
    starts = {int(version): pin for version, pin in _entry(path, pinned, "start_versions", dict).items()}
    for version in sorted(starts.keys() - versions.keys()):
        pytest.fail(
            f"{contract.name}: start version {version} is gone, and executions that were started with it "
            f"could not go on. {_mend(path, f'start version {version}')}",
            pytrace=False,
        )
    for version in sorted(versions.keys() - starts.keys()):
        pytest.fail(
            f"{path}: start version {version} is not pinned: `processctl scaffold` adds it", pytrace=False
        )
    process = human_class(contract)()
    newest = type(process.upgrade_start(versions[max(versions)]))
    for version, message in sorted(versions.items()):
        for start in (*_pinned_start(contract, path, version, starts[version]), _through_converter(message)):
            upgraded = type(process.upgrade_start(start))
            assert upgraded is newest, (
                f"upgrade_start leaves start version {version} behind {newest.__name__}: {upgraded.__name__}"
            )


def _assert_contract(contract: ProcessContract, path: Path, pinned: Mapping[str, Any]) -> None:
    workflow_type = _entry(path, pinned, "workflow_type", str)
    if contract.workflow_type != workflow_type:
        pytest.fail(
            f"{contract.name}: the workflow type was {workflow_type} and is {contract.workflow_type} now: no "
            f"worker would take on the executions that run. {_mend(path)}",
            pytrace=False,
        )
    before, now = _entry(path, pinned, "api_version", str), ".".join(map(str, contract.api_version))
    if contract.api_version < tuple(map(int, before.split("."))):
        pytest.fail(
            f"{contract.name}: api_major, api_minor went back from {before} to {now}; they only rise",
            pytrace=False,
        )


def _pinned_start(
    contract: ProcessContract, path: Path, version: int, pin: Mapping[str, Any]
) -> list[Message]:
    """The pinned message out of either encoding, decoded as a worker does."""
    about = f"{contract.name}: the pinned start message of version {version}"
    mend = _mend(path, f"start version {version}")
    name, text, binary = pin["message"], pin["json"], b64decode(pin["binary"])
    try:
        decoded = [
            _decoded("json/protobuf", name, json.dumps(text).encode()),
            _decoded("binary/protobuf", name, binary),
        ]
        # A worker skips what it does not know; here nothing may be lost.
        whole = ParseDict(text, type(decoded[0])())
    except (ParseError, DecodeError, RuntimeError, ValueError, KeyError) as error:
        pytest.fail(f"{about} ({name}) cannot be read any more: {error}. {mend}", pytrace=False)
    for start, encoding in zip(decoded, ("JSON", "binary"), strict=True):
        if start != whole:
            pytest.fail(
                f"{about} ({name}) loses something in {encoding}: it was {whole} and is {start} now. {mend}",
                pytrace=False,
            )
    return decoded


def _decoded(encoding: str, name: str, data: bytes) -> Message:
    metadata = {"encoding": encoding.encode(), "messageType": name.encode()}
    [message] = data_converter().payload_converter.from_payloads([Payload(metadata=metadata, data=data)])
    assert isinstance(message, Message)
    return message


def _through_converter(message: Message) -> Message:
    converter = data_converter().payload_converter
    [decoded] = converter.from_payloads(converter.to_payloads([message]))
    assert decoded == message, f"{message.DESCRIPTOR.full_name} does not survive its own encoding"
    assert isinstance(decoded, Message)
    return decoded


def _read(contract: ProcessContract, name: str) -> tuple[Path, Mapping[str, Any]]:
    path = human_module(contract).parent / "tests" / name
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pytest.fail(
            f"{path} is missing, and nothing says what has to stay: run `processctl scaffold`, and commit "
            "what it writes",
            pytrace=False,
        )
    except ValueError as error:
        pytest.fail(f"{path}: not JSON: {error}", pytrace=False)
    if not isinstance(found, dict):
        pytest.fail(f"{path}: not a JSON object. {_mend(path)}", pytrace=False)
    return path, found


def _entry(path: Path, found: Mapping[str, Any], name: str, kind: type) -> Any:
    if not isinstance(found.get(name), kind):
        pytest.fail(f"{path}: no {name}: restore it from version control", pytrace=False)
    return found[name]


def _mend(path: Path, entry: str = "") -> str:
    return _MEND.format(what=f"{entry} in {path}" if entry else path)
