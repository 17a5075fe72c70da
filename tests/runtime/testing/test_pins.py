"""What a process may never change is compared with what is pinned among people's tests."""

from __future__ import annotations

import dataclasses
import importlib
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from process_runtime.contract import KeyField, ProcessContract
from process_runtime.pins import start_pin, workflow_id_pin
from process_runtime.testing import assert_start_versions_decode, assert_workflow_ids
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow_id import join_workflow_id
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.router import LedgerRouter

WORKFLOW_TYPE = REGISTRATION.contract.workflow_type
IMPLEMENTATION = """
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.workflow import LedgerProcess


class Ledger(LedgerProcess):
    def upgrade_start(self, start):
        return start

    async def run(self, start): ...
    async def on_booked(self, event, meta): ...
    async def on_charged(self, event, meta): ...
    async def on_closed(self, event, meta): ...
    async def on_transfer(self, event, meta): ...
"""


@dataclass(frozen=True)
class Key:
    account_id: str


def workflow_id(key: Key) -> str:
    return join_workflow_id(("ledger/", ""), (key.account_id,))


@dataclass
class Ledger:
    """A ledger whose people's module is in a folder of its own."""

    folder: Path
    contract: ProcessContract

    @property
    def registration(self) -> ProcessRegistration:
        return dataclasses.replace(REGISTRATION, contract=self.contract)

    @property
    def router(self) -> LedgerRouter:
        router = LedgerRouter()
        router.contract = self.contract  # type: ignore[misc]
        return router

    def pin(self, name: str, content: Any) -> None:
        tests = self.folder / "tests"
        tests.mkdir(exist_ok=True)
        (tests / name).write_text(content if isinstance(content, str) else json.dumps(content))

    def pin_ids(self, *samples: tuple[str, str]) -> None:
        pins = [workflow_id_pin({"account_id": account}, None, pinned) for account, pinned in samples]
        self.pin("workflow_ids.json", {"samples": pins})

    def pin_start(self, version: str = "1", **changes: Any) -> None:
        start = start_pin(ledger_pb2.LedgerStart(start_version=1, account_id="a-1", course="undoes"))
        self.pin_contract(start_versions={version: start | changes})

    def pin_contract(self, **changes: Any) -> None:
        pins = {"workflow_type": WORKFLOW_TYPE, "api_version": "1.0", "start_versions": {}}
        self.pin("contract.json", pins | changes)

    def check_ids(self, function: Callable[..., str] = workflow_id, key_type: Any = Key) -> None:
        assert_workflow_ids(self.router, function, key_type)

    def check_starts(self, versions: tuple[int, ...] = (1,)) -> None:
        start = ledger_pb2.LedgerStart(start_version=1)
        assert_start_versions_decode(self.registration, dict.fromkeys(versions, start))


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Ledger:
    monkeypatch.syspath_prepend(tmp_path)
    module = f"pinned_{abs(hash(request.node.name))}_impl"
    (tmp_path / f"{module}.py").write_text(IMPLEMENTATION)
    importlib.invalidate_caches()
    fields = (KeyField("account_id", ("meta", "account_id")),)
    return Ledger(tmp_path, dataclasses.replace(REGISTRATION.contract, impl_module=module, key_fields=fields))


def red(*expected: str) -> Any:
    return pytest.raises(
        (pytest.fail.Exception, AssertionError), match="(?s)" + ".*".join(map(str, expected))
    )


