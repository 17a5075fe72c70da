"""Stand-ins for a process's activities."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, get_type_hints

from google.protobuf.message import Message

from process_runtime.worker import ProcessRegistration

_GENERATED: Final = "perform_"
"""Begins the names of generated activity functions, so that no activity's own name is in their way."""


class StandInActivities:
    """Stands in for every activity of a contract: records the call and answers with an empty response."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Message]] = []
        """Method name and request of every call, in the order they came."""

    def functions(self, registration: ProcessRegistration) -> Sequence[Callable[..., Any]]:
        """Return the activity functions for a worker; none when the contract has no activities."""
        if registration.activity_functions is None:
            return []
        answers = _Answers(self.calls)
        functions = registration.activity_functions(answers)
        answers._responses.update(
            {
                function.__name__.removeprefix(_GENERATED): get_type_hints(function)["return"]
                for function in functions
            }
        )
        return functions


class _Answers:
    """Has every method; apart from the stand-in, whose names an activity may bear as well."""

    def __init__(self, calls: list[tuple[str, Message]]) -> None:
        self._calls = calls
        self._responses: dict[str, type[Message]] = {}

    def __getattr__(self, method: str) -> Callable[[Message], Awaitable[Message]]:
        async def answer(request: Message) -> Message:
            self._calls.append((method, request))
            return self._responses[method]()

        return answer
