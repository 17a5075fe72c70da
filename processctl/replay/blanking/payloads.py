"""Payloads of a history as values that can be looked into, and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from google.protobuf.symbol_database import Default
from temporalio.api.common.v1 import Payload

from processctl.replay.blanking.values import StandIns, fields_of

__all__ = ["Content", "UndecodedError", "content_of", "message_type"]

_JSON_PROTO: Final = "json/protobuf"
_BINARY_PROTO: Final = "binary/protobuf"
_JSON: Final = "json/plain"
_TEXT: Final = "binary/refused"
_NOTHING: Final = "binary/null"
_ENCRYPTED: Final = "binary/encrypted"


class UndecodedError(Exception):
    """Nobody can say what is in a payload. The text says why, and nothing of what is in it."""


class Content:
    """What a payload holds. This one holds nothing that could be sensitive."""

    def replace_fields(self, names: StandIns, sensitive: frozenset[str]) -> None:
        """Replace what stands in sensitive fields."""

    def replace_repeats(self, names: StandIns) -> None:
        """Replace sensitive texts wherever else they stand."""

    def data(self) -> bytes | None:
        """Return the payload's data; None leaves them as they are."""
        return None


@dataclass
class _Proto(Content):
    message: Message
    is_json: bool

    def replace_fields(self, names: StandIns, sensitive: frozenset[str]) -> None:
        names.replace_fields(self.message, sensitive)

    def replace_repeats(self, names: StandIns) -> None:
        replace_texts(self.message, names.replaced)

    def data(self) -> bytes:
        if self.is_json:
            return json_format.MessageToJson(self.message, indent=None, sort_keys=True).encode()
        # Of a newer contract, and nobody knows whether sensitive.
        self.message.DiscardUnknownFields()
        return self.message.SerializeToString(deterministic=True)


@dataclass
class _Plain(Content):
    value: Any
    state_type: type[Message] | None
    """Of the process, which what it carries into a new run does not say."""

    def __post_init__(self) -> None:
        is_carried = isinstance(self.value, dict) and {"run_epoch", "seq"} <= set(self.value)
        self._carried = _Carried.of(self.value, self.state_type) if is_carried else None

    def replace_fields(self, names: StandIns, sensitive: frozenset[str]) -> None:
        if self._carried is not None:
            for held in self._carried.contents:
                held.replace_fields(names, sensitive)

    def replace_repeats(self, names: StandIns) -> None:
        if self._carried is not None:
            for held in self._carried.contents:
                held.replace_repeats(names)
            self._carried.write()
        self.value = _replaced(self.value, names.replaced)

    def data(self) -> bytes:
        return json.dumps(self.value, separators=(",", ":")).encode()


class _Carried:
    """What a run hands to the next: plain JSON that holds encoded payloads and messages.

    The places are those of :class:`process_runtime.workflow.carried.CarriedState`.
    """

    def __init__(self) -> None:
        self.contents: list[Content] = []
        self._writers: list[Callable[[], None]] = []

    @classmethod
    def of(cls, value: dict[str, Any], state_type: type[Message] | None) -> _Carried:
        """Find what is in it.

        Raises:
            UndecodedError: Some of it cannot be decoded.
        """
        carried = cls()
        for index in range(len(value.get("inbox") or ())):
            carried._payload(value["inbox"], index)
        for unknown in value.get("unknown") or ():
            for index in range(len(unknown["payloads"])):
                carried._payload(unknown["payloads"], index)
        for compensation in value.get("compensations") or ():
            carried._payload(compensation, "request")
        # Which type a reply is of stands nowhere; it is given to whom asks again, and decides nothing.
        value["replies"] = dict.fromkeys(value.get("replies") or {}, "")
        if value.get("state"):
            if state_type is None:
                raise UndecodedError("a new run was handed a state, and the contract has none")
            try:
                state = state_type.FromString(b64decode(value["state"]))
            except DecodeError:
                raise UndecodedError(
                    f"a new run was handed a state that is no {state_type.__name__}"
                ) from None
            held = _Proto(state, is_json=False)
            carried.contents.append(held)
            carried._writers.append(lambda: value.update(state=b64encode(held.data()).decode()))
        return carried

    def write(self) -> None:
        """Put the contents back."""
        for writer in self._writers:
            writer()

    def _payload(self, holder: Any, place: Any) -> None:
        payload = Payload.FromString(b64decode(holder[place]))
        held = content_of(payload, None)
        self.contents.append(held)

        def write() -> None:
            data = held.data()
            if data is not None:
                payload.data = data
            holder[place] = b64encode(payload.SerializeToString(deterministic=True)).decode()

        self._writers.append(write)