@pytest.mark.requirement("R095")
class TestWorkflowIds:
    def test_ids_as_they_are_pinned_pass(self, ledger: Ledger) -> None:
        ledger.pin_ids(("a", "ledger/a"), ("b/c", "ledger/b%2Fc"))
        ledger.check_ids()

    def test_a_missing_file_fails_with_the_command_that_writes_it(self, ledger: Ledger) -> None:
        with red("workflow_ids.json is missing", "`processctl scaffold`"):
            ledger.check_ids()

    def test_no_samples_are_a_failure(self, ledger: Ledger) -> None:
        ledger.pin_ids()
        with red("no samples"):
            ledger.check_ids()

    def test_an_id_that_drifted_fails_and_says_what_to_do(self, ledger: Ledger) -> None:
        ledger.pin_ids(("a", "ledgers/a"))
        with red("'ledgers/a' and gives 'ledger/a' now", "Take the change back", "processctl scaffold"):
            ledger.check_ids()

    def test_a_key_of_other_fields_fails(self, ledger: Ledger) -> None:
        ledger.pin("workflow_ids.json", {"samples": [{"key": {"account": "a"}, "workflow_id": "ledger/a"}]})
        with red("gave the workflow ID 'ledger/a' and gives \"an error, .*account"):
            ledger.check_ids()

    def test_two_keys_with_one_id_fail(self, ledger: Ledger) -> None:
        ledger.pin_ids(("a", "ledger/a"), ("b", "ledger/a"))
        with red("give one workflow ID"):
            ledger.check_ids(lambda key: "ledger/a")

    def test_an_id_that_changes_from_call_to_call_fails(self, ledger: Ledger) -> None:
        ledger.pin_ids(("a", "ledger/a"))
        ids = iter(["ledger/a", "ledger/b"])
        with red("not a function of the key"):
            ledger.check_ids(lambda key: next(ids))

    def test_an_event_that_is_routed_by_something_else_than_its_key_fails(self, ledger: Ledger) -> None:
        ledger.pin_ids(("a", "ledger/a"))
        fields = (KeyField("account_id", ("meta", "idempotency_key")),)
        ledger.contract = dataclasses.replace(ledger.contract, key_fields=fields)
        with red("booked with the key", "is routed to 'ledger/account_id-1'"):
            ledger.check_ids()


@pytest.mark.requirement("R065")
class TestStartVersions:
    def test_pinned_starts_that_decode_pass(self, ledger: Ledger) -> None:
        ledger.pin_start()
        ledger.check_starts()

    def test_a_missing_file_fails_with_the_command_that_writes_it(self, ledger: Ledger) -> None:
        with red("contract.json is missing", "`processctl scaffold`"):
            ledger.check_starts()

    def test_a_version_that_is_gone_fails(self, ledger: Ledger) -> None:
        ledger.pin_start("2")
        with red("start version 2 is gone", "Take the change back"):
            ledger.check_starts()

    def test_a_version_that_is_not_pinned_fails_with_the_command_that_pins_it(self, ledger: Ledger) -> None:
        ledger.pin_start()
        with red("start version 2 is not pinned: `processctl scaffold`"):
            ledger.check_starts((1, 2))

    def test_a_field_that_is_gone_fails(self, ledger: Ledger) -> None:
        ledger.pin_start(json={"startVersion": 1, "accountId": "a-1", "course": "undoes", "branch": "b"})
        with red("cannot be read any more", "branch"):
            ledger.check_starts()

    def test_a_field_of_another_number_fails(self, ledger: Ledger) -> None:
        # Field 15 is one that the message does not have.
        ledger.pin_start(binary=b64encode(b"\x08\x01\x7a\x03a-1").decode())
        with red("loses something in binary"):
            ledger.check_starts()

    def test_a_field_of_another_type_fails(self, ledger: Ledger) -> None:
        ledger.pin_start(json={"startVersion": "one", "accountId": "a-1", "course": "undoes"})
        with red("cannot be read any more"):
            ledger.check_starts()

    def test_a_message_that_is_gone_fails(self, ledger: Ledger) -> None:
        ledger.pin_start(message="runtime_tests.ledger.v1.NoSuchStart")
        with red("NoSuchStart", "cannot be read any more"):
            ledger.check_starts()

    def test_a_version_that_is_not_upgraded_fails(self, ledger: Ledger) -> None:
        closed = ledger_pb2.Closed()
        ledger.pin_contract(
            start_versions={"1": start_pin(closed), "2": start_pin(ledger_pb2.LedgerStart(start_version=2))}
        )
        versions = {1: closed, 2: ledger_pb2.LedgerStart(start_version=2)}
        with red("leaves start version 1 behind LedgerStart: Closed"):
            assert_start_versions_decode(ledger.registration, versions)

    def test_a_workflow_type_that_changed_fails(self, ledger: Ledger) -> None:
        ledger.pin_contract(workflow_type="runtime_tests.ledger.v0.LedgerWorkflow")
        with red("the workflow type was runtime_tests.ledger.v0", "Take the change back"):
            ledger.check_starts()

    def test_a_version_of_the_contract_that_went_back_fails(self, ledger: Ledger) -> None:
        ledger.pin_contract(api_version="1.1")
        with red("went back from 1.1 to 1.0"):
            ledger.check_starts()

    @pytest.mark.parametrize("content", ["{", "[]", "{}"])
    def test_a_file_that_is_not_as_it_was_written_fails(self, ledger: Ledger, content: str) -> None:
        ledger.pin("contract.json", content)
        with red("contract.json: "):
            ledger.check_starts()
