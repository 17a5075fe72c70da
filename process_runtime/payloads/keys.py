"""Keys by mounted file: several that decrypt, at most one that encrypts, read again when the file changes."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from process_runtime.payloads.errors import PayloadKeyError
from process_runtime.setting_types import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["KeyRing", "Keys", "read_keys"]

logger = logging.getLogger(__name__)

_KEY_BYTES: Final = 32
_KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ACTIVE: Final = "active"
_LARGEST_FILE: Final = 1_000_000
# A look at the file's time stamp costs about what an encryption does.
_CHECK_SECONDS: Final = 1.0

_Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Keys:
    """What a keys file says."""

    ciphers: Mapping[str, AESGCM]
    """By key ID. Old keys decrypt."""
    active: str | None
    """The one that encrypts; None leaves new payloads plain."""


class KeyRing:
    """The keys of a file or folder, as they are now.

    A change that cannot be read, a file half written for instance, leaves the keys that were there, and a
    warning in the log.
    """

    def __init__(self, path: Path) -> None:
        """Read `path`.

        Raises:
            ConfigError: There is no usable key file.
        """
        self._path = path
        self._signature = _signature(path)
        self._keys = read_keys(path)
        self._checked = time.monotonic()

    def active(self) -> tuple[str, AESGCM] | None:
        """The key that encrypts, with its ID."""
        if time.monotonic() - self._checked >= _CHECK_SECONDS:
            self._refresh()
        keys = self._keys
        return None if keys.active is None else (keys.active, keys.ciphers[keys.active])

    def cipher(self, key_id: str) -> AESGCM:
        """The key of this ID.

        Raises:
            PayloadKeyError: It is not in the file.
        """
        if key_id not in self._keys.ciphers:
            self._refresh()
        try:
            return self._keys.ciphers[key_id]
        except KeyError:
            raise PayloadKeyError(
                f"no key {key_id!r} in PAYLOAD_KEYS_FILE (it has {', '.join(sorted(self._keys.ciphers))}): "
                "a payload is encrypted with it; mount that key as well"
            ) from None

    def _refresh(self) -> None:
        self._checked = time.monotonic()
        try:
            signature = _signature(self._path)
            if signature == self._signature:
                return
            keys = read_keys(self._path)
        except ConfigError as error:
            logger.warning("the payload keys cannot be read again, those known stay in use: %s", error)
            return
        self._signature, self._keys = signature, keys
        logger.info("payload keys read again; %s encrypts", keys.active or "none")


def read_keys(path: Path) -> Keys:
    """Return the keys of a JSON file, or of a folder with a file for each key.

    The JSON file is ``{"active": "2026-11", "keys": {"2026-11": "<base64 of 32 bytes>", …}}``. In a folder,
    such as a mounted Kubernetes secret, each file is named by a key ID and holds that key in base64; the file
    ``active`` holds the ID of the key that encrypts. ``"active": null``, in JSON, only decrypts.

    Raises:
        ConfigError: Says everything that is wrong. Never a key.
    """
    try:
        found, active = _read_folder(path) if path.is_dir() else _read_json(path)
    except OSError as error:
        raise _bad(f"cannot be read ({error.strerror}); mount it, and let this user read it") from None
    problems = []
    ciphers = {}
    for key_id, text in found.items():
        if not _KEY_ID.fullmatch(key_id):
            problems.append("a key ID is not made of letters, digits, '.', '_' and '-', at most 64")
        elif (cipher := _cipher(text)) is None:
            problems.append(
                f"key {key_id}: is not the base64 of {_KEY_BYTES} bytes (openssl rand -base64 32)"
            )
        else:
            ciphers[key_id] = cipher
    if not found:
        problems.append("holds no key")
    if active is not None and active not in found:
        problems.append("the active key is not among the keys")
    if problems:
        raise _bad(*problems)
    return Keys(ciphers, active)


def _read_json(path: Path) -> tuple[dict[str, Any], str | None]:
    if path.stat().st_size > _LARGEST_FILE:
        raise _bad("is too large for a keys file")
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        raise _bad("is not JSON") from None
    if not isinstance(content, dict) or set(content) != {"active", "keys"}:
        raise _bad('write {"active": "<key ID>", "keys": {"<key ID>": "<base64>"}} and nothing else')
    keys, active = content["keys"], content["active"]
    if not isinstance(keys, dict) or not (active is None or isinstance(active, str)):
        raise _bad('"keys" is an object, "active" the ID of one of them, or null to encrypt nothing')
    return keys, active


def _read_folder(path: Path) -> tuple[dict[str, Any], str | None]:
    files = {file.name: file.read_bytes() for file in _files(path) if file.stat().st_size <= _LARGEST_FILE}
    if _ACTIVE not in files:
        raise _bad("the folder has no file `active` with the ID of the key that encrypts")
    active = files.pop(_ACTIVE).decode(errors="replace").strip()
    return {name: content.decode(errors="replace") for name, content in files.items()}, active


def _files(folder: Path) -> list[Path]:
    """Without what begins with a dot, where Kubernetes keeps the versions of a mounted secret."""
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))


def _cipher(text: object) -> AESGCM | None:
    if not isinstance(text, str):
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return _aes_gcm()(key) if len(key) == _KEY_BYTES else None


def _aes_gcm() -> type[AESGCM]:
    try:
        # Not needed, and not installed, where nothing is encrypted.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    except ImportError:
        raise _bad("needs the extra `encryption`: pip install 'protoc-gen-process[encryption]'") from None
    return AESGCM


def _signature(path: Path) -> _Signature:
    """Differs once a file is written or replaced."""
    try:
        stats = [(file, file.stat()) for file in (_files(path) if path.is_dir() else [path])]
    except OSError as error:
        raise _bad(f"cannot be read ({error.strerror}); mount it, and let this user read it") from None
    return tuple((file.name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for file, stat in stats)


def _bad(*problems: str) -> ConfigError:
    return ConfigError(f"PAYLOAD_KEYS_FILE: {problem}" for problem in problems)
