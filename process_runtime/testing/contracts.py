"""What generated tests check of a contract without a server."""

# ruff: noqa: S101 - assertions are what these functions are for

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio import workflow

from process_policy import PolicyError, check_paths
from process_runtime.contract import Delivery, ProcessContract
from process_runtime.converter import data_converter
from process_runtime.ingress import Router
from process_runtime.worker import ProcessRegistration
from process_runtime.workflow import Process


def load_registration(package: str) -> ProcessRegistration:
    """Import ``<package>.registration`` and return its ``REGISTRATION``.

    Done inside a test, so that missing human code fails that test rather than the collection of all.
    """
    try:
        registration = importlib.import_module(f"{package}.registration").REGISTRATION
    except ImportError as error:
        pytest.fail(
            f"{package} cannot be imported: {error}. Is the code there that people write? "
            "`processctl scaffold` makes a start",
            pytrace=False,
        )
    if not isinstance(registration, ProcessRegistration):
        pytest.fail(f"{package}.registration.REGISTRATION is no ProcessRegistration", pytrace=False)
    return registration


def human_class(contract: ProcessContract) -> type[Process[Any, Any, Any, Any]]:
    """Return the class that people wrote for this contract."""
    module = importlib.import_module(contract.impl_module)
    found = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Process) and member.__module__ == module.__name__
    ]
    if len(found) > 1:
        # Beside classes that derive from it, or that it derives from, it is the one that the entry names.
        found = [member for member in found if f"{member.__name__}Process" in _names_of_bases(member)]
    if len(found) != 1:
        names = ", ".join(member.__name__ for member in found) or "none"
        pytest.fail(f"{contract.impl_module} is to hold one process class, but has {names}", pytrace=False)
    return found[0]


def _names_of_bases(kind: type) -> set[str]:
    return {base.__name__ for base in kind.__mro__}


def assert_determinism_policy(contract: ProcessContract) -> None:
    """Assert that people's workflow code does nothing that a replay would not repeat."""
    # The module itself is read, not run: code that breaks the policy may not even import.
    spec = importlib.util.find_spec(contract.impl_module)
    if spec is None or spec.origin is None:
        pytest.fail(f"{contract.impl_module} is missing; `processctl scaffold` makes a start", pytrace=False)
    folder = Path(spec.origin).parent
    sources = [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(folder).parts]
    try:
        findings = check_paths(sources)
    except PolicyError as error:
        pytest.fail(str(error), pytrace=False)
    if findings:
        pytest.fail("\n".join(str(finding) for finding in findings), pytrace=False)


def assert_routing_complete(
    router: Router[Any], registration: ProcessRegistration, handlers: Mapping[str, str | None]
) -> None:
    """Assert that every case of the compiled payload oneof has a route, a signal and a handler.

    Args:
        router: The generated router.
        registration: The generated registration.
        handlers: The method of the human class for each case; None where the event is the start message.
    """
    oneof = router.envelope_type.DESCRIPTOR.oneofs_by_name[router.payload_oneof]
    cases = {field.name for field in oneof.fields}
    for where, known in (("router", set(router.routes)), ("handlers", set(handlers))):
        assert known == cases, (
            f"the {where} of {router.contract.name} and the oneof {oneof.full_name} differ in "
            f"{', '.join(sorted(known ^ cases))}: generate again"
        )
    types = [router.routes[field.name].event_type for field in oneof.fields]
    assert tuple(types) == router.contract.event_types
    assert len(set(types)) == len(types), f"two cases of {oneof.full_name} share an event type"

    # Private to the SDK, which has no public way to ask what a workflow class answers to.
    definition = workflow._Definition.must_from_class(registration.workflow)
    human = human_class(router.contract)
    for case, route in router.routes.items():
        if route.delivery is Delivery.START:
            continue
        kind = "update" if route.delivery.is_update else "signal"
        assert route.event_type in (definition.updates if route.delivery.is_update else definition.signals), (
            f"{definition.name} has no {kind} {route.event_type}: generate again"
        )
        method = getattr(human, handlers[case] or "", None)
        assert callable(method), f"{human.__name__} has no {handlers[case]}"
        assert not getattr(method, "__isabstractmethod__", False), (
            f"{human.__name__} does not implement {handlers[case]}; `processctl scaffold` adds it"
        )


def assert_workflow_ids(
    workflow_id: Callable[..., str], samples: Sequence[tuple[tuple[Any, ...], str]]
) -> None:
    """Assert that keys give the workflow IDs they gave when the contract was generated.

    Args:
        workflow_id: The contract's function.
        samples: Arguments and the ID they give. Running executions are found by these IDs alone.
    """
    assert samples, "no sample keys: the test would show nothing"
    for arguments, expected in samples:
        assert workflow_id(*arguments) == expected
        assert workflow_id(*arguments) == expected, "the workflow ID is not a function of the key"
    distinct = {repr(arguments): identifier for arguments, identifier in samples}
    assert len(set(distinct.values())) == len(distinct), "two sample keys give one workflow ID"


def assert_start_versions_decode(registration: ProcessRegistration, versions: Mapping[int, Message]) -> None:
    """Assert that start messages of every version decode and are upgraded to the newest.

    Args:
        registration: The generated registration.
        versions: A sample of each version as it is sent.
    """
    assert versions, "no start versions: the test would show nothing"
    converter = data_converter().payload_converter
    process = human_class(registration.contract)()
    upgraded: dict[int, type] = {}
    for version, message in sorted(versions.items()):
        [decoded] = converter.from_payloads(converter.to_payloads([message]))
        assert decoded == message, f"start version {version} does not survive its own encoding"
        upgraded[version] = type(process.upgrade_start(decoded))
    newest = upgraded[max(upgraded)]
    assert set(upgraded.values()) == {newest}, (
        f"upgrade_start leaves start versions behind {newest.__name__}: "
        f"{', '.join(str(version) for version, kind in upgraded.items() if kind is not newest)}"
    )
