"""Who may send over HTTP, how much, and how fast: tokens, certificates, rates and sizes."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from process_runtime.config import ListenAddress
from process_runtime.ingress import Subscription
from process_runtime.ingress.adapters.http import HttpOptions, TlsOptions
from process_runtime.ingress.adapters.http.rate import ClientRates
from process_runtime.ingress.bindings import SUBSCRIPTIONS
from process_runtime.testing.servers.running import free_port
from tests.runtime.ingress.http.certificates import Authority
from tests.runtime.ingress.http.recording import RecordingHttp, over_connection, recording_http
from tests.runtime.ingress.rig import eventually

JSON = {"content-type": "application/json"}


async def post(recording: RecordingHttp, content: bytes = b"{}", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await recording.http.post("/events", content=content, headers=JSON | named)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    return body


def problems(tmp_path: Path, **options: Any) -> list[str]:
    """What the start of an ingress says about a binding with `options`."""
    path = tmp_path / "bindings.json"
    path.write_text(json.dumps({"parcels": options}))
    _, found = SUBSCRIPTIONS.bind([Subscription("parcels", "http", "parcels")], path)
    return found


class TestBearerTokens:
    async def test_each_token_of_each_file_opens_and_nothing_else_does(self, tmp_path: Path) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        first.write_text("old-token\n\n  new-token  \n")
        second.write_text("other-token")
        options = HttpOptions(bearer_token_files=(first, second))
        async with recording_http(options) as recording:
            for token in ("old-token", "new-token", "other-token"):
                assert (await post(recording, authorization=f"Bearer {token}")).status_code == 202
            assert (await post(recording, authorization="bearer old-token")).status_code == 202
            for header in (
                "Bearer wrong",
                "Bearer",
                "Basic old-token",
                "old-token",
                "Bearer old-token x",
            ):
                answer = await post(recording, authorization=header)
                assert problem(answer, 401)["type"] == "urn:process:problem:unauthorized"
                assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
                assert "old-token" not in answer.text
            nobody = await post(recording)
            assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
            assert len(recording.messages) == 4
            assert not any("authorization" in message.headers for message in recording.messages)
            assert recording.counted("unauthorized") == 6

    async def test_tokens_are_exchanged_without_a_restart(self, tmp_path: Path) -> None:
        path = tmp_path / "tokens"
        path.write_text("before")
        async with recording_http(HttpOptions(bearer_token_files=(path,))) as recording:
            assert (await post(recording, authorization="Bearer before")).status_code == 202
            replace(path, "before\nafter\n")
            assert (await post(recording, authorization="Bearer after")).status_code == 202
            assert (await post(recording, authorization="Bearer before")).status_code == 202
            replace(path, "after\n")
            assert (await post(recording, authorization="Bearer before")).status_code == 401
            path.unlink()
            assert (await post(recording, authorization="Bearer after")).status_code == 202
            replace(path, "")
            assert (await post(recording, authorization="Bearer after")).status_code == 401

    def test_files_that_cannot_work_are_named_at_the_start(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty"
        empty.write_text("\n \n")
        [missing] = problems(tmp_path, bearer_token_files=[str(tmp_path / "absent")])
        assert "parcels: bearer_token_files: a file cannot be read: No such file or directory" in missing
        [without] = problems(tmp_path, bearer_token_files=[str(empty)])
        assert "there is no token" in without


def replace(path: Path, text: str) -> None:
    """Write another file in the place of `path`, as a mounted secret is exchanged."""
    other = path.with_suffix(".new")
    other.write_text(text)
    os.replace(other, path)


class TestRates:
    def test_a_bucket_fills_as_time_passes(self) -> None:
        now = 0.0
        rates = ClientRates(2.0, 3, clock=lambda: now)
        assert [rates.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
        assert rates.wait("b") == 0
        now = 0.25
        assert rates.wait("a") == 0.25
        now = 0.5
        assert rates.wait("a") == 0
        now = 1000.0
        assert [rates.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]

    def test_clients_without_number_take_no_memory_without_bound(self) -> None:
        rates = ClientRates(1.0, clock=lambda: 0.0)
        for number in range(20_000):
            rates.wait(str(number))
        assert len(rates._buckets) == 10_000
        # Of those that were seen last nothing is forgotten.
        assert rates.wait("19999") == 1.0

    async def test_who_sends_too_much_is_told_when_to_come_again(self) -> None:
        async with recording_http(HttpOptions(rate=0.001, burst=2)) as recording:
            assert [(await post(recording)).status_code for _ in range(2)] == [202, 202]
            answer = await post(recording)
            assert problem(answer, 429)["type"] == "urn:process:problem:rate"
            assert 1 <= int(answer.headers["retry-after"]) <= 1000
            assert len(recording.messages) == 2
            assert recording.counted("rate_limited") == 1

    async def test_one_sender_does_not_use_up_what_another_may_send(self, tmp_path: Path) -> None:
        path = tmp_path / "tokens"
        path.write_text("one\ntwo")
        options = HttpOptions(rate=0.001, burst=1, bearer_token_files=(path,))
        async with recording_http(options) as recording:
            assert (await post(recording, authorization="Bearer wrong")).status_code == 401
            assert (await post(recording, authorization="Bearer guess")).status_code == 429
            for token in ("one", "two"):
                assert (await post(recording, authorization=f"Bearer {token}")).status_code == 202
                assert (await post(recording, authorization=f"Bearer {token}")).status_code == 429

    def test_a_burst_needs_a_rate(self, tmp_path: Path) -> None:
        assert problems(tmp_path, burst=3) == ["INGRESS_BINDINGS_FILE: parcels: burst needs rate"]


class TestSizes:
    async def test_too_large_a_body_is_refused_before_any_of_it_is_read(self) -> None:
        head = b"POST /events HTTP/1.1\r\nHost: test\r\nConnection: close\r\nExpect: 100-continue\r\n"
        async with recording_http(HttpOptions(max_body_bytes=1000)) as recording:
            # Of the body nothing is ever sent.
            answer = await over_connection(recording.port, head + b"Content-Length: 1001\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 413"), answer
            # The body has no end.
            endless = head + b"Transfer-Encoding: chunked\r\n\r\n" + b"3e9\r\n" + b"x" * 1001 + b"\r\n"
            answer = await over_connection(recording.port, endless)
            assert b"HTTP/1.1 413" in answer, answer
            assert recording.counted("too_large") == 2
            assert recording.messages == []

    async def test_bodies_in_flight_have_a_bound_together(self) -> None:
        async with recording_http(HttpOptions(max_buffered_bytes=1000)) as recording:
            recording.answering.clear()
            first = asyncio.create_task(post(recording, b"x" * 600))
            await eventually(lambda: bool(recording.messages))
            answer = await post(recording, b"x" * 600)
            assert "bytes" in problem(answer, 503)["detail"]
            assert int(answer.headers["retry-after"]) >= 1
            recording.answering.set()
            assert (await first).status_code == 202
            assert (await post(recording, b"x" * 600)).status_code == 202

    async def test_a_body_that_does_not_come_holds_nothing_for_ever(self) -> None:
        head = b"POST /events HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n{"
        async with recording_http(HttpOptions(body_timeout=timedelta(milliseconds=50))) as recording:
            answer = await over_connection(recording.port, head)
            assert answer.startswith(b"HTTP/1.1 408"), answer
            assert recording.messages == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=5", 5),
        ("respond-async, wait = 7", 7),
        ("wait=99999", 30),
        ("wait=-1", 30),
        ("await=5", 30),
        ("return=minimal", 30),
        ("wait=0", 0),
    ],
)
async def test_a_sender_may_wait_less_for_a_reply_than_it_could(header: str, seconds: int) -> None:
    async with recording_http() as recording:
        await post(recording, prefer=header)
    assert [patience.reply for patience in recording.patience] == [timedelta(seconds=seconds)]


class TestTls:
    async def test_with_client_certificates_only_their_holders_are_heard(self, tmp_path: Path) -> None:
        authority, stranger = Authority(tmp_path, "authority"), Authority(tmp_path, "stranger")
        certificate, key = authority.certificate("server")
        tls = TlsOptions(certificate_file=certificate, key_file=key, client_ca_file=authority.file)
        address = ListenAddress("127.0.0.1", free_port())
        async with recording_http(HttpOptions(listen=address, tls=tls)) as recording:
            url = f"https://127.0.0.1:{address.port}/events"
            async with httpx.AsyncClient(
                verify=trusting(authority, authority.certificate("client"))
            ) as client:
                assert (await client.post(url, json={}, timeout=60)).status_code == 202
            for context in (trusting(authority), trusting(authority, stranger.certificate("impostor"))):
                async with httpx.AsyncClient(verify=context) as client:
                    with pytest.raises(httpx.TransportError):
                        await client.post(url, json={}, timeout=60)
            with pytest.raises(httpx.TransportError):
                await post_plainly(address.port)
            assert len(recording.messages) == 1
            # The common server has no events then.
            assert (await post(recording)).status_code == 404

    async def test_certificates_of_clients_are_asked_for_only_if_wanted(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path, "authority")
        certificate, key = authority.certificate("server")
        tls = TlsOptions(certificate_file=certificate, key_file=key)
        address = ListenAddress("127.0.0.1", free_port())
        async with recording_http(HttpOptions(listen=address, tls=tls)) as recording:
            async with httpx.AsyncClient(verify=trusting(authority)) as client:
                answer = await client.post(f"https://127.0.0.1:{address.port}/events", json={}, timeout=60)
            assert (answer.status_code, len(recording.messages)) == (202, 1)

    def test_what_cannot_work_is_named_at_the_start(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path, "authority")
        certificate, key = map(str, authority.certificate("server"))
        _, other = map(str, authority.certificate("other"))
        files = {"certificate_file": certificate, "key_file": key}
        [alone] = problems(tmp_path, tls=files)
        assert "tls needs listen" in alone
        for wrong in (
            files | {"key_file": other},
            files | {"certificate_file": str(tmp_path / "absent")},
            files | {"client_ca_file": key},
        ):
            [found] = problems(tmp_path, listen="127.0.0.1:0", tls=wrong)
            assert found.startswith("INGRESS_BINDINGS_FILE: parcels.tls: the files are no certificate")
        assert problems(tmp_path, listen="127.0.0.1:0", tls=files) == []


def trusting(authority: Authority, own: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.file)
    if own is not None:
        context.load_cert_chain(*own)
    return context


async def post_plainly(port: int) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        await client.post(f"http://127.0.0.1:{port}/events", json={})
