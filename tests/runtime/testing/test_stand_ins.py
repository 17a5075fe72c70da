"""Stand-ins answer as they are told; events are complete without a word."""

import asyncio
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from process_runtime.testing import CallRecord, StandIn
from process_runtime.testing.comparing import comparable
from process_runtime.testing.waiting import eventually
from tests.runtime.testing.ledger import LedgerEvents, LedgerKey
from tests.runtime.workflow.ledger import ledger_pb2
from tests.runtime.workflow.ledger.router import LedgerRouter

Request, Response = ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse


@pytest.fixture
def charge() -> StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]:
    return StandIn("charge", Response, CallRecord())


class TestStandIn:
    async def test_it_answers_empty_until_told_otherwise(
        self, charge: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]
    ) -> None:
        assert await charge(Request()) == Response()

    async def test_answers_come_in_turn_and_the_last_stays(
        self, charge: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]
    ) -> None:
        charge.will(ValueError("no"), lambda request: Response(receipt=request.reference))
        with pytest.raises(ValueError, match="no"):
            await charge(Request(reference="a"))
        assert await charge(Request(reference="b")) == Response(receipt="b")
        assert await charge(Request(reference="c")) == Response(receipt="c")
        charge.will()
        assert await charge(Request(reference="d")) == Response()
        assert [call.request.reference for call in charge.calls] == ["a", "b", "c", "d"]

    async def test_a_real_activity_answers_where_the_test_does_not(self) -> None:
        async def real(request: ledger_pb2.ChargeRequest) -> ledger_pb2.ChargeResponse:
            return Response(receipt=f"real {request.reference}")

        charge = StandIn("charge", Response, CallRecord(), real)
        charge.will(Response(receipt="told"))
        assert await charge(Request(reference="a")) == Response(receipt="told")
        charge.will()
        assert await charge(Request(reference="a")) == Response(receipt="real a")

    async def test_a_held_call_hangs_until_it_is_released(
        self, charge: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]
    ) -> None:
        charge.hold()
        call = asyncio.create_task(charge(Request()))
        await charge.called()
        await asyncio.sleep(0)
        assert not call.done()
        charge.release()
        assert await call == Response()

    async def test_calls_that_never_come_are_counted(
        self, charge: StandIn[ledger_pb2.ChargeRequest, ledger_pb2.ChargeResponse]
    ) -> None:
        await charge(Request())
        with pytest.raises(AssertionError, match="charge was called 1 times, not 2"):
            await charge.called(2, patience=0)


class TestEvents:
    def test_an_event_is_complete_without_a_word(self) -> None:
        one, two = (LedgerEvents().booked(LedgerKey("a"), ledger_pb2.Booked(amount=3)) for _ in range(2))
        assert LedgerRouter().missing(one) == []
        assert (one.meta.account_id, one.meta.schema_version, one.booked.amount) == ("a", 1, 3)
        assert one.meta.idempotency_key != two.meta.idempotency_key
        assert one.meta.aggregate_version == 0

    def test_all_of_it_can_be_said(self) -> None:
        event = LedgerEvents().booked(
            LedgerKey("a"), ledger_pb2.Booked(), idempotency_key="k", schema_version=2, aggregate_version=9
        )
        assert event.meta == ledger_pb2.Meta(
            account_id="a", idempotency_key="k", schema_version=2, aggregate_version=9
        )

    def test_an_empty_payload_is_a_payload(self) -> None:
        assert LedgerEvents().closed(LedgerKey("a")).WhichOneof("payload") == "closed"


class TestComparing:
    def test_names_and_times_of_its_own_are_no_difference_and_all_else_is(self) -> None:
        state = ledger_pb2.LedgerState(applied=["wf-1 did it", "k"], balance=3)
        assert comparable(state, 0, {"wf-1": "id"}) == ledger_pb2.LedgerState(
            applied=["id did it", "k"], balance=3
        )
        assert state.applied[0] == "wf-1 did it"

    @pytest.mark.parametrize(("seconds", "kept"), [(99, True), (100, False), (101, False)])
    def test_times_from_the_beginning_on_are_its_own(self, seconds: int, kept: bool) -> None:
        moment = Timestamp()
        moment.FromDatetime(datetime.fromtimestamp(seconds, UTC))
        assert (comparable(moment, 100, {}) == moment) is kept


async def test_what_never_happens_is_said_in_words() -> None:
    with pytest.raises(AssertionError, match="no luck"):
        await eventually(lambda: False, "no luck", patience=0)
