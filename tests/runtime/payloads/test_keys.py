"""The keys file: what it may hold, and what happens when it changes."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from process_runtime.config import ConfigError
from process_runtime.payloads.encryption import EncryptionCodec
from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.payloads.keys import KeyRing, read_keys
from tests.runtime.payloads.vault import eventually, new_key, write_keys

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"the secret"')
OLD, NEW = new_key(), new_key()


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """One key under two names: only that the name is authenticated tells them apart."""
    return KeyRing(write_keys(tmp_path_factory.mktemp("keys") / "keys.json", "a", a=NEW, twin=NEW))


@pytest.fixture(scope="module")
def sealed(ring: KeyRing) -> Payload:
    return asyncio.run(encrypted(EncryptionCodec(ring)))


async def encrypted(codec: EncryptionCodec) -> Payload:
    [payload] = await codec.encode([PLAIN])
    return payload


async def test_an_encrypted_payload_shows_its_key_and_nothing_else(tmp_path: Path) -> None:
    codec = EncryptionCodec(KeyRing(write_keys(tmp_path / "keys.json", "2026-11", **{"2026-11": NEW})))
    payload = await encrypted(codec)
    assert dict(payload.metadata) == {
        "encoding": b"binary/encrypted",
        "encryption-cipher": b"AES-256-GCM",
        "encryption-key-id": b"2026-11",
    }
    assert b"secret" not in payload.SerializeToString()
    assert b"json/plain" not in payload.SerializeToString()
    assert payload.data != (await encrypted(codec)).data, "the nonce is not fresh"
    assert await codec.decode([payload]) == [PLAIN]


async def test_what_is_not_encrypted_is_passed_through(tmp_path: Path) -> None:
    codec = EncryptionCodec(KeyRing(write_keys(tmp_path / "keys.json", "a", a=NEW)))
    assert await codec.decode([PLAIN]) == [PLAIN]


async def test_after_a_rotation_old_payloads_are_read_and_new_ones_have_the_new_key(tmp_path: Path) -> None:
    path = write_keys(tmp_path / "keys.json", "old", old=OLD)
    codec = EncryptionCodec(KeyRing(path))
    before = await encrypted(codec)
    write_keys(path, "new", old=OLD, new=NEW)

    async def is_rotated() -> bool:
        return (await encrypted(codec)).metadata["encryption-key-id"] == b"new"

    await eventually(is_rotated)
    assert await codec.decode([before, await encrypted(codec)]) == [PLAIN, PLAIN]


async def test_a_key_that_others_use_already_is_found_without_a_restart(tmp_path: Path) -> None:
    path = write_keys(tmp_path / "keys.json", "old", old=OLD)
    codec = EncryptionCodec(KeyRing(path))
    elsewhere = EncryptionCodec(KeyRing(write_keys(tmp_path / "elsewhere.json", "new", new=NEW)))
    payload = await encrypted(elsewhere)
    with pytest.raises(PayloadKeyError, match=r"no key 'new' .*it has old.*mount that key"):
        await codec.decode([payload])
    write_keys(path, "old", old=OLD, new=NEW)
    assert await codec.decode([payload]) == [PLAIN]


async def test_a_key_file_that_is_broken_while_it_is_in_use_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_keys(tmp_path / "keys.json", "old", old=OLD)
    codec = EncryptionCodec(KeyRing(path))
    before = await encrypted(codec)
    path.write_text(json.dumps({"active": "new", "keys": {"old": OLD, "new": NEW[:-6]}}))
    with caplog.at_level(logging.WARNING), pytest.raises(PayloadKeyError):
        await codec.decode(
            [Payload(metadata={**before.metadata, "encryption-key-id": b"new"}, data=before.data)]
        )
    assert "key new: is not the base64 of 32 bytes" in caplog.text
    assert NEW[:-6] not in caplog.text
    assert await codec.decode([before]) == [PLAIN]


async def test_without_an_active_key_nothing_is_encrypted_and_everything_read(tmp_path: Path) -> None:
    path = write_keys(tmp_path / "keys.json", "old", old=OLD)
    before = await encrypted(EncryptionCodec(KeyRing(path)))
    codec = EncryptionCodec(KeyRing(write_keys(tmp_path / "silent.json", None, old=OLD)))
    assert await codec.encode([PLAIN]) == [PLAIN]
    assert await codec.decode([before]) == [PLAIN]


@hypothesis_settings(max_examples=100)
@given(place=st.integers(0), flip=st.integers(1, 255), cut=st.integers(0, 80))
def test_an_altered_payload_is_never_taken_for_another(
    ring: KeyRing, sealed: Payload, place: int, flip: int, cut: int
) -> None:
    codec = EncryptionCodec(ring)
    data = bytearray(sealed.data)
    data[place % len(data)] ^= flip
    altered = [bytes(data), sealed.data[:cut], sealed.data + bytes(1 + cut)]
    for candidate in altered:
        if candidate == sealed.data:
            continue
        with pytest.raises(PayloadKeyError, match="altered"):
            codec._decrypt(Payload(metadata=sealed.metadata, data=candidate))


@pytest.mark.parametrize("name", ["encryption-key-id", "encryption-cipher"])
async def test_altered_metadata_is_detected(name: str, ring: KeyRing, sealed: Payload) -> None:
    codec = EncryptionCodec(ring)
    metadata = {**sealed.metadata, name: b"twin"}
    with pytest.raises(PayloadKeyError, match="altered"):
        await codec.decode([Payload(metadata=metadata, data=sealed.data)])


async def test_another_key_of_the_same_name_is_a_clear_error(tmp_path: Path, sealed: Payload) -> None:
    codec = EncryptionCodec(KeyRing(write_keys(tmp_path / "keys.json", "a", a=OLD)))
    with pytest.raises(PayloadKeyError, match=r"the key 'a': the key of that ID is another one here"):
        await codec.decode([sealed])


def folder(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)
    return path


async def test_a_folder_of_keys_is_read_as_kubernetes_mounts_it(tmp_path: Path) -> None:
    version = folder(tmp_path / "..2026_11_21", active="k2\n", k1=f"{OLD}\n", k2=f"{NEW}\n")
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (mounted / "..data").symlink_to(version)
    for file in version.iterdir():
        (mounted / file.name).symlink_to(mounted / "..data" / file.name)
    ring = KeyRing(mounted)
    active = ring.active()
    assert active is not None
    assert active[0] == "k2"
    # Kubernetes renews a secret by pointing ..data elsewhere.
    renewed = folder(tmp_path / "..2026_11_22", active="k1", k1=OLD, k2=NEW)
    (mounted / "..new").symlink_to(renewed)
    (mounted / "..new").replace(mounted / "..data")

    async def is_renewed() -> bool:
        now = ring.active()
        return now is not None and now[0] == "k1"

    await eventually(is_renewed)


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda path: path / "keys", "cannot be read (No such file or directory)"),
    "no-json": (lambda path: _text(path, NEW), "is not JSON"),
    "other-json": (lambda path: _text(path, f'{{"keys": {{"a": "{NEW}"}}}}'), 'write {"active"'),
    "no-keys": (lambda path: write_keys(path / "keys", None), "holds no key"),
    "unknown-active": (lambda path: write_keys(path / "keys", "b", a=NEW), "the active key is not among"),
    "short": (
        lambda path: write_keys(path / "keys", "a", a=NEW[:22] + "=="),
        "key a: is not the base64 of 32",
    ),
    "no-base64": (
        lambda path: write_keys(path / "keys", "a", a="?" + NEW[1:]),
        "key a: is not the base64 of 32",
    ),
    "bad-id": (lambda path: write_keys(path / "keys", "a b", **{"a b": NEW}), "a key ID is not made of"),
    "no-active-file": (lambda path: folder(path / "keys", a=NEW), "no file `active`"),
    "empty-active": (lambda path: folder(path / "keys", a=NEW, active=""), "the active key is not among"),
}


def _text(path: Path, text: str) -> Path:
    (path / "keys").write_text(text)
    return path / "keys"


@pytest.mark.parametrize("case", BAD)
def test_a_keys_file_that_cannot_work_is_a_configuration_error_without_a_key(
    case: str, tmp_path: Path
) -> None:
    make, text = BAD[case]
    with pytest.raises(ConfigError) as caught:
        KeyRing(make(tmp_path))
    assert text in str(caught.value)
    assert all(problem.startswith("PAYLOAD_KEYS_FILE: ") for problem in caught.value.problems)
    assert NEW[1:20] not in str(caught.value)


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_keys(tmp_path / "keys.json", "a", a=NEW)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(ConfigError, match=r"pip install 'protoc-gen-process\[encryption\]'"):
        read_keys(path)


def test_cryptography_is_loaded_only_where_payloads_are_encrypted() -> None:
    script = (
        "import sys, process_runtime.worker, process_runtime.ingress\n"
        "from process_runtime.converter import data_converter\n"
        "from process_runtime.payloads.settings import PayloadSettings\n"
        "data_converter(PayloadSettings())\n"
        "assert 'temporalio' in sys.modules\n"
        "assert 'cryptography' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
