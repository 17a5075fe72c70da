"""Stand-ins for a process's activities: programmable answers, and a record of every call."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_type_hints

from google.protobuf.message import Message
from temporalio import activity

from process_runtime.activities import idempotency_key
from process_runtime.testing.waiting import PATIENCE_SECONDS, eventually
from process_runtime.worker import ProcessRegistration

__all__ = ["Answer", "Call", "CallRecord", "StandIn", "StandInActivities"]

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)

Answer: TypeAlias = ResponseT | BaseException | Callable[[RequestT], ResponseT | Awaitable[ResponseT]]
"""What a call is answered with: a response, an exception to raise, or what works either out."""

_GENERATED: Final = "perform_"
"""Begins the names of generated activity functions, so that no activity's own name is in their way."""


@dataclass(frozen=True, slots=True)
class Call(Generic[RequestT]):
    """One attempt of an activity."""

    activity: str
    """Method of the activity, e.g. ``capture_payment``."""
    request: RequestT
    idempotency_key: str
    """Equal for every attempt of one call. Empty outside a worker."""
    attempt: int
    """From 1."""


class CallRecord:
    """Every attempt of the stand-ins of one test, in the order they came."""

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []
        self.hanging: set[str] = set()
        """Idempotency keys of the calls that hang because a test says so."""


class StandIn(Generic[RequestT, ResponseT]):
    """Stands in for one activity: answers as it is told, and remembers who asked.

    Args:
        method: The activity's method.
        response_type: An empty one is the answer until told otherwise.
        record: Where calls are kept, shared by the stand-ins of one test.
        real: The real activity, which answers until told otherwise.
    """

    def __init__(
        self,
        method: str,
        response_type: type[ResponseT],
        record: CallRecord,
        real: Callable[[RequestT], Awaitable[ResponseT]] | None = None,
    ) -> None:
        self._method = method
        self._record = record
        self._usual: Answer[ResponseT, RequestT] = real or (lambda _: response_type())
        self._answers: list[Answer[ResponseT, RequestT]] = []
        self._open = asyncio.Event()
        self._open.set()

    async def __call__(self, request: RequestT) -> ResponseT:
        """Perform the activity."""
        call = _call(self._method, request)
        self._record.calls.append(call)
        answer = self._usual
        if self._answers:
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not self._open.is_set():
            self._record.hanging.add(call.idempotency_key)
            try:
                await self._open.wait()
            finally:
                self._record.hanging.discard(call.idempotency_key)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Message):
            return answer
        response = answer(request)
        return await response if inspect.isawaitable(response) else response

    def will(self, *answers: Answer[ResponseT, RequestT]) -> None:
        """Answer the next attempts with `answers`, one each; the last stays.

        An exception fails the attempt: the contract's retry options decide whether there is another. Without
        answers, everything is as at first.
        """
        self._answers = list(answers)

    def hold(self) -> None:
        """Let calls hang from now on, until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answer the calls that hang, and let later ones through."""
        self._open.set()

    @property
    def calls(self) -> list[Call[RequestT]]:
        """Every attempt so far, in order."""
        return [call for call in self._record.calls if call.activity == self._method]

    @property
    def requests(self) -> list[RequestT]:
        """The request of each call so far; further attempts of one call are not repeated."""
        return list({call.idempotency_key: call.request for call in self.calls}.values())

    async def called(self, times: int = 1, *, patience: float = PATIENCE_SECONDS) -> list[Call[RequestT]]:
        """Wait until there were so many attempts, and return all.

        Args:
            times: At least so many.
            patience: Longest wait, in seconds.

        Raises:
            AssertionError: There were fewer.
        """
        await eventually(
            lambda: len(self.calls) >= times,
            lambda: f"{self._method} was called {len(self.calls)} times, not {times}",
            patience=patience,
        )
        return self.calls


class StandInActivities:
    """Stands in for every activity of a contract, by name.

    A generated harness has stand-ins of the contract's own types; these are for code that knows a process
    only by its registration.
    """

    def __init__(self) -> None:
        self.record = CallRecord()
        self._stand_ins: dict[str, StandIn[Any, Any]] = {}

    @property
    def calls(self) -> list[tuple[str, Message]]:
        """Method name and request of every attempt, in the order they came."""
        return [(call.activity, call.request) for call in self.record.calls]

    def __getitem__(self, method: str) -> StandIn[Any, Any]:
        """Return the stand-in of an activity's method; known once `functions` was called."""
        return self._stand_ins[method]

    def functions(self, registration: ProcessRegistration) -> Sequence[Callable[..., Any]]:
        """Return the activity functions for a worker; none when the contract has no activities."""
        if registration.activity_functions is None:
            return []
        functions = registration.activity_functions(_Methods(self._stand_ins))
        for function in functions:
            method = function.__name__.removeprefix(_GENERATED)
            response = get_type_hints(function)["return"]
            self._stand_ins[method] = StandIn(method, response, self.record)
        return functions


class _Methods:
    """Has every method; apart from the stand-ins, whose names an activity may bear as well."""

    def __init__(self, stand_ins: dict[str, StandIn[Any, Any]]) -> None:
        self._stand_ins = stand_ins

    def __getattr__(self, method: str) -> Callable[[Message], Awaitable[Message]]:
        async def answer(request: Message) -> Message:
            response: Message = await self._stand_ins[method](request)
            return response

        return answer


def _call(method: str, request: RequestT) -> Call[RequestT]:
    if not activity.in_activity():
        return Call(method, request, "", 1)
    return Call(method, request, idempotency_key(), activity.info().attempt)
