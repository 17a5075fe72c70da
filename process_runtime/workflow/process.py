"""The base of what people write: a durable process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar, cast

from google.protobuf.message import Message
from temporalio import workflow

from process_runtime.contract import EventMeta, OutboundFact, ProcessContract
from process_runtime.workflow.activity_stub import ActivityOptions
from process_runtime.workflow.dedupe import DedupeLimits
from process_runtime.workflow.facts import FactOutbox, emit_fact
from process_runtime.workflow.patches import Patch, Patches
from process_runtime.workflow.progress import Progress
from process_runtime.workflow.saga import Saga
from process_runtime.workflow.timers import Step
from process_runtime.workflow.waits import Waits

EnvelopeT = TypeVar("EnvelopeT", bound=Message)
StartT = TypeVar("StartT", bound=Message)
ResultT = TypeVar("ResultT", bound="Message | None")
StateT = TypeVar("StateT", bound="Message | None")


class Process(ABC, Generic[EnvelopeT, StartT, ResultT, StateT]):
    """A process as people write it, on top of a generated subclass.

    :meth:`run` is the process's own course; handlers run one at a time, in the order events arrived, beside
    it. The process ends with ``run()``: events that arrived before are still handled. An exception of
    Temporal's (``ApplicationError``, ``ActivityError``) out of ``run()`` or a handler fails the process; any
    other is taken for a bug, and the step is repeated until a worker with a fix runs.

    An ENTITY process continues as a new run when its history grows long. That happens only while ``run()``
    itself waits in :meth:`until` or :meth:`sleep` and no handler runs, and the new run calls ``run()`` from
    its top with ``state`` and ``phase`` as they were. So ``run()`` decides by ``state`` what is left to do,
    and nothing that must last is kept elsewhere. The wait that was interrupted keeps its time: the wait of
    the same name, or the new run's first one of the same timeout, ends when the interrupted one would have.
    """

    contract: ClassVar[ProcessContract]
    """Set by the generated subclass."""
    state_type: ClassVar[type[Message] | None] = None
    """Set by the generated subclass of a process with state."""
    activity_options: ClassVar[Mapping[str, ActivityOptions]] = MappingProxyType({})
    """The contract's activities by Temporal type, where a new run finds those it may owe as compensations.
    Set by the generated subclass."""

    search_attribute_patches: ClassVar[Mapping[str, Patch]] = MappingProxyType({})
    """The patch with which a search attribute came into the contract, by the attribute's name. Executions
    that began before publish it from their next run on: without a patch their replay would differ."""

    dedupe_limits: ClassVar[DedupeLimits] = DedupeLimits()
    """How long idempotency keys are remembered. Changing it while executions run changes what a replay
    decides: do it as any other change of workflow code."""
    history_limit: ClassVar[int | None] = None
    """History events after which an ENTITY continues as new even if Temporal does not suggest it yet, at
    least 20. None leaves it to Temporal. Changing it while executions run changes what a replay decides."""

    state: StateT
    """The process's whole durable state. Handlers and ``run()`` change it in place."""
    start: StartT
    """What the process was started with, as the newest version. Set before ``run()`` and any handler."""
    saga: Saga
    """What is owed as compensation; add to it by hand what no ``compensated_by`` covers."""

    def __init__(self) -> None:
        self._phase = ""
        self._progress: Progress | None = None
        self.state = cast("StateT", self.state_type() if self.state_type is not None else None)
        self._patches = Patches()
        self.saga = Saga()
        self._waits = Waits()
        self._outbox: FactOutbox | None = None

    @property
    def phase(self) -> str:
        """Where the process stands, for people and dashboards; assign it freely.

        If the contract has a stream ``progress``, each change is published on it, as
        ``process.ProcessProgressed.v1``, in order and without the process waiting.
        """
        return self._phase

    @phase.setter
    def phase(self, phase: str) -> None:
        if self._progress is not None and workflow.unsafe.is_read_only():
            raise RuntimeError("queries and validators change nothing, and so not the phase")
        before, self._phase = self._phase, phase
        if self._progress is not None and phase != before:
            self._progress.moved(before, phase)

    @abstractmethod
    async def run(self, start: StartT) -> ResultT:
        """The course of the process, from its start to its result.

        Called again from its top, with `start` unchanged and ``state`` restored, in every run of an ENTITY.
        """

    async def handle(self, envelope: EnvelopeT, meta: EventMeta) -> Message | None:
        """Call the handler of the payload that `envelope` carries. Generated."""
        raise NotImplementedError(f"{self.contract.name} has no handler for {meta.event_type}")

    def meta_of(self, envelope: EnvelopeT) -> EventMeta | None:  # noqa: ARG002
        """Return the metadata of `envelope`; None when its payload is missing or unknown. Generated."""
        return None

    def validate(self, envelope: EnvelopeT, meta: EventMeta) -> None:
        """Refuse an update by raising, before anything of it is recorded. Generated; accepts by default.

        Must not change the process.
        """

    def upgrade_start(self, start: Message) -> StartT:
        """Turn a start message of any version into the newest. Generated where there are several versions."""
        return cast("StartT", start)

    async def until(
        self,
        condition: Callable[[], bool],
        *,
        timeout: timedelta | None = None,  # noqa: ASYNC109 - durable time, not the event loop's
        deadline: datetime | None = None,
        on_timeout: Callable[[], Awaitable[Any]] | None = None,
        steps: Sequence[Step] = (),
        name: str = "",
    ) -> bool:
        """Wait until `condition` is true.

        Events that arrived in the same workflow task as the end of the wait, or as the moment of a step, go
        first: if they make the condition true or reset the wait, the end or the step does not come. That
        holds as far as their handlers need nothing from outside; one that waits for an activity is too late.

        Args:
            condition: Looks at the process and changes nothing; called often.
            timeout: Longest wait; None waits as long as it takes.
            deadline: When to end at the latest, time-zone aware; the earlier of both counts.
            on_timeout: Called when the time was over first, before this returns.
            steps: What to do on the way: :func:`after` and :func:`before_end`. Each is done at most once, in
                the order of their moments, of one moment as given, those at the end before `on_timeout`.
                Steps whose moment passed while no worker ran, or before the wait began, are done at once. The
                process does not continue as a new run while one runs. A step that raises, or is cancelled,
                ends the wait.
            name: Makes the wait one that the next run recognises by its name alone, and that
                :meth:`reset_timer` finds. Without a name the next run recognises the wait of ``run()`` by
                equal `timeout` and `deadline`.

        Returns:
            True when the condition was met, False when the time was over first.

        Raises:
            ValueError: Another wait has the same name; `deadline` has no time zone; or a step counts from the
                end of a wait that has none.
        """
        if await self._waits.until(condition, timeout, deadline=deadline, steps=steps, name=name):
            return True
        if on_timeout is not None:
            await self._waits.act(on_timeout)
        return False

    async def sleep(self, duration: timedelta) -> None:
        """Wait for `duration` of durable time: it passes while workers are away."""
        await self._waits.until(lambda: False, duration)

    def reset_timer(
        self, name: str, *, timeout: timedelta | None = None, deadline: datetime | None = None
    ) -> bool:
        """Begin the time and the steps of a wait anew, as after a sign of life.

        Steps that were done are done again, but for those whose moment has not moved into the future, such
        as a warning before a deadline that stays.

        Args:
            name: The wait's.
            timeout: A new longest wait from now on, and
            deadline: a new latest end; without both, the wait's own count, the timeout from now on.

        Returns:
            False when nothing waits under that name.
        """
        return self._waits.reset(name, timeout, deadline)

    def timer_ends(self, name: str) -> datetime | None:
        """When the wait of that name is over, UTC; None when there is none or it has no end."""
        return self._waits.ends(name)

    async def emit(self, declared: OutboundFact, fact: Message) -> None:
        """Publish a fact and return once its stream has it; the generated ``emit_`` methods call it.

        Facts are published one at a time, in the order they were emitted. An attempt that fails is repeated
        for as long as it takes, under the same ID, and a cancellation waits for it: a fact is never lost.
        """
        await emit_fact(self._outbox, declared, fact)

    async def compensate(self) -> None:
        """Undo, last in first out, all that is owed, and forget it.

        Owed is what activities with ``compensated_by`` have done so far, and what was added to ``saga``. It
        runs by itself when the process fails or is cancelled; call it where undoing is part of a regular end.
        A cancellation waits until everything is undone.

        Raises:
            temporalio.exceptions.ApplicationError: A compensation failed for good, after the others have run:
                type ``CompensationFailed``, the details naming the compensating activities. Caught or not,
                the process fails with it in the end, unless ``saga.clear()`` says that it was dealt with.
        """
        await self.saga.compensate()

    def patched(self, patch: Patch) -> bool:
        """Whether to take the way that `patch` introduced; the answer stays the same for the whole run.

        An execution that came past here before the patch was deployed keeps the old way until it ends or
        continues as a new run; all others take the new one. The answer is written into the history: ask in
        ``run()`` and handlers, not in a condition. In validators and queries it raises.

        Raises:
            ValueError: Another patch of this process has the same ID.
        """
        return self._patches.patched(patch)

    def deprecate_patch(self, patch: Patch) -> None:
        """Stand where :meth:`patched` was asked, when nothing runs any more that began without `patch`.

        The old way is then deleted, and this call after it, when nothing runs that was started before it.

        Raises:
            ValueError: Another patch of this process has the same ID.
        """
        self._patches.deprecate(patch)

    def now(self) -> datetime:
        """The time of the current step, the same in every replay; time-zone aware, UTC."""
        return workflow.now()
