"""What generated tests check of routing: each event gets to its process, and there to its handler."""

# ruff: noqa: S101 - assertions are what these functions are for

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf.message import Message

from process_runtime.contract import Delivery, EventMeta
from process_runtime.ingress import Router
from process_runtime.testing.definition import definition_of
from process_runtime.testing.people import human_class
from process_runtime.testing.samples import sample_envelope
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import Process

__all__ = ["ExpectedRoute", "assert_routing_complete"]


@dataclass(frozen=True, slots=True)
class ExpectedRoute:
    """Where the events of one case of the payload oneof go."""

    event_type: str
    delivery: Delivery
    handler: str | None
    """Method of people's class; None where the event is the start itself."""


def assert_routing_complete(
    router: Router[Any], registration: ProcessRegistration, expected: Mapping[str, ExpectedRoute]
) -> None:
    """Assert that each case of the compiled payload oneof is routed as the contract says, up to its handler.

    Args:
        router: The generated router.
        registration: The generated registration.
        expected: What the contract says of each case.
    """
    oneof = router.envelope_type.DESCRIPTOR.oneofs_by_name[router.payload_oneof]
    cases = {field.name for field in oneof.fields}
    for where, known in (("router", set(router.routes)), ("routing test", set(expected))):
        assert known == cases, (
            f"the {where} of {router.contract.name} and the oneof {oneof.full_name} differ in "
            f"{', '.join(sorted(known ^ cases))}: generate again"
        )
    types = [router.routes[field.name].event_type for field in oneof.fields]
    assert len(set(types)) == len(types), f"two cases of {oneof.full_name} share an event type"
    assert tuple(types) == router.contract.event_types
    for case, wanted in expected.items():
        _assert_routed(router, case, wanted)
    definition = definition_of(registration.workflow)
    human = human_class(router.contract)
    for wanted in expected.values():
        if wanted.handler is None:
            continue
        kind = "update" if wanted.delivery.is_update else "signal"
        known_to_workflow = definition.updates if wanted.delivery.is_update else definition.signals
        assert wanted.event_type in known_to_workflow, (
            f"{definition.name} has no {kind} {wanted.event_type}: generate again"
        )
        method = getattr(human, wanted.handler, None)
        assert callable(method), f"{human.__name__} has no {wanted.handler}"
        assert not getattr(method, "__isabstractmethod__", False), (
            f"{human.__name__} does not implement {wanted.handler}; `processctl scaffold` adds it"
        )
    for case in expected:
        _assert_handled(router, human, case, expected)


def _assert_routed(router: Router[Any], case: str, wanted: ExpectedRoute) -> None:
    envelope = sample_envelope(router, case)
    route, meta = router.route_of(envelope), router.meta_of(envelope)
    assert route is not None, f"{case} has no route"
    assert (route.event_type, route.delivery) == (wanted.event_type, wanted.delivery), (
        f"{case} is routed as {route.event_type} by {route.delivery}, and the contract says "
        f"{wanted.event_type} by {wanted.delivery}"
    )
    assert meta is not None, f"{case} has no metadata"
    assert meta.event_type == wanted.event_type, f"the metadata of {case} say {meta.event_type}"


def _assert_handled(
    router: Router[Any],
    human: type[Process[Any, Any, Any, Any]],
    case: str,
    expected: Mapping[str, ExpectedRoute],
) -> None:
    """Hand a sample to people's class, whose handlers only note that they were called."""
    wanted = expected[case]
    if wanted.handler is None:
        return
    calls: list[tuple[str, Message]] = []
    handlers = [route.handler for route in expected.values() if route.handler is not None]
    recorder: Any = type(human.__name__, (human,), {name: _noting(name, calls) for name in handlers})
    recorder.__abstractmethods__ = frozenset()
    # Not initialised: which handler is called depends on the event alone.
    process: Process[Any, Any, Any, Any] = recorder.__new__(recorder)
    envelope = sample_envelope(router, case)
    meta = router.meta_of(envelope)
    assert meta is not None
    _run(process.handle(envelope, meta))
    called = ", ".join(name for name, _ in calls) or "no handler"
    assert [name for name, _ in calls] == [wanted.handler], f"{case} reaches {called}, not {wanted.handler}"
    assert calls[0][1] == getattr(envelope, case), f"{wanted.handler} is not given the {case} of the envelope"


def _noting(name: str, calls: list[tuple[str, Message]]) -> Callable[..., Coroutine[Any, Any, None]]:
    async def handler(self: object, event: Message, meta: EventMeta) -> None:  # noqa: ARG001 - a handler's
        calls.append((name, event))

    return handler


def _run(handling: Coroutine[Any, Any, Any]) -> None:
    """Run to its end what waits for nothing."""
    try:
        handling.send(None)
    except StopIteration:
        return
    handling.close()
    pytest.fail("`handle` waits for something before it calls a handler", pytrace=False)
