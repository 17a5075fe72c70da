"""The testing library is green for an implementation that works, and red for one that does not."""

import asyncio
import dataclasses
import gzip
import importlib
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from process_runtime.contract import Delivery
from process_runtime.testing import (
    ExpectedRoute,
    StandInActivities,
    assert_an_execution_replays,
    assert_applied_once_over_continue_as_new,
    assert_histories_replay,
    assert_routing_complete,
    assert_same_event_twice_applied_once,
    load_registration,
    sample_envelope,
)
from process_runtime.worker import ProcessRegistration
from tests.runtime.workflow.ledger import contract, ledger_pb2
from tests.runtime.workflow.ledger import workflow as real_entry
from tests.runtime.workflow.ledger import workflow_impl as real_impl
from tests.runtime.workflow.ledger.registration import REGISTRATION
from tests.runtime.workflow.ledger.router import LedgerRouter

ROUTES = {
    case: ExpectedRoute(route.event_type, route.delivery, f"on_{case}")
    for case, route in LedgerRouter.routes.items()
}

ROUTER = LedgerRouter()
PACKAGE = "tests.runtime.workflow.ledger"


class Variants:
    """Ledgers whose human module differs in one place from the committed one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ledger(self, name: str, old: str, new: str) -> ProcessRegistration:
        source = Path(real_impl.__file__ or "").read_text()
        assert old in source
        changed = source.replace(old, new).replace(
            f"from {PACKAGE}.workflow import", f"from {name}_entry import"
        )
        (self._folder / f"{name}_impl.py").write_text(changed)
        entry = Path(real_entry.__file__ or "").read_text()
        (self._folder / f"{name}_entry.py").write_text(
            entry.replace(f"{PACKAGE}.workflow_impl", f"{name}_impl")
        )
        importlib.invalidate_caches()
        return dataclasses.replace(
            REGISTRATION,
            workflow=importlib.import_module(f"{name}_entry").LedgerWorkflow,
            contract=dataclasses.replace(contract.CONTRACT, impl_module=f"{name}_impl"),
        )


@pytest.fixture
def variants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Variants:
    monkeypatch.syspath_prepend(tmp_path)
    return Variants(tmp_path)


def failed(expected: str) -> Any:
    """pytest.fail, or an assertion, with this in its message."""
    return pytest.raises((pytest.fail.Exception, AssertionError), match=expected)


@pytest.mark.asyncio(loop_scope="session")
class TestSameEventTwice:
    @pytest.mark.requirement("R093")
    @pytest.mark.parametrize("case", ["booked", "charged", "closed", "transfer"])
    async def test_a_working_implementation_passes(
        self, temporal_env: WorkflowEnvironment, case: str
    ) -> None:
        await assert_same_event_twice_applied_once(temporal_env, REGISTRATION, ROUTER, case)

    # The execution fails where the update was being handled, which is what the test is about.
    @pytest.mark.filterwarnings("ignore::temporalio.workflow.UnfinishedUpdateHandlersWarning")
    @pytest.mark.requirement("R094")
    @pytest.mark.parametrize("case", ["booked", "transfer"])
    async def test_a_handler_that_is_not_written_fails(
        self, temporal_env: WorkflowEnvironment, variants: Variants, case: str
    ) -> None:
        registration = variants.ledger(
            f"unwritten_{case}",
            f"async def on_{case}(",
            f"async def on_{case}(self, event: object, meta: EventMeta) -> None:\n"
            f"        raise NotImplementedError\n\n    async def old_on_{case}(",
        )
        with failed("NotImplementedError"):
            await assert_same_event_twice_applied_once(temporal_env, registration, ROUTER, case)

    @pytest.mark.requirement("R094")
    async def test_a_run_that_is_not_written_fails(
        self, temporal_env: WorkflowEnvironment, variants: Variants
    ) -> None:
        registration = variants.ledger("unwritten_run", 'self.phase = "OPEN"', "raise NotImplementedError")
        for case in ("booked", "charged", "transfer"):
            with failed("NotImplementedError|no handler"):
                await assert_same_event_twice_applied_once(temporal_env, registration, ROUTER, case)

    async def test_a_process_that_applies_an_event_twice_fails(
        self, temporal_env: WorkflowEnvironment, variants: Variants
    ) -> None:
        registration = variants.ledger(
            "forgetful",
            "    dedupe_limits =",
            "    def meta_of(self, envelope: ledger_pb2.LedgerEvent) -> EventMeta | None:\n"
            "        found = super().meta_of(envelope)\n"
            "        from dataclasses import replace\n"
            "        return found and replace(found, idempotency_key='', aggregate_version=None)\n\n"
            "    dedupe_limits =",
        )
        with failed("booked delivered twice"):
            await assert_same_event_twice_applied_once(temporal_env, registration, ROUTER, "booked")

    async def test_a_module_that_breaks_in_the_sandbox_fails_and_does_not_hang(
        self, temporal_env: WorkflowEnvironment, variants: Variants
    ) -> None:
        registration = variants.ledger(
            "breaks",
            "class Ledger(",
            "if workflow.unsafe.in_sandbox():\n    raise ImportError('broken')\n\n\nclass Ledger(",
        )
        with pytest.raises(RuntimeError, match="Failed validating workflow"):
            await assert_same_event_twice_applied_once(temporal_env, registration, ROUTER, "booked")


@pytest.mark.asyncio(loop_scope="session")
class TestSameEventAfterContinueAsNew:
    @pytest.mark.parametrize("case", ["booked", "closed", "transfer"])
    async def test_a_working_implementation_passes(
        self, temporal_env: WorkflowEnvironment, case: str
    ) -> None:
        await assert_applied_once_over_continue_as_new(temporal_env, REGISTRATION, ROUTER, case)

    async def test_a_process_that_forgets_in_the_next_run_what_it_has_applied_fails(
        self, temporal_env: WorkflowEnvironment, variants: Variants
    ) -> None:
        registration = variants.ledger(
            "absent_minded",
            "    dedupe_limits =",
            "    def meta_of(self, envelope: ledger_pb2.LedgerEvent) -> EventMeta | None:\n"
            "        found = super().meta_of(envelope)\n"
            "        from dataclasses import replace\n"
            "        run = workflow.info().run_id\n"
            "        return found and replace(found, idempotency_key=run, aggregate_version=None)\n\n"
            "    dedupe_limits =",
        )
        await assert_same_event_twice_applied_once(temporal_env, registration, ROUTER, "booked")
        with failed("booked again, after Continue-As-New"):
            await assert_applied_once_over_continue_as_new(temporal_env, registration, ROUTER, "booked")

    async def test_a_process_that_never_lets_a_new_run_begin_fails(
        self, temporal_env: WorkflowEnvironment, variants: Variants
    ) -> None:
        registration = variants.ledger(
            "clinging",
            "            case _:\n                await self.until(",
            "            case _:\n                await workflow.wait_condition(",
        )
        with failed(r"does not continue as new after booked.*self\.until\(\)"):
            await assert_applied_once_over_continue_as_new(temporal_env, registration, ROUTER, "booked")


@pytest.mark.asyncio(loop_scope="session")
class TestReplay:
    async def test_no_history_is_a_failure_until_one_is_kept(
        self,
        temporal_env: WorkflowEnvironment,
        variants: Variants,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        registration = variants.ledger("kept", "history_limit = 40", "history_limit = 41")
        with failed(r"tests/histories: no history.*processctl replay download --process ledger.*RECORD"):
            await assert_histories_replay(registration)
        await assert_an_execution_replays(temporal_env, registration, ROUTER)
        with failed("no history"):
            await assert_histories_replay(registration)
        monkeypatch.setenv("RECORD_HISTORIES", "1")
        await assert_an_execution_replays(temporal_env, registration, ROUTER)
        await assert_histories_replay(registration)
        kept = kept_history(tmp_path)
        first = kept.read_bytes()
        await assert_an_execution_replays(temporal_env, registration, ROUTER)
        assert kept.read_bytes() == first, "what is kept is not written again"

    async def test_a_file_that_is_no_history_fails_and_is_named(
        self, variants: Variants, tmp_path: Path
    ) -> None:
        registration = variants.ledger("no_history", "history_limit = 40", "history_limit = 41")
        write_history(tmp_path, "{}", packed=False)
        with failed(r"order\.json: no history"):
            await assert_histories_replay(registration)

    @pytest.mark.requirement("R002")
    @pytest.mark.parametrize("packed", [False, True])
    async def test_a_committed_history_that_the_code_no_longer_repeats_fails(
        self,
        temporal_env: WorkflowEnvironment,
        variants: Variants,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        packed: bool,
    ) -> None:
        monkeypatch.setenv("RECORD_HISTORIES", "1")
        first = variants.ledger(f"first_{packed}", "history_limit = 40", "history_limit = 41")
        router = LedgerRouter()
        router.routes = {"charged": LedgerRouter.routes["charged"]}  # type: ignore[misc]
        await assert_an_execution_replays(temporal_env, first, router)
        kept = kept_history(tmp_path)
        recorded = gzip.decompress(kept.read_bytes()).decode()
        kept.unlink()
        write_history(tmp_path, recorded, packed=packed)
        same = variants.ledger(f"same_{packed}", "history_limit = 40", "history_limit = 41")
        await assert_histories_replay(same)
        changed = variants.ledger(
            f"changed_{packed}", "await self.activities.charge(", "await self.sleep(timedelta(1)) or print("
        )
        with failed(
            r"do not go on with this code:\norder.json(.gz)?: the replay differs at event \d+ Activity"
        ):
            await assert_histories_replay(changed)


def kept_history(folder: Path) -> Path:
    [kept] = folder.rglob("*.json.gz")
    return kept


def write_history(folder: Path, history: str, *, packed: bool) -> None:
    histories = folder / "tests" / "histories"
    histories.mkdir(parents=True, exist_ok=True)
    if packed:
        (histories / "order.json.gz").write_bytes(gzip.compress(history.encode()))
    else:
        (histories / "order.json").write_text(history)


class TestSamples:
    def test_samples_are_different_events_for_one_process(self) -> None:
        one, two = sample_envelope(ROUTER, "booked"), sample_envelope(ROUTER, "booked", 2)
        assert one.meta.idempotency_key != two.meta.idempotency_key
        assert one.meta.aggregate_version < two.meta.aggregate_version
        two.meta.idempotency_key = one.meta.idempotency_key
        two.meta.aggregate_version = one.meta.aggregate_version
        assert one == two
        assert one == sample_envelope(ROUTER, "booked")

    def test_a_sample_fills_every_field(self) -> None:
        envelope = sample_envelope(ROUTER, "booked")
        assert envelope.meta.account_id == "account_id-1"
        assert (envelope.meta.schema_version, envelope.booked.amount) == (1, 1)

    def test_a_case_that_the_contract_does_not_have_is_refused(self) -> None:
        with pytest.raises(ValueError, match="has no case 'bookked'"):
            sample_envelope(ROUTER, "bookked")


class TestContractChecks:
    def test_a_complete_routing_passes(self) -> None:
        assert_routing_complete(ROUTER, REGISTRATION, ROUTES)

    @pytest.mark.requirement("R067")
    def test_a_case_added_without_generating_again_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        routes = {case: route for case, route in LedgerRouter.routes.items() if case != "transfer"}
        monkeypatch.setattr(LedgerRouter, "routes", routes)
        with failed("differ in transfer: generate again"):
            assert_routing_complete(ROUTER, REGISTRATION, ROUTES)

    def test_an_event_that_is_delivered_otherwise_than_the_contract_says_fails(self) -> None:
        other = dataclasses.replace(ROUTES["booked"], delivery=Delivery.SIGNAL)
        with failed("booked is routed as ledger.Booked.v1 by SIGNAL_WITH_START, and the contract says"):
            assert_routing_complete(ROUTER, REGISTRATION, {**ROUTES, "booked": other})

    def test_an_event_that_reaches_another_handler_fails(self, variants: Variants) -> None:
        registration = variants.ledger(
            "mixed_up",
            "    dedupe_limits =",
            "    async def handle(self, envelope: ledger_pb2.LedgerEvent, meta: EventMeta) -> None:\n"
            "        await self.on_closed(envelope.closed, meta)\n\n"
            "    dedupe_limits =",
        )
        router = LedgerRouter()
        router.contract = registration.contract  # type: ignore[misc]
        with failed("booked reaches on_closed, not on_booked"):
            assert_routing_complete(router, registration, ROUTES)

    def test_an_event_whose_handler_gets_another_payload_fails(self, variants: Variants) -> None:
        registration = variants.ledger(
            "other_payload",
            "    dedupe_limits =",
            "    async def handle(self, envelope: ledger_pb2.LedgerEvent, meta: EventMeta) -> None:\n"
            "        handler = getattr(self, f\"on_{envelope.WhichOneof('payload')}\")\n"
            "        await handler(ledger_pb2.Booked(amount=2), meta)\n\n"
            "    dedupe_limits =",
        )
        router = LedgerRouter()
        router.contract = registration.contract  # type: ignore[misc]
        with failed("on_booked is not given the booked of the envelope"):
            assert_routing_complete(router, registration, ROUTES)

    def test_a_handler_that_is_missing_fails(self) -> None:
        other = dataclasses.replace(ROUTES["booked"], handler="on_settled")
        with failed("has no on_settled"):
            assert_routing_complete(ROUTER, REGISTRATION, {**ROUTES, "booked": other})

    def test_a_handler_that_is_still_abstract_fails(self, variants: Variants) -> None:
        registration = variants.ledger("abstract", "async def on_booked", "async def somewhere_else")
        router = LedgerRouter()
        router.contract = registration.contract  # type: ignore[misc]
        with failed("does not implement on_booked"):
            assert_routing_complete(router, registration, ROUTES)

    def test_a_package_whose_human_code_is_missing_fails_with_what_to_do(self) -> None:
        with failed("processctl scaffold"):
            load_registration("no_such_package")
        assert load_registration(PACKAGE) is REGISTRATION


def test_stand_ins_answer_every_activity_and_record_it() -> None:
    stand_ins = StandInActivities()
    charge, refund = stand_ins.functions(REGISTRATION)
    request = ledger_pb2.ChargeRequest(reference="a")
    assert asyncio.run(charge(request)) == ledger_pb2.ChargeResponse()
    assert asyncio.run(refund(request)) == ledger_pb2.ChargeResponse()
    assert stand_ins.calls == [("charge", request), ("refund", request)]
