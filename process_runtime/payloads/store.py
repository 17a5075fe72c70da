"""Large payloads outside the history: it holds a reference, a store the bytes.

The SDK's own external storage does the work; here is a store on a file system, and how others are found.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)

from process_runtime.payloads.errors import PayloadStoreError
from process_runtime.setting_types import ConfigError

__all__ = ["ENTRY_POINTS", "FileStore", "PayloadStoreFactory", "open_store"]

ENTRY_POINTS: Final = "process_runtime.payload_stores"
"""Group of the entry points; the name is the scheme of ``PAYLOAD_STORE``."""

PayloadStoreFactory = Callable[[str], StorageDriver]
"""Makes a store from the whole value of ``PAYLOAD_STORE``; raises `ConfigError` for one it cannot use."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class FileStore(StorageDriver):
    """A folder, on a volume that every worker and client has mounted, with a file named by its SHA-256.

    A file is written whole or not at all, and is never changed; stored again, its time stamp is renewed, so
    that files can be removed by age.
    """

    def __init__(self, folder: Path) -> None:
        """Keep payloads in `folder`.

        Raises:
            ConfigError: There is no such folder.
        """
        if not folder.is_absolute() or not folder.is_dir():
            raise ConfigError(
                ["PAYLOAD_STORE: is not the absolute path of a folder; mount it, e.g. file:///mnt/payloads"]
            )
        self._folder = folder

    def name(self) -> str:
        """Stands in every reference, for good."""
        return "file"

    def type(self) -> str:
        """Stands in the SDK's metrics."""
        return "process_runtime.file"

    async def store(
        self,
        context: StorageDriverStoreContext,  # noqa: ARG002
        payloads: Sequence[Payload],
    ) -> list[StorageDriverClaim]:
        """Write what is not there yet.

        Raises:
            PayloadStoreError: The folder cannot be written.
        """
        return [
            StorageDriverClaim({"sha256": await asyncio.to_thread(self._write, payload.SerializeToString())})
            for payload in payloads
        ]

    async def retrieve(
        self,
        context: StorageDriverRetrieveContext,  # noqa: ARG002
        claims: Sequence[StorageDriverClaim],
    ) -> list[Payload]:
        """Read and verify.

        Raises:
            PayloadStoreError: A file is missing, cannot be read or holds something else.
        """
        return [
            Payload.FromString(await asyncio.to_thread(self._read, claim.claim_data.get("sha256", "")))
            for claim in claims
        ]

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _write(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            with suppress(FileNotFoundError):
                os.utime(path)
                return digest
            path.parent.mkdir(exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    # The history will refer to it: it must be there after a crash of this machine.
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise PayloadStoreError(
                f"a payload cannot be written to PAYLOAD_STORE: {error.strerror}"
            ) from None
        return digest

    def _read(self, digest: str) -> bytes:
        # Whoever can write to Temporal chooses it: no path may hide in it.
        if not _SHA256.fullmatch(digest):
            raise PayloadStoreError("a reference names no SHA-256")
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise PayloadStoreError(
                f"PAYLOAD_STORE has no payload {digest}: another store is mounted here than where it was "
                "written, or it was removed before the history that refers to it"
            ) from None
        except OSError as error:
            raise PayloadStoreError(f"a payload of PAYLOAD_STORE cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise PayloadStoreError(f"the payload {digest} of PAYLOAD_STORE was altered")
        return data


def open_store(url: str) -> StorageDriver:
    """Return the store that `url` names: ``file:///…``, or one of an installed entry point.

    Raises:
        ConfigError: Nothing installed serves that scheme, or the store cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileStore(Path(unquote(parts.path)))
    found = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if parts.scheme not in found:
        installed = ", ".join(f"{name}://" for name in sorted({"file", *found}))
        raise ConfigError([f"PAYLOAD_STORE: no store of that scheme is installed (installed: {installed})"])
    factory: PayloadStoreFactory = found[parts.scheme].load()
    return factory(url)
