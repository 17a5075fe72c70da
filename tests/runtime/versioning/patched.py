"""One process at three times: before a patch, with it, and after it was deprecated; and what goes wrong.

Each class stands for what people deploy under the same workflow type.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from process_runtime.workflow import Patch, Process
    from tests.runtime.workflow.ledger import contract, ledger_pb2

RESERVE_FIRST = Patch("reserve-first", reason="stock ran out between payment and shipment", since="2026-11")
TYPE = "runtime_tests.PatchedWorkflow"


class Base(Process[ledger_pb2.LedgerEvent, ledger_pb2.LedgerStart, ledger_pb2.LedgerResult, None]):
    """Goes one of two ways, waits, and is at the fork again. The old way sleeps, the new one takes a note."""

    contract = contract.CONTRACT

    def __init__(self) -> None:
        super().__init__()
        self.go = False
        self.again = False

    async def way(self) -> str:
        raise NotImplementedError

    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        first = await self.way()
        await workflow.wait_condition(lambda: self.go or self.again)
        if self.again:
            workflow.continue_as_new(start)
        return ledger_pb2.LedgerResult(applied=[first, await self.way()])

    async def old(self) -> str:
        await workflow.sleep(timedelta(milliseconds=1))
        return "old"

    async def new(self) -> str:
        workflow.upsert_memo({"way": "new"})
        return "new"


class _Before(Base):
    async def way(self) -> str:
        return await self.old()


class _With(Base):
    async def way(self) -> str:
        return await (self.new() if self.patched(RESERVE_FIRST) else self.old())


class _Deprecated(Base):
    async def way(self) -> str:
        self.deprecate_patch(RESERVE_FIRST)
        return await self.new()


class _Removed(Base):
    async def way(self) -> str:
        return await self.new()


class _Confused(Base):
    async def way(self) -> str:
        self.patched(RESERVE_FIRST)
        self.patched(Patch("reserve-first", reason="another change that took the ID"))
        return await self.old()


class _Entry:
    process: type[Base]

    def __init__(self) -> None:
        self._process = self.process()

    async def course(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self._process.run(start)

    @workflow.signal
    def go(self) -> None:
        self._process.go = True

    @workflow.signal
    def again(self) -> None:
        self._process.again = True


@workflow.defn(name=TYPE)
class Before(_Entry):
    process = _Before

    @workflow.run
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self.course(start)


@workflow.defn(name=TYPE)
class With(_Entry):
    process = _With

    @workflow.run
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self.course(start)


@workflow.defn(name=TYPE)
class Deprecated(_Entry):
    process = _Deprecated

    @workflow.run
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self.course(start)


@workflow.defn(name=TYPE)
class Removed(_Entry):
    process = _Removed

    @workflow.run
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self.course(start)


@workflow.defn(name=TYPE)
class Confused(_Entry):
    process = _Confused

    @workflow.run
    async def run(self, start: ledger_pb2.LedgerStart) -> ledger_pb2.LedgerResult:
        return await self.course(start)
