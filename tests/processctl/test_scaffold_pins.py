"""What a contract may never change is pinned by scaffold: once, and from then on only added to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from processctl.errors import ProjectError
from processctl.scaffold.pins import with_contract_pins, workflow_id_pins
from protoc_gen_process.model import Process
from protoc_gen_process.parse import parse_request
from tests.golden import cases

PATH = Path("processes/one/tests/contract.json")


def process_of(case: str) -> Process:
    generation = parse_request(cases.committed_request(case)).generation
    assert generation is not None
    return generation.groups[0].processes[0]


def pinned(case: str, before: bytes | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    content, added = with_contract_pins(PATH, before, process_of(case), cases.committed_request(case))
    loaded: dict[str, Any] = json.loads(content)
    return loaded, added


@pytest.mark.parametrize("case", cases.NAMES)
def test_each_contract_can_be_pinned(case: str) -> None:
    assert json.loads(workflow_id_pins(process_of(case)))["samples"]
    pins, added = pinned(case)
    versions = [str(version.version) for version in process_of(case).start.versions]
    assert list(pins["start_versions"]) == versions
    assert added == tuple(f"start version {version}" for version in versions)


def test_a_start_message_is_pinned_with_every_field_in_both_encodings() -> None:
    [version] = pinned("order_fulfillment")[0]["start_versions"].values()
    assert version["message"] == "example.processes.order.v1.OrderFulfillmentStartV1"
    assert version["json"]["key"] == {"tenantId": "tenant_id-1", "orderId": "order_id-1"}
    assert version["binary"]


def test_a_version_inside_a_wrapper_is_pinned_as_it_is_sent() -> None:
    pins = pinned("onboarding")[0]["start_versions"]
    assert [set(pin["json"]) for pin in pins.values()] == [{"v1"}, {"v2"}]


def test_what_is_pinned_stays_and_a_new_version_is_added() -> None:
    pins, _ = pinned("claim_handling")
    first = next(iter(pins["start_versions"]))
    older = {"workflow_type": "older", "api_version": "0.9", "start_versions": {first: {"kept": True}}}
    after, added = pinned("claim_handling", json.dumps(older).encode())
    assert (after["workflow_type"], after["api_version"]) == ("older", "0.9")
    assert after["start_versions"][first] == {"kept": True}
    assert len(after["start_versions"]) == len(pins["start_versions"]) == len(added) + 1


def test_a_file_with_every_version_is_left_alone_byte_for_byte() -> None:
    before = json.dumps(pinned("order_fulfillment")[0], indent=7).encode()
    process, request = process_of("order_fulfillment"), cases.committed_request("order_fulfillment")
    assert with_contract_pins(PATH, before, process, request) == (before, ())


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"start_versions": 1}'])
def test_a_file_that_is_not_as_it_was_written_is_refused(content: bytes) -> None:
    with pytest.raises(ProjectError, match=r"contract\.json: "):
        pinned("order_fulfillment", content)
