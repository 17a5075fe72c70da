"""Encryption of payloads: Temporal, and whoever reads its database, see no business data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.payloads.keys import KeyRing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["ENCRYPTED", "EncryptionCodec"]

ENCRYPTED: Final = b"binary/encrypted"
"""Value of the metadata entry ``encoding``."""

_CIPHER: Final = b"AES-256-GCM"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class EncryptionCodec(PayloadCodec):
    """Encrypts whole payloads, metadata included, with the active key; decrypts with any key of the ring.

    ``data`` is a random nonce of 96 bits, then the ciphertext and its tag. Cipher and key ID stand in the
    metadata and are authenticated. What is not encrypted is passed through, so that encryption can be
    switched on while executions run.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt, unless no key is active."""
        active = self._keys.active()
        if active is None:
            return list(payloads)
        key_id, cipher = active[0].encode(), active[1]
        return [_encrypt(payload, key_id, cipher) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what is encrypted.

        Raises:
            PayloadKeyError: The key is missing or another one, or the payload was altered.
        """
        return [
            self._decrypt(payload) if payload.metadata.get("encoding") == ENCRYPTED else payload
            for payload in payloads
        ]

    def _decrypt(self, payload: Payload) -> Payload:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - installed, since there are keys

        key_id = payload.metadata["encryption-key-id"]
        cipher = self._keys.cipher(key_id.decode(errors="replace"))
        if len(payload.data) < _NONCE_BYTES + _TAG_BYTES:
            raise _altered(key_id)
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            plain = cipher.decrypt(
                nonce, sealed, _authenticated(payload.metadata["encryption-cipher"], key_id)
            )
        except InvalidTag:
            raise _altered(key_id) from None
        return Payload.FromString(plain)


def _encrypt(payload: Payload, key_id: bytes, cipher: AESGCM) -> Payload:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = cipher.encrypt(nonce, payload.SerializeToString(), _authenticated(_CIPHER, key_id))
    return Payload(
        metadata={"encoding": ENCRYPTED, "encryption-cipher": _CIPHER, "encryption-key-id": key_id},
        data=nonce + sealed,
    )


def _authenticated(cipher: bytes, key_id: bytes) -> bytes:
    return b"\0".join((ENCRYPTED, cipher, key_id))


def _altered(key_id: bytes) -> PayloadKeyError:
    return PayloadKeyError(
        f"a payload does not open with the key {key_id.decode(errors='replace')!r}: the key of that ID is "
        "another one here than where it was encrypted, or the payload was altered"
    )
