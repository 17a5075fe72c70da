"""Publishers: what a stream gets, and what counts as published."""

import errno
import json
import os
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from process_runtime import cloudevents
from process_runtime.activities.publish import open_publishing, publish_activity
from process_runtime.append import append_line
from process_runtime.contract import Stream
from process_runtime.metrics import Metrics
from process_runtime.publishers import STREAMS, Fact, PublishError
from process_runtime.publishers.http import HttpOptions, HttpPublisher
from process_runtime.publishers.jsonl import JsonLinesOptions, JsonLinesPublisher
from process_runtime.testing import RecordedFacts
from process_runtime.workflow.facts import FactDescription
from tests.runtime.facts.dispatch import dispatch_pb2 as pb
from tests.runtime.ingress.http.certificates import Authority

ATTRIBUTES = {
    "id": "0c9cdd06-3c5e-5d0f-9a53-7f0f1b6a4a11",
    "source": "/processes/dispatch",
    "type": "dispatch.ParcelMoved.v1",
    "time": "2026-02-03T04:05:06.789000Z",
    "subject": "dispatch/acme/Straße 1",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
FACT = Fact(attributes=ATTRIBUTES, message=pb.ParcelMoved(place="Bremen\n"))


class Receiver:
    """An HTTP server that keeps what is posted to it."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.taken: list[tuple[dict[str, str], bytes]] = []
        """Those that were answered with success."""
        self.status: int | None = 204
        """None closes the connection without an answer."""
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.status
                receiver.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                if status is not None and status // 100 == 2:
                    receiver.taken.append(receiver.requests[-1])
                if status is not None:
                    self.send_response(status)
                    for name, value in receiver.headers.items():
                        self.send_header(name, value)
                    self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}/facts?token=secret"


@contextmanager
def receiving(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(port, tls)
    thread = Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


def http(url: str, **options: Any) -> HttpPublisher:
    return HttpPublisher(HttpOptions.model_validate({"url": url, **options}))


@pytest.mark.requirement("R039")
async def test_over_http_a_fact_is_a_cloudevent_in_binary_mode() -> None:
    with receiving() as receiver:
        async with http(receiver.url) as publisher:
            await publisher.publish(FACT)
    [(headers, body)] = receiver.requests
    event = cloudevents.read_binary(headers, body)
    assert event.get_attributes().pop("time").isoformat() == "2026-02-03T04:05:06.789000+00:00"
    assert {name: event.get_attributes()[name] for name in ATTRIBUTES if name != "time"} == {
        name: value for name, value in ATTRIBUTES.items() if name != "time"
    }
    assert event.get_datacontenttype() == "application/protobuf"
    assert pb.ParcelMoved.FromString(body) == FACT.message
    assert headers["traceparent"] == ATTRIBUTES["traceparent"]


@pytest.mark.parametrize("status", [None, 200, 201, 302, 400, 503])
async def test_over_http_only_an_answer_of_success_is_published(status: int | None) -> None:
    with receiving() as receiver:
        receiver.status = status
        async with http(receiver.url) as publisher:
            if status in (200, 201):
                await publisher.publish(FACT)
            else:
                with pytest.raises(PublishError) as error:
                    await publisher.publish(FACT)
                assert "secret" not in str(error.value)
    assert len(receiver.requests) == 1


async def test_a_receiver_that_nobody_runs_is_told_without_its_address() -> None:
    with receiving() as receiver:
        pass
    async with http(receiver.url) as publisher:
        with pytest.raises(PublishError, match=r"the receiver cannot be reached \(ConnectError\)"):
            await publisher.publish(FACT)


async def test_the_bearer_token_is_read_anew_for_each_fact(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    with receiving() as receiver:
        async with http(receiver.url, bearer_token_file=str(token)) as publisher:
            await publisher.publish(FACT)
            token.write_text("second")
            await publisher.publish(FACT)
            for gone, problem in ((token.unlink, "cannot be read"), (token.touch, "holds none")):
                gone()
                with pytest.raises(PublishError, match=problem):
                    await publisher.publish(FACT)
    assert [headers["authorization"] for headers, _ in receiver.requests] == ["Bearer first", "Bearer second"]


async def test_a_receiver_may_say_when_it_wants_to_be_asked_again() -> None:
    waits = {
        "7": timedelta(seconds=7),
        "86400": timedelta(minutes=5),
        "99999999999999999999": timedelta(minutes=5),
        "Tue, 01 Jan 2999 00:00:00 GMT": timedelta(minutes=5),
        "Tue, 01 Jan 2019 00:00:00 GMT": None,
        "0": None,
        "soon": None,
        "-1": None,
        "\xb2": None,
    }
    with receiving() as receiver:
        receiver.status = 429
        async with http(receiver.url) as publisher:
            publish = publish_activity({("dispatch", "moves"): publisher}, Metrics())
            for said, wait in waits.items():
                receiver.headers = {"Retry-After": said}
                with pytest.raises(ApplicationError, match="answered 429") as error:
                    await ActivityEnvironment().run(publish, description("moves"), FACT.message)
                assert (said, error.value.next_retry_delay) == (said, wait)
                assert not error.value.non_retryable


async def test_receiver_and_worker_know_each_other_by_certificates(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path, "authority"), Authority(tmp_path, "other")
    certificate, key = authority.certificate("receiver")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    tls.load_verify_locations(authority.file)
    tls.verify_mode = ssl.CERT_REQUIRED
    own, own_key = authority.certificate("worker")
    ours = {"tls_ca_file": str(authority.file), "tls_cert_file": str(own), "tls_key_file": str(own_key)}
    with receiving(tls=tls) as receiver:
        async with http(receiver.url, **ours) as publisher:
            await publisher.publish(FACT)
        for strange in ({}, {"tls_ca_file": str(other.file)}, {"tls_ca_file": str(authority.file)}):
            async with http(receiver.url, **strange) as publisher:
                with pytest.raises(PublishError, match="cannot be reached"):
                    await publisher.publish(FACT)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"tls_cert_file": __file__}, "come together"),
        ({"tls_cert_file": __file__, "tls_key_file": __file__}, "no certificate with its key"),
        ({"tls_ca_file": __file__}, "or no authorities"),
        ({"bearer_token_file": "/no/such/file"}, "Path does not point to a file"),
        ({"timeout": "0s"}, "greater than or equal"),
        ({"url": "http://127.0.0.1/", "tls_ca_file": __file__}, "need a url with https"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        http(options.pop("url", "https://127.0.0.1/"), **options)


@pytest.mark.requirement("R039")
async def test_in_a_file_a_fact_is_a_structured_cloudevent_on_a_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    async with JsonLinesPublisher(JsonLinesOptions(path=path)) as publisher:
        await publisher.publish(FACT)
        await publisher.publish(FACT)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 2
    event = cloudevents.read_structured(lines[0])
    assert event.get_data() == {"place": "Bremen\n"}
    assert event.get_datacontenttype() == "application/json"
    written = json.loads(lines[1])
    assert {name: written[name] for name in ATTRIBUTES} == ATTRIBUTES
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_cannot_be_written_takes_nothing(tmp_path: Path) -> None:
    publisher = JsonLinesPublisher(JsonLinesOptions(path=tmp_path / "missing" / "facts.jsonl"))
    with pytest.raises(PublishError, match="the file cannot be written: No such file or directory"):
        await publisher.publish(FACT)


def test_lines_that_several_writers_append_in_pieces_stay_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "lines", os.write
    monkeypatch.setattr("process_runtime.append.os.write", lambda file, data: write(file, data[:3]))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda letter: append_line(path, letter * 300 + b"\n"), [b"a", b"b", b"c", b"d"] * 5))
    lines = path.read_bytes().splitlines()
    assert sorted(lines) == sorted(letter * 300 for letter in [b"a", b"b", b"c", b"d"] * 5)


def test_a_line_of_which_only_a_part_fits_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "lines", os.write
    append_line(path, b"whole\n")
    room = iter([3, 2])

    def full(file: int, data: bytes) -> int:
        if (left := next(room, None)) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[:left])

    monkeypatch.setattr("process_runtime.append.os.write", full)
    with pytest.raises(OSError, match="No space left"):
        append_line(path, b"half a line\n")
    assert path.read_bytes() == b"whole\n"


def description(stream: str) -> FactDescription:
    return FactDescription(process="dispatch", stream=stream, attributes=ATTRIBUTES)


def counted(registry: CollectorRegistry, outcome: str) -> float | None:
    labels = {"process": "dispatch", "stream": "moves", "outcome": outcome}
    return registry.get_sample_value("process_facts_published_total", labels)


async def test_attempts_are_counted_by_outcome() -> None:
    class Broken(RecordedFacts):
        async def publish(self, fact: Fact) -> None:
            raise RuntimeError("a bug of the publisher")

    metrics, stream = Metrics(), RecordedFacts()
    for publisher in (stream, Broken()):
        publish = publish_activity({("dispatch", "moves"): publisher}, metrics)
        run: Callable[..., Any] = ActivityEnvironment().run
        if publisher is stream:
            await run(publish, description("moves"), FACT.message)
        else:
            with pytest.raises(RuntimeError):
                await run(publish, description("moves"), FACT.message)
    assert stream.facts == [FACT]
    assert (counted(metrics.registry, "published"), counted(metrics.registry, "failed")) == (1, 1)


async def test_a_fact_of_a_stream_that_this_worker_does_not_know_stays_for_another() -> None:
    publish = publish_activity({("other", "moves"): RecordedFacts()}, Metrics())
    with pytest.raises(ApplicationError, match="another version of the contract") as error:
        await ActivityEnvironment().run(publish, description("moves"), FACT.message)
    assert not error.value.non_retryable


async def test_streams_of_one_name_in_two_processes_are_told_apart(tmp_path: Path) -> None:
    """A stream's name is unique in its contract alone."""
    bindings = tmp_path / "publish.json"
    bindings.write_text(
        json.dumps({name: {"path": str(tmp_path / f"{name}.jsonl")} for name in ("one", "two")})
    )
    streams = {(name, "moves"): Stream("moves", "jsonl", name) for name in ("one", "two")}
    async with open_publishing(streams, bindings, Metrics()) as publish:
        for name in streams:
            event = FactDescription(process=name[0], stream="moves", attributes={**ATTRIBUTES, "id": name[0]})
            await ActivityEnvironment().run(publish, event, FACT.message)
    assert [json.loads((tmp_path / f"{name}.jsonl").read_text())["id"] for name in ("one", "two")] == [
        "one",
        "two",
    ]


def test_everything_wrong_with_the_bindings_is_said_at_once_and_without_values(tmp_path: Path) -> None:
    bindings = tmp_path / "publish.json"
    bindings.write_text(
        '{"b": {"url": "secret"}, "c": {"kind": "pigeon"}, "d": {"path": "x", "paht": "secret"}}'
    )
    names = [("a", "jsonl"), ("b", "http"), ("c", "jsonl"), ("d", "jsonl"), ("e", "pigeon")]
    bound, problems = STREAMS.bind([Stream(name, kind, name) for name, kind in names], bindings)
    assert bound == []
    kinds = ", ".join(sorted(STREAMS.installed()))
    installed = (
        f"no publisher of kind pigeon is installed (installed: {kinds}); a binding may name another kind"
    )
    assert problems == [
        "PUBLISH_BINDINGS_FILE: a: there is no such binding (stream a, kind jsonl); write one, with path",
        "PUBLISH_BINDINGS_FILE: b.url: Input should be a valid URL, relative URL without a base",
        f"PUBLISH_BINDINGS_FILE: c: {installed}",
        "PUBLISH_BINDINGS_FILE: d.paht: there is no such option of jsonl (there are kind, path)",
        f"PUBLISH_BINDINGS_FILE: e: there is no such binding (stream e, kind pigeon), and {installed}",
    ]
