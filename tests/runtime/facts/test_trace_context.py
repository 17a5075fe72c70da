"""From a message through ingress, Temporal and the process into a fact: one trace."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from process_runtime.ingress.decode import decode
from process_runtime.ingress.events import RawMessage
from process_runtime.ingress.trace import fill_trace
from process_runtime.tracing import TraceContext, trace_context
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.facts.dispatch.contract import scanned
from tests.runtime.facts.dispatch.router import DispatchRouter
from tests.runtime.ingress.child import Child
from tests.runtime.ingress.dev_server import DevServer

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
MODULE = "tests.runtime.facts.dispatch"


@pytest.fixture(scope="module")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    server = DevServer(tmp_path_factory.mktemp("temporal"))
    server.start()
    try:
        yield server
    finally:
        server.kill()


def body(key: str = "scan-1", **meta: str) -> bytes:
    return json_format.MessageToJson(scanned(key, "Bremen", **meta)).encode()


@pytest.mark.requirement("R039", "R040")
def test_a_trace_goes_from_the_headers_of_a_message_into_the_published_fact(
    temporal: DevServer, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.jsonl"
    bindings = tmp_path / "publish.toml"
    bindings.write_text(f"[moves-binding]\npath = '{facts}'\n[arrivals-binding]\npath = '{facts}'\n")
    environment = {"TEMPORAL_ADDRESS": temporal.address, "PUBLISH_BINDINGS_FILE": str(bindings)}
    with Child(tmp_path / "log", MODULE, environment=environment) as program:
        program.until("/readyz", 200)
        headers = {"content-type": "application/json", "traceparent": TRACE, "tracestate": "vendor=1"}
        httpx.post(f"{program.url()}/events", content=body(), headers=headers, timeout=60).raise_for_status()
        program.until_metric("process_facts_published_total", 'outcome="published"', 1)
        labels = 'outcome="published",process="dispatch",stream="moves"'
        assert program.metric("process_facts_published_total", labels) == 1
    [line] = facts.read_text().splitlines()
    fact = json.loads(line)
    assert (fact["traceparent"], fact["tracestate"], fact["causationid"]) == (TRACE, "vendor=1", "scan-1")
    assert fact["data"] == {"place": "Bremen"}


def test_a_worker_with_unbound_streams_names_them_all_and_does_not_start(tmp_path: Path) -> None:
    with Child(tmp_path / "log", MODULE, environment={"TEMPORAL_ADDRESS": "127.0.0.1:1"}) as program:
        assert program.exit_code() == 2
        assert program.text().splitlines()[1:] == [
            f"  PUBLISH_BINDINGS_FILE: {name}-binding: there is no such binding (stream {name}, kind jsonl); "
            "write one, with path"
            for name in ("moves", "arrivals")
        ]


def received(content: bytes, **headers: str) -> TraceContext:
    """The trace of the envelope that comes out of a message."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    content_type = headers.pop("content-type", "application/json")
    message = RawMessage(
        subscription="s", adapter="a", position="1", body=content, content_type=content_type, headers=headers
    )
    decoded = decode(message, [DispatchRouter()])
    fill_trace(decoded)
    assert isinstance(decoded.envelope, pb.DispatchEvent)
    return TraceContext(decoded.envelope.meta.traceparent, decoded.envelope.meta.tracestate)


@pytest.mark.requirement("R040")
class TestIngress:
    def test_headers_fill_what_the_producer_left_empty(self) -> None:
        assert received(body(), traceparent=TRACE, tracestate="a=b") == TraceContext(TRACE, "a=b")

    def test_what_the_producer_wrote_stays(self) -> None:
        content = body(traceparent=OTHER)
        assert received(content, traceparent=TRACE, tracestate="a=b") == TraceContext(OTHER, "")

    def test_attributes_of_the_event_come_before_headers_of_the_hop(self) -> None:
        event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "dispatch.Scanned.v1"}
        event |= {"traceparent": OTHER, "data": json.loads(body())}
        structured = "application/cloudevents+json"
        content = json.dumps(event).encode()
        assert received(content, content_type=structured, traceparent=TRACE).traceparent == OTHER
        event["traceparent"] = "nonsense"
        content = json.dumps(event).encode()
        assert received(content, content_type=structured, traceparent=TRACE).traceparent == TRACE

    def test_binary_mode_carries_them_as_headers_of_the_event(self) -> None:
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": "1",
            "ce_source": "/s",
            "ce_type": "dispatch.Scanned.v1",
        }
        found = received(body(), **attributes, ce_traceparent=OTHER, ce_tracestate="a=b", traceparent=TRACE)
        assert found == TraceContext(OTHER, "a=b")

    def test_an_invalid_context_is_no_context(self) -> None:
        assert received(body(), traceparent=TRACE.upper(), tracestate="a=b") == TraceContext("", "")

    def test_a_contract_without_the_fields_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DispatchRouter, "traceparent_field", "")
        assert received(body(), traceparent=TRACE) == TraceContext("", "")


@pytest.mark.parametrize(
    ("traceparent", "valid"),
    [
        (TRACE, True),
        ("cc" + TRACE[2:] + "-of-a-later-version", True),
        (TRACE + "-more", False),
        ("ff" + TRACE[2:], False),
        (TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32), False),
        (TRACE.replace("00f067aa0ba902b7", "0" * 16), False),
        (TRACE + "\n", False),
        (TRACE[:-1], False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_which_traceparents_are_valid(traceparent: object, valid: bool) -> None:
    assert (trace_context(traceparent) is not None) is valid


@given(st.text() | st.from_regex(r"\A[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z"), st.text())
def test_whatever_comes_only_printable_ascii_goes_on(traceparent: str, tracestate: str) -> None:
    context = trace_context(traceparent, tracestate)
    if context is not None:
        assert context.traceparent == traceparent
        assert all(" " <= character <= "~" or character == "\t" for character in "".join(context))