def content_of(payload: Payload, state_type: type[Message] | None) -> Content:
    """Return what a payload holds, once codecs and stores have done their part.

    Args:
        payload: Which.
        state_type: Of the process.

    Raises:
        UndecodedError: Nobody can say.
    """
    encoding = payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding in (_JSON_PROTO, _BINARY_PROTO):
        return _proto(payload, is_json=encoding == _JSON_PROTO)
    if encoding == _JSON:
        try:
            return _Plain(json.loads(payload.data), state_type)
        except (ValueError, LookupError, TypeError, DecodeError) as error:
            raise UndecodedError(f"JSON that cannot be read ({type(error).__name__})") from None
    if encoding == _NOTHING:
        return Content()
    if encoding == _TEXT:
        return _Text(payload.data.decode(errors="replace"))
    if encoding == _ENCRYPTED:
        raise UndecodedError("encrypted, and PAYLOAD_KEYS_FILE is not set here")
    raise UndecodedError(f"encoded as {encoding!r}, which is not known here")


def message_type(name: str) -> type[Message] | None:
    """Return the class of a message that generated code has imported."""
    try:
        found: type[Message] = Default().GetSymbol(name)
    except KeyError:
        return None
    return found


def replace_texts(message: Message, replaced: Callable[[str], str]) -> None:
    """Change every text in `message`, at any depth."""
    for field, value in fields_of(message):
        if isinstance(value, str):
            setattr(message, field.name, replaced(value))
        elif isinstance(value, Message):
            replace_texts(value, replaced)
        elif isinstance(value, Mapping):
            _replace_in_map(value, replaced)
        elif field.is_repeated:
            for index, held in enumerate(value):
                if isinstance(held, str):
                    value[index] = replaced(held)
                elif isinstance(held, Message):
                    replace_texts(held, replaced)


def _replace_in_map(entries: Any, replaced: Callable[[str], str]) -> None:
    for key in sorted(entries, key=str):
        value = entries[key]
        if isinstance(value, str):
            entries[key] = replaced(value)
        elif isinstance(value, Message):
            replace_texts(value, replaced)
        new = replaced(key) if isinstance(key, str) else key
        if new != key:
            if isinstance(value, Message):
                entries[new].CopyFrom(value)
            else:
                entries[new] = entries[key]
            del entries[key]


@dataclass
class _Text(Content):
    text: str

    def replace_repeats(self, names: StandIns) -> None:
        self.text = names.replaced(self.text)

    def data(self) -> bytes:
        return self.text.encode()


def _proto(payload: Payload, *, is_json: bool) -> Content:
    name = payload.metadata.get("messageType", b"").decode(errors="replace")
    kind = message_type(name)
    if kind is None:
        raise UndecodedError(f"a message of the type {name!r}, which the generated code does not have")
    message = kind()
    try:
        if is_json:
            json_format.Parse(payload.data, message, ignore_unknown_fields=True)
        else:
            message.ParseFromString(payload.data)
    except (json_format.ParseError, DecodeError, UnicodeDecodeError):
        raise UndecodedError(f"no {name}, though it says so") from None
    return _Proto(message, is_json)


def _replaced(value: Any, replaced: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return replaced(value)
    if isinstance(value, list):
        return [_replaced(held, replaced) for held in value]
    if isinstance(value, dict):
        return {replaced(key): _replaced(held, replaced) for key, held in value.items()}
    return value
