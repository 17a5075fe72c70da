"""Who we are to NATS: secrets from files, TLS, and what is said when they are wrong."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import nkeys  # type: ignore[import-untyped]
import pytest
from pydantic import ValidationError

from process_runtime.nats_connection import NatsAway, NatsConnection, NatsOptions
from process_runtime.testing.servers import NatsServer
from tests.runtime.ingress.http.certificates import Authority

pytestmark = pytest.mark.xdist_group("nats")


async def connects(server: NatsServer, **options: Any) -> None:
    async with NatsConnection(NatsOptions(servers=[server.url], **options), name="test") as connection:
        await connection.client.flush()


def file(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


async def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    users = "authorization: {users: [{user: ingress, password: hunter2}]}"
    with NatsServer(tmp_path / "nats", configuration=users) as server:
        password = file(tmp_path / "password", "hunter2\n")
        await connects(server, user="ingress", password_file=password)
        password.write_text("hunter3")
        with pytest.raises(NatsAway, match=r"^NATS refuses these credentials$"):
            await connects(server, user="ingress", password_file=password)


async def test_a_seed_or_a_token_comes_from_a_file(tmp_path: Path) -> None:
    seed = nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_USER)
    public = nkeys.from_seed(bytearray(seed)).public_key.decode()
    with NatsServer(
        tmp_path / "a", configuration=f"authorization: {{users: [{{nkey: {public}}}]}}"
    ) as server:
        await connects(server, nkey_seed_file=file(tmp_path / "seed", seed.decode()))
    with NatsServer(tmp_path / "b", configuration="authorization: {token: hunter2}") as server:
        await connects(server, token_file=file(tmp_path / "token", "hunter2\n"))
        with pytest.raises(NatsAway, match="refuses these credentials"):
            await connects(server)


def key_pair(prefix: int, number: int) -> Any:
    return nkeys.from_seed(bytearray(nkeys.encode_seed(bytes([number]) * 32, prefix)))


def token(issuer: Any, subject: Any, kind: str, **claims: Any) -> str:
    """A JWT as `nsc` writes it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    body = {
        "jti": uuid.uuid4().hex,
        "iat": 0,
        "iss": issuer.public_key.decode(),
        "sub": subject.public_key.decode(),
        "name": kind,
        "nats": {"type": kind, "version": 2, **claims},
    }
    head = {"typ": "JWT", "alg": "ed25519-nkey"}
    signed = ".".join(part(json.dumps(tree).encode()) for tree in (head, body))
    return f"{signed}.{part(issuer.sign(signed.encode()))}"


async def test_credentials_come_from_a_file(tmp_path: Path) -> None:
    operator = key_pair(nkeys.PREFIX_BYTE_OPERATOR, 1)
    account = key_pair(nkeys.PREFIX_BYTE_ACCOUNT, 2)
    user = key_pair(nkeys.PREFIX_BYTE_USER, 3)
    limits = dict.fromkeys(("subs", "data", "payload", "conn", "leaf", "imports", "exports"), -1)
    account_token = token(operator, account, "account", limits={**limits, "wildcards": True})
    user_token = token(account, user, "user", subs=-1, data=-1, payload=-1)
    configuration = (
        f"operator: {token(operator, operator, 'operator')}\nresolver: MEMORY\n"
        f"resolver_preload: {{ {account.public_key.decode()}: {account_token} }}"
    )
    credentials = file(
        tmp_path / "user.creds",
        f"-----BEGIN NATS USER JWT-----\n{user_token}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n",
    )
    with NatsServer(tmp_path / "nats", configuration=configuration, with_jetstream=False) as server:
        await connects(server, credentials_file=credentials)
        with pytest.raises(NatsAway, match="refuses these credentials"):
            await connects(server)


@pytest.mark.parametrize("first", [False, True])
async def test_both_sides_show_certificates(tmp_path: Path, first: bool) -> None:
    authority = Authority(tmp_path, "authority")
    certificate, key = authority.certificate("server")
    tls = (
        f'tls: {{cert_file: "{certificate}", key_file: "{key}", ca_file: "{authority.file}", verify: true, '
        f"handshake_first: {str(first).lower()}}}"
    )
    mine, my_key = authority.certificate("ingress")
    server = NatsServer(tmp_path / "nats", configuration=tls)
    if first:  # it greets nobody without TLS
        server.answers = lambda: True  # type: ignore[method-assign]
    with server:
        options = {
            "tls_ca_file": authority.file,
            "tls_cert_file": mine,
            "tls_key_file": my_key,
            "tls_first": first,
        }
        for _ in range(100):
            try:
                await connects(server, **options)
            except NatsAway:
                continue
            break
        await connects(server, **options)
        stranger = Authority(tmp_path, "stranger")
        with pytest.raises(NatsAway, match="TLS with NATS fails"):
            await connects(server, tls_ca_file=stranger.file, tls_first=first)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"servers": "nats://user:hunter2@nats:4222"}, "a URL holds no credentials"),
        ({"servers": "nats:4222"}, "write URLs such as"),
        ({"servers": []}, "at least 1"),
        ({"servers": "nats://x", "user": "me"}, "user and password_file come together"),
        ({"servers": "nats://x", "token_file": __file__, "nkey_seed_file": __file__}, "choose one of"),
        ({"servers": "nats://x", "tls_cert_file": __file__}, "tls_cert_file and tls_key_file come together"),
        ({"servers": "nats://x", "credentials_file": "/nowhere"}, "Path does not point to a file"),
    ],
)
def test_options_that_cannot_work_are_refused_without_a_value(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        NatsOptions(**options)
    assert "hunter2" not in str(caught.value)


def test_several_servers_may_be_written_with_commas() -> None:
    assert NatsOptions(servers="nats://a, nats://b").servers == ["nats://a", "nats://b"]  # type: ignore[arg-type]
